"""Tables and sentences of the figures' pages, as the shared pieces show them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims.states import STAGE_DAYS
from core import formats
from disclosure import figure_words, wording
from disclosure.chart_data import SHOWN_STAGES, ChartData
from disclosure.figure_queries import TOLD_FIELDS, Body
from disclosure.month_figures import DECIDED, PAID
from disclosure.small_cells import merged_parts
from members.models import RulebookVersion
from members.provinces import province_name
from members.queries import rulebook_of
from members.rulebook import Rulebook
from members.states import RulebookState

HIDDEN = "–"
Counts = Mapping[str, Mapping[str, int]]


def _column(label: str, is_number: bool = True) -> dict[str, Any]:
    return {"label": label, "is_number": is_number}


def _cells(*texts: str) -> dict[str, Any]:
    return {"cells": [{"text": text} for text in texts]}


def chart_context(chart: ChartData, language: str, has_picture: bool) -> dict[str, Any]:
    """Return a chart as disclosure/_chart.html shows it."""
    top = max((row.numbers[0] for row in chart.rows), default=0) or 1
    return {
        "name": chart.name,
        "heading": chart.heading,
        "title": chart.title,
        "sentence": chart.sentence,
        "svg_url": reverse("board_chart_svg", args=[chart.name, language]) if has_picture else "",
        "dark_url": reverse("board_chart_dark", args=[chart.name, language]),
        "page_url": reverse("board_chart", args=[chart.name]),
        "csv_url": reverse("board_chart_csv", args=[chart.name]),
        "bars": [
            {"label": row.label, "text": row.texts[0], "share": f"{row.numbers[0] / top:.3f}"}
            for row in chart.rows[-24:]
        ],
        "table": {
            "caption": chart.title,
            "columns": [
                _column(chart.label_heading, False),
                *(_column(heading) for heading in chart.value_headings),
            ],
            "rows": [_cells(row.label, *row.texts) for row in chart.rows],
        },
    }


def spans_table(spans: Sequence[Body]) -> dict[str, Any]:
    """Return complaints by the months told together, the newest first."""
    return {
        "caption": _("Complaints by month"),
        "columns": [
            _column(_("Months"), False),
            _column(_("Answered")),
            _column(_("Half took at most")),
            _column(_("Nine in ten took at most")),
        ],
        "rows": [
            _cells(
                figure_words.span_text(told),
                formats.grouped(told["answered"]),
                formats.days(told["median_days"]),
                formats.days(told["slow_days"]),
            )
            for told in reversed(spans)
        ],
    }


def pairs_table(body: Body) -> dict[str, Any]:
    """Return what complaints were about and what came of them; a dash hides what is too few."""
    columns = [
        _column(_("About"), False),
        *(_column(figure_words.outcomes_text(codes)) for codes in body["outcomes"]),
        _column(_("All")),
    ]
    rows = [
        _cells(
            figure_words.categories_text(codes),
            *(_count(n) for n in line),
            formats.grouped(total),
        )
        for codes, line, total in zip(
            body["categories"], body["cells"], body["category_totals"], strict=True
        )
    ]
    totals = [formats.grouped(n) for n in body["outcome_totals"]]
    rows.append(_cells(_("All"), *totals, formats.grouped(sum(body["outcome_totals"]))))
    heading = figure_words.span_text(body)
    return {
        "heading": heading,
        "in_time": _in_time(body),
        "table": {"caption": heading, "columns": columns, "rows": rows},
    }


def _count(n: int | str) -> str:
    return HIDDEN if n == "" else formats.grouped(int(n))


def _in_time(body: Body) -> str:
    parts = {part["codes"][0]: part["count"] for part in body["in_time"] if len(part["codes"]) == 1}
    if "in_time" not in parts:
        return ""
    whole = sum(parts.values())
    if "late" not in parts:
        return _("All were answered in time.")
    shown = {
        "in_time": formats.grouped(parts["in_time"]),
        "whole": formats.grouped(whole),
    }
    return _("%(in_time)s of %(whole)s were answered in time.") % shown


def waiting_text(months: Sequence[Body]) -> str:
    """Say up to when complaints are told and since when they wait."""
    until = months[-1]["told_until"] if months else ""
    if not until:
        return _("Fewer than eleven complaints have been answered; they are told together then.")
    return _("Told up to %(month)s; what came later is told once it is about at least eleven.") % {
        "month": figure_words.month_text(until)
    }


def times_table(latest: Body) -> dict[str, Any]:
    """Return each stage of the last twelve months beside its target and the oldest open."""
    targets = stage_targets()
    year, oldest = latest["year"], latest["oldest"]
    return {
        "caption": _("Days in each stage"),
        "columns": [
            _column(_("Stage"), False),
            _column(_("Claims")),
            _column(_("Half took at most")),
            _column(_("Nine in ten took at most")),
            _column(_("Target")),
            _column(_("Oldest open")),
        ],
        "rows": [
            _cells(
                figure_words.stage_text(stage),
                formats.grouped(year[stage]["claims"]),
                formats.days(year[stage]["median_days"]),
                formats.days(year[stage]["slow_days"]),
                targets.get(stage, HIDDEN),
                formats.days(oldest[stage]) if stage in oldest else HIDDEN,
            )
            for stage in (*SHOWN_STAGES, DECIDED, PAID)
            if stage in year
        ],
    }


def stage_targets() -> dict[str, str]:
    """Return each stage's target by the rulebooks in force, in days; one query."""
    found: dict[str, set[int]] = {}
    for rules in _rules_in_force():
        for stage, name in STAGE_DAYS.items():
            days = getattr(rules, name, None)
            if isinstance(days, int):
                found.setdefault(stage, set()).add(days)
    return {stage: _range(days) for stage, days in found.items()}


def _range(days: set[int]) -> str:
    low, high = min(days), max(days)
    if low == high:
        return formats.days(low)
    return _("%(low)s to %(high)s") % {"low": formats.grouped(low), "high": formats.days(high)}


def _rules_in_force() -> list[Rulebook]:
    rows = RulebookVersion.objects.filter(state=RulebookState.IN_FORCE).select_related("plan")
    return [rulebook_of(version) for version in rows.order_by("plan__code")]


def months_tables(told: Mapping[str, Sequence[Body]]) -> list[dict[str, Any]]:
    """Return, for each stage, its months, the newest first."""
    return [
        {
            "heading": figure_words.stage_text(stage),
            "table": {
                "caption": figure_words.stage_text(stage),
                "columns": [
                    _column(_("Months"), False),
                    _column(_("Claims")),
                    _column(_("Half took at most")),
                    _column(_("Nine in ten took at most")),
                ],
                "rows": [
                    _cells(
                        figure_words.span_text(one),
                        formats.grouped(one["claims"]),
                        formats.days(one["median_days"]),
                        formats.days(one["slow_days"]),
                    )
                    for one in reversed(told[stage])
                ],
            },
        }
        for stage in (*SHOWN_STAGES, DECIDED, PAID)
        if stage in told
    ]


def until_text(latest: Body) -> str:
    """Say up to when the figures go."""
    if not latest:
        return ""
    return _("Up to the end of %(month)s.") % {"month": figure_words.month_text(latest["month"])}


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
            _column(_("Agency"), False),
            _column(_("Months"), False),
            _column(_("Reports")),
            _column(_("Half took at most")),
            _column(_("Nine in ten took at most")),
            _column(_("Paid in yuan")),
            _column(_("Each in yuan")),
        ],
        "rows": [
            _cells(
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
    for rules in _rules_in_force():
        amount = formats.amount_words(rules.investigation_cost_cents)
        line = _("%(plan)s: %(words)s The rules count on %(amount)s a case.") % {
            "plan": rules.title,
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
                "columns": [_column(labels[field][1], False), _column(_("Cases")), _column("%")],
                "rows": [
                    _cells(
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
