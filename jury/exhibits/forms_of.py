"""What an exhibit's forms offer: the hearing's questions, the claim's documents."""

from typing import Any

from claims.evidence_pages import evidence_rows
from jury.brief import question_text
from jury.models import Hearing
from jury.parties import names_of


def exhibit_form_kwargs(hearing: Hearing) -> dict[str, Any]:
    """Return the questions and documents an exhibit's form offers, and the names it looks for."""
    questions = [(one["code"], question_text(one)) for one in hearing.brief.get("questions", [])]
    return {"questions": questions, "names": names_of(hearing.claim)}


def documents_of(hearing: Hearing) -> list[tuple[str, str]]:
    """Return the claim's documents to choose from."""
    return [
        (row["reference"], f"{row['kind']} · {row['name']} · {row['facts']}")
        for row in evidence_rows(hearing.claim)
    ]
