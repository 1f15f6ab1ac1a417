"""Reading exhibits: of a hearing, for a question, and those that wait for a signature."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from core.canonical import canonical_json, sha256_hex
from jury.models import ExhibitAccess, Hearing, JuryExhibit
from jury.states import HearingState


def exhibit_for(reference: str) -> JuryExhibit:
    """Return an exhibit with its hearing and claim; JuryExhibit.DoesNotExist."""
    rows = JuryExhibit.objects.select_related("hearing__claim", "evidence_version__evidence")
    return rows.get(reference=reference)


def exhibits_of(hearing: Hearing) -> QuerySet[JuryExhibit]:
    """Return a hearing's exhibits in order, withdrawn ones left out."""
    return (
        JuryExhibit.objects.filter(hearing=hearing, withdrawn_at=None)
        .select_related("evidence_version__evidence")
        .prefetch_related("images")
        .order_by("pk")
    )


def signed_exhibits_of(hearing: Hearing) -> list[JuryExhibit]:
    """Return what jurors and claimant may read."""
    return list(exhibits_of(hearing).filter(signed_by__isnull=False))


def waiting() -> list[JuryExhibit]:
    """Return the exhibits that wait for a second person's signature, the oldest first."""
    rows = JuryExhibit.objects.filter(
        signed_by=None, withdrawn_at=None, hearing__state=HearingState.PREPARING
    )
    return list(rows.select_related("hearing__claim", "prepared_by").order_by("prepared_at", "pk"))


def for_question(exhibits: Iterable[JuryExhibit], code: str) -> list[JuryExhibit]:
    """Return the exhibits tied to a question; one tied to none belongs to all."""
    return [one for one in exhibits if not one.question_codes or code in one.question_codes]


def content_stamp(exhibit: JuryExhibit) -> str:
    """Return a digest of all that a reader of the exhibit is given."""
    pages = [page.digest for page in exhibit.images.all()]
    return _digest([exhibit.reference, exhibit.label, exhibit.text, exhibit.question_codes, pages])


def brief_stamp(hearing: Hearing) -> str:
    """Return a digest of the brief with its exhibits: what a second person reads and signs."""
    return _digest([hearing.brief, [content_stamp(one) for one in exhibits_of(hearing)]])


def _digest(parts: Sequence[Any]) -> str:
    return sha256_hex(canonical_json(list(parts)))


def pages_seen(exhibit: JuryExhibit, person_id: int | None) -> set[int]:
    """Return the pages of an exhibit that a person was given (0: its text)."""
    rows = ExhibitAccess.objects.filter(exhibit=exhibit, person_id=person_id or 0)
    return set(rows.values_list("page", flat=True))


def original_seen(exhibit: JuryExhibit, person_id: int | None) -> bool:
    """Say whether a person was given the original of an exhibit."""
    version = exhibit.evidence_version
    return version.accesses.filter(person_id=person_id or 0).exists()


def labels_by_code(brief: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of each question by its code."""
    return {str(one["code"]): at for at, one in enumerate(brief.get("questions", []), start=1)}
