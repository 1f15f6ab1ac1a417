"""Tables and sentences of the figures' pages, as the shared pieces show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from claims.states import STAGE_DAYS
from core import formats
from disclosure import figure_words
from disclosure.chart_data import SHOWN_STAGES, ChartData
from disclosure.figure_queries import Body
from disclosure.month_figures import DECIDED, PAID
from members.models import Plan, RulebookVersion
from members.queries import rulebook_of
from members.rulebook import Rulebook
from members.states import RulebookState

HIDDEN = "–"
Counts = Mapping[str, Mapping[str, int]]


def column(label: str, is_number: bool = True) -> dict[str, Any]:
    """Return a table's column."""
    return {"label": label, "is_number": is_number}


def cells(*texts: str) -> dict[str, Any]:
    """Return a table's row."""
    return {"cells": [{"text": text} for text in texts]}


def chart_context(chart: ChartData, language: str, has_picture: bool) -> dict[str, Any]:
    """Return a chart as disclosure/_chart.html shows it."""
    top = max((row.numbers[0] for row in chart.rows), default=0) or 1
    return {
        "name": chart.name,
        "heading": chart.heading,
        "title": chart.title,
        "alt": f"{chart.title}{pgettext('list', ': ')}{chart.sentence}",
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
            "caption": chart.label_heading,
            "columns": [
                column(chart.label_heading, False),
                *(column(heading) for heading in chart.value_headings),
            ],
            "rows": [cells(row.label, *row.texts) for row in chart.rows],
        },
    }


def spans_table(spans: Sequence[Body]) -> dict[str, Any]:
    """Return complaints by the months told together, the newest first."""
    return {
        "caption": _("Complaints by month"),
        "columns": [
            column(_("Months"), False),
            column(pgettext("complaint", "Answered")),
            column(_("Half took at most")),
            column(_("Nine in ten took at most")),
        ],
        "rows": [
            cells(
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
        column(_("About"), False),
        *(column(figure_words.outcomes_text(codes)) for codes in body["outcomes"]),
        column(_("All")),
    ]
    rows = [
        cells(
            figure_words.categories_text(codes),
            *(_count(n) for n in line),
            formats.grouped(total),
        )
        for codes, line, total in zip(
            body["categories"], body["cells"], body["category_totals"], strict=True
        )
    ]
    totals = [formats.grouped(n) for n in body["outcome_totals"]]
    rows.append(cells(_("All"), *totals, formats.grouped(sum(body["outcome_totals"]))))
    heading = figure_words.span_text(body)
    one_way = not any(n not in ("", 0) for line in body["cells"] for n in line)
    return {
        "heading": heading,
        "in_time": _in_time(body),
        "tables": _margins(body)
        if one_way
        else [{"caption": heading, "columns": columns, "rows": rows}],
    }


def _margins(body: Body) -> list[dict[str, Any]]:
    """Return what complaints were about, and what came of them, each by itself."""
    about, outcome = _("About"), _("Outcome")
    return [
        {
            "caption": label,
            "columns": [column(label, False), column(pgettext("complaint", "Answered"))],
            "rows": [
                cells(say(codes), formats.grouped(n))
                for codes, n in zip(body[names], body[totals], strict=True)
            ],
        }
        for label, say, names, totals in (
            (about, figure_words.categories_text, "categories", "category_totals"),
            (outcome, figure_words.outcomes_text, "outcomes", "outcome_totals"),
        )
    ]


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
            column(_("Stage"), False),
            column(_("Claims")),
            column(_("Half took at most")),
            column(_("Nine in ten took at most")),
            column(_("Target")),
            column(_("Oldest open")),
        ],
        "rows": [
            cells(
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
    for _plan, rules in rules_in_force():
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


def rules_in_force() -> list[tuple[Plan, Rulebook]]:
    """Return every plan with its rules in force; one query."""
    rows = RulebookVersion.objects.filter(state=RulebookState.IN_FORCE).select_related("plan")
    return [(one.plan, rulebook_of(one)) for one in rows.order_by("plan__code")]


def months_tables(told: Mapping[str, Sequence[Body]]) -> list[dict[str, Any]]:
    """Return, for each stage, its months, the newest first."""
    return [
        {
            "heading": figure_words.stage_text(stage),
            "table": {
                "caption": figure_words.stage_text(stage),
                "columns": [
                    column(_("Months"), False),
                    column(_("Claims")),
                    column(_("Half took at most")),
                    column(_("Nine in ten took at most")),
                ],
                "rows": [
                    cells(
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
