"""Where a ballot's answers and its vote do not go together; asked about, never blocked."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from claims.queries import clause_of
from jury.brief import question_of
from jury.models import Hearing
from members.criteria import MET, NOT_SHOWN, Node, evaluate


def leads_to(
    tree: Node, criteria: Mapping[str, str], facts: Mapping[str, str], not_shown_counts_as: str
) -> str:
    """Return the vote that answers lead to: `pay` where clause and facts are met, else `deny`.

    What the papers do not show counts as the rulebook says; a missing answer is not shown.
    """
    counted = {
        code: not_shown_counts_as if answer == NOT_SHOWN else answer
        for code, answer in criteria.items()
    }
    facts_hold = all(
        (not_shown_counts_as if answer == NOT_SHOWN else answer) == MET for answer in facts.values()
    )
    return "pay" if facts_hold and evaluate(tree, counted) == MET else "deny"


def contradiction_of(hearing: Hearing, answers: Mapping[str, str], vote: str) -> str:
    """Return a sentence that asks about a vote the answers do not lead to, or nothing."""
    kinds = {code: question_of(hearing.brief, code)["kind"] for code in answers}
    criteria = {code: answer for code, answer in answers.items() if kinds[code] == "criterion"}
    facts = {code: answer for code, answer in answers.items() if kinds[code] == "fact"}
    leading = leads_to(clause_of(hearing.claim).tree, criteria, facts, hearing.not_shown_counts_as)
    return contradiction_text(leading, vote)


def contradiction_text(leading: str, vote: str) -> str:
    """Return the sentence for a vote and the one the answers lead to, or nothing."""
    if leading == vote or not vote:
        return ""
    if vote == "deny":
        return _(
            "By your answers the clause is met, but you vote that the denial stands. You may do "
            "so: say why."
        )
    return _(
        "By your answers the clause is not met, but you vote that the claim is to be paid. You "
        "may do so: say why."
    )
