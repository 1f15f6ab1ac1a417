"""Where a ballot's answers and its vote do not go together; asked about, never blocked."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from claims.queries import clause_of
from jury.brief import question_of
from jury.models import Hearing
from members.criteria import MET, NOT_MET, evaluate


def contradiction_of(hearing: Hearing, answers: Mapping[str, str], vote: str) -> str:
    """Return a sentence that asks about a vote the answers do not lead to, or nothing."""
    criteria = {
        code: answer
        for code, answer in answers.items()
        if question_of(hearing.brief, code)["kind"] == "criterion"
    }
    found = evaluate(clause_of(hearing.claim).tree, criteria)
    if found == MET and vote == "deny":
        return _(
            "By your answers the clause is met, but you vote that the denial stands. You may: "
            "say in your reason why."
        )
    if found == NOT_MET and vote == "pay":
        return _(
            "By your answers the clause is not met, but you vote that the claim is to be paid. "
            "You may: say in your reason why."
        )
    return ""
