"""The board's figures: complaints, times, denials beside the fee, agencies, who is helped."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from defusedcsv import csv as safe_csv
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.public_pages import answer_unless_known, public_page
from disclosure import chart_data, figure_exports, figure_pages, figure_queries, party_pages
from disclosure.chart_data import CHARTS, ChartData
from disclosure.chart_drawing import digest_of
from disclosure.figure_queries import AGENCIES, COMPLAINTS, TIMES
from disclosure.models import Chart

briefly = cache_control(public=True, max_age=10)


def shown_charts(charts: Sequence[ChartData]) -> list[dict[str, Any]]:
    """Return charts as pages show them, in one query: picture where drawn, else bars."""
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    drawn = dict(
        Chart.objects.filter(
            name__in=[chart.name for chart in charts], language=language, theme="light"
        ).values_list("name", "digest")
    )
    return [
        figure_pages.chart_context(
            chart, language, has_picture=drawn.get(chart.name) == digest_of(chart, "light")
        )
        for chart in charts
        if not chart.is_empty
    ]


@public_page
def board_complaints(request: HttpRequest) -> HttpResponse:
    """Show how complaints were answered: days, outcomes, what they were about."""
    months = figure_queries.months_of(COMPLAINTS)
    spans = figure_queries.told_spans(months)
    chart = chart_data.complaints_chart(spans)
    context = {
        "heading": chart.heading,
        "charts": shown_charts([chart]),
        "table": figure_pages.spans_table(spans) if spans else None,
        "tables": [figure_pages.pairs_table(body) for body in figure_queries.tables_of(months)[:3]],
        "waits": figure_pages.waiting_text(months),
    }
    return render(request, "disclosure/board_complaints.html", context)


@public_page
def board_times(request: HttpRequest) -> HttpResponse:
    """Show how long each stage takes, by month and over a year, beside its target."""
    months = figure_queries.months_of(TIMES)
    latest = months[-1] if months else {}
    chart = chart_data.times_chart(latest)
    context = {
        "heading": chart.heading,
        "charts": shown_charts([chart]),
        "table": figure_pages.times_table(latest) if latest.get("year") else None,
        "months": figure_pages.months_tables(figure_queries.told_by_key(months)),
        "until": figure_pages.until_text(latest),
    }
    return render(request, "disclosure/board_times.html", context)


@public_page
def board_denials(request: HttpRequest) -> HttpResponse:
    """Show denials beside the fee, by quarter."""
    chart = CHARTS["denials"]()
    context = {"heading": chart.heading, "charts": shown_charts([chart])}
    return render(request, "disclosure/board_denials.html", context)


@public_page
def board_agencies(request: HttpRequest) -> HttpResponse:
    """Show what investigators do, how long they take, what they cost and who pays."""
    told = figure_queries.told_by_key(figure_queries.months_of(AGENCIES))
    context = {
        "heading": party_pages.agencies_heading(told),
        "table": party_pages.agencies_table(told) if told else None,
        "payers": party_pages.payer_lines(),
    }
    return render(request, "disclosure/board_agencies.html", context)


@public_page
def board_people(request: HttpRequest) -> HttpResponse:
    """Show whom the published cases are about: illness, age, sex, province."""
    counts = figure_queries.counts_of_forms()
    context = {
        "heading": party_pages.people_heading(counts),
        "tables": party_pages.people_tables(counts),
    }
    return render(request, "disclosure/board_people.html", context)


@public_page
def board_chart(request: HttpRequest, name: str) -> HttpResponse:
    """Show one chart with its table, its picture's address and its CSV."""
    chart = _chart_or_404(name)
    shown = shown_charts([chart])
    context = {"heading": chart.heading, "charts": shown, "name": name}
    return render(request, "disclosure/board_chart.html", context)


def _chart_or_404(name: str) -> ChartData:
    make = CHARTS.get(name)
    if make is None:
        raise Http404
    return make()


@login_not_required
@require_safe
def chart_svg(request: HttpRequest, name: str, language: str, dark: str = "") -> HttpResponse:
    """Answer a chart's picture as it was drawn ahead; 404 where none is."""
    theme = "dark" if dark else "light"
    found = Chart.objects.filter(name=name, language=language, theme=theme).first()
    if found is None:
        raise Http404
    response = HttpResponse(found.svg, content_type="image/svg+xml; charset=utf-8")
    return answer_unless_known(request, response, f"{found.digest[:32]}")


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """Answer rows as CSV whose cells no spreadsheet takes for a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="gongdao-{name}.csv"'
    writer = safe_csv.writer(response, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows(rows)
    return response


@login_not_required
@require_safe
@briefly
def chart_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Answer a chart's rows."""
    chart = _chart_or_404(name)
    rows = [(row.key, row.label, *row.numbers) for row in chart.rows]
    return csv_answer(name, ("key", "label", *chart.value_keys), rows)


@login_not_required
@require_safe
@briefly
def figures_csv(request: HttpRequest, name: str) -> HttpResponse:
    """Answer the rows of a register's figures as the record's entries have them."""
    make = figure_exports.EXPORTS.get(name)
    if make is None:
        raise Http404
    columns, rows = make()
    return csv_answer(name, columns, rows)
