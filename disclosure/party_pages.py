"""Tables and sentences about the agencies, and about the people cases are about."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import formats
from disclosure import figure_words, wording
from disclosure.figure_pages import cells, column, rules_in_force
from disclosure.figure_queries import TOLD_FIELDS, Body
from disclosure.small_cells import merged_parts
from members.provinces import province_name

Counts = Mapping[str, Mapping[str, int]]


def agencies_heading(told: Mapping[str, Sequence[Body]]) -> str:
    """Return what an investigation costs, where enough of them are told."""
    spans = [one for rows in told.values() for one in rows]
    reports = sum(one["reports"] for one in spans)
    if not reports:
        return _("What investigators do and what they are paid")
    each = sum(one["cost_cents"] for one in spans) // reports
    return _("An investigation costs %(amount)s on average") % {
        "amount": formats.amount_words(each)
    }


def agencies_table(told: Mapping[str, Sequence[Body]]) -> dict[str, Any]:
    """Return each agency's reports, days and pay, by the months told together."""
    return {
        "caption": _("Agencies"),
        "columns": [
            column(_("Agency"), False),
            column(_("Months"), False),
            column(_("Reports")),
            column(_("Half took at most")),
            column(_("Nine in ten took at most")),
            column(_("Paid in yuan")),
            column(_("Each in yuan")),
        ],
        "rows": [
            cells(
                one["name"],
                figure_words.span_text(one),
                formats.grouped(one["reports"]),
                formats.days(one["median_days"]),
                formats.days(one["slow_days"]),
                formats.amount_short(one["cost_cents"]),
                formats.amount_short(one["cost_cents"] // one["reports"]),
            )
            for _code, rows in sorted(told.items())
            for one in reversed(rows)
        ],
    }


def payer_lines() -> list[str]:
    """Say for each plan in force who pays the agency, and how much its rules set; one query."""
    words = {
        "operator": _("The operator pays the agency, whatever comes of the claim."),
        "members": _("The members pay the agency with the round."),
        "claimant": _("The claimant pays the agency."),
    }
    found: dict[str, None] = {}
    for plan, rules in rules_in_force():
        amount = formats.amount_words(rules.investigation_cost_cents)
        line = _("%(plan)s: %(words)s The rules count on %(amount)s a case.") % {
            "plan": plan.name,
            "words": words[rules.investigation_fee_payer],
            "amount": amount,
        }
        found[line] = None
    return list(found)


_FIELDS: dict[str, Callable[[str], str]] = {
    "disease_group": lambda value: str(wording.GROUPS.get(value, value)),
    "age_band": wording.age_text,
    "sex": wording.sex_text,
    "province": province_name,
}


def _field_labels() -> dict[str, tuple[str, str]]:
    """Return each table's heading and the head of its first column."""
    return {
        "disease_group": (_("By illness"), _("Illness")),
        "age_band": (_("By age"), pgettext("person", "Age")),
        "sex": (_("By sex"), _("Sex")),
        "province": (_("By province"), _("Place")),
    }


def people_heading(counts: Counts) -> str:
    """Return of how many cases the page tells."""
    total = sum(counts["disease_group"].values())
    words = ngettext("Whom %(n)s case is about", "Whom %(n)s cases are about", total)
    return words % {"n": formats.grouped(total)}


def people_tables(counts: Counts) -> list[dict[str, Any]]:
    """Return a table for each field: what cases tell, and how many do not."""
    labels = _field_labels()
    return [
        {
            "heading": labels[field][0],
            "table": {
                "caption": labels[field][0],
                "columns": [column(labels[field][1], False), column(_("Cases")), column("%")],
                "rows": [
                    cells(
                        _values_text(field, codes),
                        formats.grouped(n),
                        formats.percent(n, sum(counts[field].values())),
                    )
                    for codes, n in merged_parts(counts[field])
                ],
            },
        }
        for field in TOLD_FIELDS
        if sum(counts[field].values())
    ]


def _values_text(field: str, codes: Sequence[str]) -> str:
    told = [_FIELDS[field](code) if code else str(wording.UNTOLD) for code in codes]
    text = pgettext("told together", "; ").join(told)
    return text[:1].upper() + text[1:]
