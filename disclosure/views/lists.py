"""The board's lists: cases with filters and search, hearings, and both as CSV and JSON."""

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from defusedcsv import csv as safe_csv
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from core.public_pages import public_page
from disclosure import board_queries, wording
from disclosure.board_queries import CaseFilter, CasePage
from disclosure.board_tables import case_table
from disclosure.states import Result, Stage
from disclosure.views.board import plans_for_filter
from members.provinces import PROVINCES
from record.models import Entry
from sharing.publishing import case_count

NAMES = ("plan", "disease", "province", "result", "stage", "period")
EXPORT_BATCH = 500
COLUMNS = (
    "case",
    "plan",
    "period",
    "disease_group",
    "disease",
    "age_band",
    "sex",
    "region",
    "province",
    "filed",
    "amount_cents",
    "result",
    "stage",
    "objections",
    "hearing",
)
LICENCE = "CC0-1.0"
briefly = cache_control(public=True, max_age=10)


def filter_of(request: HttpRequest) -> CaseFilter:
    """Return what the address narrows to; what is too long or unknown finds nothing."""
    values = {name: request.GET.get(name, "")[:80] for name in NAMES}
    return CaseFilter(words=request.GET.get("q", "")[:100], **values)


@public_page
def board_cases(request: HttpRequest) -> HttpResponse:
    """Show the cases a reader asks for, newest first; every set has a stable address."""
    narrow = filter_of(request)
    before = request.GET.get("before", "")[:16]
    page = board_queries.page_of_cases(narrow, before)
    names = wording.disease_names()
    query = _query(narrow)
    context = {
        "narrow": narrow,
        "table": case_table(page.cases, board_queries.latest_bodies(page.cases)),
        "has_cases": bool(page.cases),
        "next_url": _older(page, query),
        "previous_url": f"?{urlencode(query)}" if before else "",
        "choices": _choices(narrow, names),
        "csv_url": f"{reverse('board_cases_csv')}?{urlencode(query)}",
        "json_url": f"{reverse('api_board_cases')}?{urlencode(query)}",
    }
    return render(request, "disclosure/board_cases.html", context)


def _query(narrow: CaseFilter) -> dict[str, str]:
    values = {name: getattr(narrow, name) for name in NAMES} | {"q": narrow.words}
    return {name: value for name, value in values.items() if value}


def _older(page: CasePage, query: dict[str, str]) -> str:
    if not page.has_older:
        return ""
    return f"?{urlencode({**query, 'before': page.cases[-1].reference})}"


def _choices(narrow: CaseFilter, names: dict[str, str]) -> list[dict[str, Any]]:
    groups: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("plan", _("Plan"), [(plan.code, plan.name) for plan in plans_for_filter()]),
        ("disease", _("Disease"), sorted(names.items(), key=lambda item: item[1])),
        ("province", _("Place"), [(code, str(name)) for code, name in PROVINCES.items()]),
        ("result", _("Result"), [(one.value, str(one.label)) for one in Result]),
        ("stage", _("Stage"), [(one.value, str(one.label)) for one in Stage]),
    ]
    return [
        {"name": name, "label": label, "options": options, "value": getattr(narrow, name)}
        for name, label, options in groups
    ]


def exported_row(body: dict[str, Any]) -> dict[str, Any]:
    """Return a statement as one flat row of open data."""
    form = body["form"]
    return {
        **{name: form[name] for name in COLUMNS if name in form},
        "case": body["case"],
        "plan": body["plan"],
        "period": body["period"],
        "result": body["result"],
        "stage": body["stage"],
        "objections": len(body["objections"]),
        "hearing": body["hearing"].get("outcome", ""),
    }


class _Line:
    """What a CSV writer writes to: it hands each line on."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@login_not_required
@require_safe
@briefly
def board_cases_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Stream every case of a set as CSV, cells made safe for spreadsheets."""
    narrow = filter_of(request)
    response = StreamingHttpResponse(_csv_lines(narrow), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="cases.csv"'
    response.headers["X-Licence"] = LICENCE
    return response


def _csv_lines(narrow: CaseFilter) -> Iterator[str]:
    writer = safe_csv.writer(_Line(), quoting=csv.QUOTE_MINIMAL)
    yield "\ufeff"
    yield writer.writerow(COLUMNS)
    before = ""
    while True:
        page = board_queries.page_of_cases(narrow, before, EXPORT_BATCH)
        bodies = board_queries.latest_bodies(page.cases)
        for case in page.cases:
            row = exported_row(bodies[case.pk])
            yield writer.writerow([row[name] for name in COLUMNS])
        if not page.has_older:
            return
        before = page.cases[-1].reference


@login_not_required
@require_safe
@briefly
def rounds_csv(request: HttpRequest) -> HttpResponse:
    """Answer the closed rounds as CSV, to the cent."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="rounds.csv"'
    response.write("\ufeff")
    names = (
        "round",
        "plan",
        "sharing_on",
        "aid_cents",
        "fee_cents",
        "surplus_in_cents",
        "due_cents",
        "subsidy_cents",
        "surplus_out_cents",
        "collected_cents",
        "uncollected_cents",
    )
    writer = safe_csv.writer(response)
    writer.writerow([*names, "cases", "memberships", "share_cents"])
    for body in board_queries.rounds_closed():
        tiers = body["tiers"]
        first = tiers[0]["share_cents"] if tiers else 0
        memberships = sum(tier["memberships"] for tier in tiers)
        writer.writerow([*(body[n] for n in names), case_count(body), memberships, first])
    return response


@login_not_required
@require_safe
@briefly
def period_json(request: HttpRequest, plan: str, day: str) -> HttpResponse:
    """Answer the record's own entry of a period's round, byte for byte."""
    sharing_days = {
        period.sharing_on.isoformat()
        for period in board_queries.published_periods().filter(plan__code=plan)
        if period.sharing_on and period.notice_on.isoformat() == day
    }
    entry = Entry.objects.filter(
        kind=board_queries.ROUND_CLOSED,
        subject__in=[
            body["round"]
            for body in board_queries.rounds_closed(plan)
            if body["sharing_on"] in sharing_days
        ],
    ).first()
    if entry is None:
        return JsonResponse({"detail": _("There is no closed round of that day.")}, status=404)
    return HttpResponse(entry.body, content_type="application/json")
