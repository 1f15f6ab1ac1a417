"""The brief as a page shows it, in the reader's language."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.queries import clause_of
from jury.brief import question_text
from jury.exhibits.queries import for_question, labels_by_code, signed_exhibits_of
from jury.models import Hearing, JuryExhibit
from members.criteria import AllOf, AnyOf, Criterion, Node, in_language, needed_of

_TERM = re.compile(r"\s*(?:：|:|——|—| - )\s*")


def shown_brief(hearing: Hearing, exhibits: Sequence[JuryExhibit] | None = None) -> dict[str, Any]:
    """Return the brief's parts with their texts chosen by language.

    Without `exhibits` the signed ones are listed: what jurors and claimant may read.
    """
    brief = hearing.brief
    clause = brief["clause"]
    papers = signed_exhibits_of(hearing) if exhibits is None else exhibits
    numbers = labels_by_code(brief)
    return {
        "clause_number": clause["number"],
        "clause_title": in_language(clause["title_en"], clause["title_zh"]),
        "clause_source": in_language(clause["source_en"], clause["source_zh"]),
        "criteria": criteria_tree(clause_of(hearing.claim).tree, numbers),
        "disease": in_language(brief["disease"]["name_en"], brief["disease"]["name_zh"]),
        "amount_cents": brief["amount_cents"],
        "background": brief["background"],
        "agreed_facts": _lines(brief["agreed_facts"]),
        "claimant_words": brief["claimant_words"],
        "claimant_statement": hearing.claimant_statement,
        "investigation_summary": brief["investigation_summary"],
        "terms": shown_terms(brief["terms"]),
        "exhibits": [shown_exhibit(one, numbers) for one in papers],
        "questions": [
            shown_question(question, number, papers)
            for number, question in enumerate(brief["questions"], start=1)
        ],
    }


def shown_question(
    question: Mapping[str, Any], number: int, exhibits: Sequence[JuryExhibit] = ()
) -> dict[str, Any]:
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
        "exhibits": [shown_exhibit(one, {}) for one in for_question(exhibits, question["code"])],
        "is_fact": question["kind"] == "fact",
    }


def shown_exhibit(exhibit: JuryExhibit, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Return what is said of an exhibit before it is opened: its label, its pages."""
    return {
        "reference": exhibit.reference,
        "label": exhibit.label,
        "pages": exhibit.pages,
        "size": _size_of(exhibit),
        "questions": [numbers[code] for code in exhibit.question_codes if code in numbers],
        "is_signed": exhibit.signed_by_id is not None,
    }


def _size_of(exhibit: JuryExhibit) -> str:
    if not exhibit.pages:
        return _("as text")
    return ngettext("%(n)s page", "%(n)s pages", exhibit.pages) % {"n": exhibit.pages}


def shown_terms(text: str) -> list[dict[str, str]]:
    """Return the words explained, each with its meaning and the name of its place on the page."""
    found = []
    for at, line in enumerate(_lines(text), start=1):
        term, meaning = [*_TERM.split(line, maxsplit=1), ""][:2]
        found.append({"term": term, "meaning": meaning, "anchor": f"word-{at}"})
    return found


def criteria_tree(node: Node, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Return a clause as nested lists: what must be met, in words, down to each question."""
    if isinstance(node, Criterion):
        number = numbers.get(node.code, 0)
        return {"code": node.code, "text": node.text, "number": number, "needed": 1, "parts": []}
    return {
        "code": "",
        "text": group_text(node),
        "number": 0,
        "needed": needed_of(node),
        "parts": [criteria_tree(part, numbers) for part in node.parts],
    }


def group_text(node: Node) -> str:
    """Return in words how many parts of a group must be met."""
    if isinstance(node, Criterion):
        return node.text
    count = len(node.parts)
    if isinstance(node, AllOf):
        return ngettext("This must be met:", "All %(count)s of these must be met:", count) % {
            "count": count
        }
    if isinstance(node, AnyOf):
        return _("One of these is enough:")
    return _("At least %(needed)s of these %(count)s must be met:") % {
        "needed": needed_of(node),
        "count": count,
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
