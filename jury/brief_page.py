"""The brief as a page shows it, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jury.brief import question_text
from jury.models import Hearing
from members.criteria import in_language


def shown_brief(hearing: Hearing) -> dict[str, Any]:
    """Return the brief's parts with their texts chosen by language."""
    brief = hearing.brief
    clause = brief["clause"]
    return {
        "clause_number": clause["number"],
        "clause_title": in_language(clause["title_en"], clause["title_zh"]),
        "clause_source": in_language(clause["source_en"], clause["source_zh"]),
        "disease": in_language(brief["disease"]["name_en"], brief["disease"]["name_zh"]),
        "amount_cents": brief["amount_cents"],
        "background": brief["background"],
        "agreed_facts": _lines(brief["agreed_facts"]),
        "claimant_words": brief["claimant_words"],
        "claimant_statement": hearing.claimant_statement,
        "investigation_summary": brief["investigation_summary"],
        "terms": _lines(brief["terms"]),
        "questions": [
            shown_question(question, number)
            for number, question in enumerate(brief["questions"], start=1)
        ],
    }


def shown_question(question: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return one question with the clause's rule for it, both sides and the papers."""
    return {
        "number": number,
        "code": question["code"],
        "text": question_text(question),
        "help": in_language(question["help_en"], question["help_zh"]),
        "rule": rule_text(question),
        "claimant_holds": question["claimant_holds"],
        "reviewers_hold": question["reviewers_hold"],
        "papers": _lines(question["papers"]),
        "is_fact": question["kind"] == "fact",
    }


def rule_text(question: Mapping[str, Any]) -> str:
    """Return how a question counts in its clause: all must be met, one of them, 3 of 4."""
    if question["kind"] == "fact":
        return _("a fact in dispute")
    if question["of"] == 1:
        return _("this must be met")
    if question["group"] == "all":
        return _("all must be met")
    if question["group"] == "any":
        return _("one of them must be met")
    return ngettext(
        "at least %(needed)s of %(of)s must be met",
        "at least %(needed)s of %(of)s must be met",
        question["needed"],
    ) % {"needed": question["needed"], "of": question["of"]}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


ANSWER_ORDER = ("met", "not_met", "not_shown")
