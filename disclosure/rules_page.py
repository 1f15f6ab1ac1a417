"""A rulebook version as its page shows it: its figures, its amounts, its clauses."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from disclosure.wording import age_text
from members.criteria import AllOf, AnyOf, AtLeast, Criterion, Node
from members.rulebook import Rulebook
from members.rulebook_parts import Clause

SEVERITIES = {"severe": gettext_lazy("severe illness")}


def rule_facts(rules: Rulebook) -> list[dict[str, str]]:
    """Return the figures every member asks for."""
    rows = [
        (_("Waiting period"), formats.days(rules.waiting.days)),
        (_("Time to file after the first diagnosis"), formats.days(rules.filing_window_days)),
        (_("Management fee"), formats.percent(rules.fee_basis_points, 10_000)),
        (_("Notice days of the month"), _numbers(rules.notice_days)),
        (_("A notice lies open for"), formats.days(rules.notice_open_days)),
        (_("Sharing days of the month"), _numbers(rules.sharing_days)),
        (_("Time to dispute a denial"), formats.days(rules.dispute_days)),
        (_("Time to decide"), formats.days(rules.decide_days)),
        (_("Time to pay after sharing"), formats.days(rules.pay_days)),
    ]
    if rules.per_case_cap_cents:
        cap = formats.amount_words(rules.per_case_cap_cents)
        rows.append((_("Most that one case costs a member"), cap))
    if rules.annual_cap_cents:
        rows.append((_("Most a member pays a year"), formats.amount_words(rules.annual_cap_cents)))
    return [{"label": label, "value": value} for label, value in rows]


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(number) for number in numbers) if numbers else _("none")


def amount_rows(rules: Rulebook) -> list[dict[str, Any]]:
    """Return the amounts by severity and age."""
    return [
        {
            "severity": SEVERITIES.get(severity, severity),
            "age": age_text(f"{band.min_age}-{band.max_age}"),
            "band": band,
        }
        for severity, bands in rules.bands.items()
        for band in bands
    ]


def tier_rows(tiers: list[dict[str, Any]], rules: Rulebook | None) -> list[dict[str, Any]]:
    """Return a round's tiers with their names; a tier the rules no longer know has its code."""
    names = {tier.code: tier.name for tier in rules.tiers} if rules else {}
    return [{**tier, "name": names.get(tier["tier"], tier["tier"])} for tier in tiers]


def clause_data(rules: Rulebook, clause: Clause) -> dict[str, Any]:
    """Return a clause with its diseases, its source and its criteria in reading order."""
    return {
        "number": clause.number,
        "title": clause.title,
        "rule": _rule(clause.tree),
        "diseases": [one.name for one in rules.diseases if one.clause == clause.number],
        "criteria": [
            {
                "text": listed.criterion.text,
                "help": listed.criterion.help,
                "depth": listed.depth,
                "group": _group(listed.group, listed.needed, listed.of),
            }
            for listed in clause.criteria
        ],
        "source": clause.source.name,
        "article": clause.source.article,
        "year": clause.source.year,
    }


def _rule(node: Node) -> str:
    if isinstance(node, Criterion):
        return ""
    if isinstance(node, AllOf):
        return _("all of")
    if isinstance(node, AnyOf):
        return _("any of")
    return _at_least(node)


def _at_least(node: AtLeast) -> str:
    return _("%(needed)s of %(of)s") % {"needed": node.needed, "of": len(node.parts)}


def _group(group: str, needed: int, of: int) -> str:
    if group == "all":
        return ""
    if group == "any":
        return _("any of")
    return _("%(needed)s of %(of)s") % {"needed": needed, "of": of}
