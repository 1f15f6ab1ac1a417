"""The public board's front page and its pages about one case, one period, the rules, the times."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import formats
from core.public_pages import public_page
from disclosure import board_queries, case_page, figure_queries, rules_page, wording
from disclosure.board_queries import CaseFilter
from disclosure.board_tables import case_table, round_sum
from disclosure.chart_data import helped_chart, share_chart, times_chart
from disclosure.figure_queries import TIMES
from disclosure.models import NoticePeriod
from disclosure.month_figures import PAID
from disclosure.queries import open_periods, period_key
from disclosure.views.figures import shown_charts
from members.models import Plan, RulebookVersion
from members.queries import rulebook_of
from members.states import PUBLISHED_STATES
from record.presenting import proof_from, proof_of, signed_entries
from sharing.publishing import case_count


@public_page
def board_home(request: HttpRequest) -> HttpResponse:
    """Show today's figures, the latest round's sum, the current notice, the share over time."""
    rounds = figure_queries.rounds_of_record()
    times = figure_queries.latest_of(TIMES)
    charts = [share_chart(rounds.figures), helped_chart(rounds.figures), times_chart(times)]
    latest = rounds.latest
    counts = board_queries.board_counts()
    page = board_queries.page_of_cases(CaseFilter(), size=10)
    context = {
        "figures": _figures(latest, counts, times.get("year", {}).get(PAID)),
        "latest_on": date.fromisoformat(latest["sharing_on"]) if latest else None,
        "sum": round_sum(latest) if latest else None,
        "charts": shown_charts(charts),
        "open_periods": list(open_periods()),
        "table": case_table(page.cases, board_queries.latest_bodies(page.cases)),
        "case_count": counts.cases,
    }
    return render(request, "disclosure/board_home.html", context)


def _figures(
    latest: dict[str, Any] | None,
    counts: board_queries.BoardCounts,
    whole: dict[str, Any] | None,
) -> list[dict[str, Any]]:
    figures = []
    if latest is not None:
        helped = formats.grouped(case_count(latest))
        figures.append({"value": helped, "label": _("people helped in the latest round")})
    if whole is not None:
        figures.append(
            {
                "value": formats.days(whole["median_days"]),
                "label": _("from filing to payout in half of the cases"),
                "url": reverse("board_times"),
            }
        )
    figures.append(
        {
            "value": formats.grouped(counts.hearings),
            "label": _("hearings open to vote in"),
            "url": reverse("public_hearings"),
        }
    )
    if counts.cases:
        overturned = formats.percent(counts.overturned, counts.cases)
        figures.append(
            {
                "value": formats.percent(counts.denied, counts.cases),
                "label": _("of published cases denied; %(percent)s paid by a jury’s verdict")
                % {"percent": overturned},
                "url": f"{reverse('board_cases')}?result=denied",
            }
        )
    return figures


@public_page
def board_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one case: everything its record entries say, and the proof that they stand there."""
    found = board_queries.case_with_entries(reference)
    if found is None:
        raise Http404
    case, entries = found
    last = entries[-1]
    body = case_page.body_of(last)
    names = wording.disease_names()
    rules = wording.rules_numbered(case.plan, body["form"]["rules"])
    record = proof_of(case.reference)
    context = {
        "case": case,
        "body": body,
        "heading": wording.heading_of(body, names),
        "span": case_page.span_of(body),
        "period_day": date.fromisoformat(body["period"]),
        "way": case_page.way_of(body),
        "facts": case_page.facts_of(body, names),
        "tables": case_page.criteria_of(body, rules if body["form"]["rules"] else None),
        "sum": case_page.sum_of(body, rules if body["form"]["rules"] else None),
        "hearing": body["hearing"],
        "hearing_parts": _hearing_parts(body["hearing"]),
        "objections": case_page.objections_of(body),
        "corrections": case_page.corrections_of(entries),
        "history": case_page.history_of(entries, record.size),
        "record": record,
        "period_url": reverse("board_period", args=[case.plan.code, body["period"]]),
    }
    return render(request, "disclosure/board_case.html", context)


def _hearing_parts(hearing: dict[str, Any]) -> list[tuple[str, int]]:
    if "pay" not in hearing:
        return []
    silent = hearing["seats"] - hearing["ballots"]
    return [
        (_("Pay"), hearing["pay"]),
        (_("Do not pay"), hearing["deny"]),
        (_("Did not vote"), max(silent, 0)),
    ]


@public_page
def board_periods(request: HttpRequest) -> HttpResponse:
    """Show the notice periods with their totals, and when the next ones open."""
    rounds = {(body["plan"], body["sharing_on"]): body for body in board_queries.rounds_closed()}
    periods = []
    for period in board_queries.published_periods()[:100]:
        sharing = period.sharing_on.isoformat() if period.sharing_on else ""
        shared = rounds.get((period.plan.code, sharing))
        periods.append({"period": period, "round": shared})
    context = {"periods": periods, "planned": list(board_queries.planned_periods()[:8])}
    context["plans"] = plans_for_filter()
    return render(request, "disclosure/board_periods.html", context)


@public_page
def board_period(request: HttpRequest, plan: str, day: str) -> HttpResponse:
    """Show one period: its totals, its round's sum to the cent, its cases, its payouts."""
    try:
        notice_on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    period = board_queries.published_periods().filter(plan__code=plan, notice_on=notice_on).first()
    if period is None:
        raise Http404
    page = board_queries.page_of_cases(CaseFilter(plan=plan, period=day), size=100)
    shared = _round_of(period)
    payouts = board_queries.payouts_of(board_queries.cases_shared(shared) if shared else [])
    entries = signed_entries(period_key(period), *([shared["round"]] if shared else []))
    context = {
        "period": period,
        "totals": board_queries.totals_in(entries),
        "round": shared,
        "sum": round_sum(shared) if shared else None,
        "tiers": rules_page.tier_rows(
            shared["tiers"] if shared else [], wording.rules_numbered(period.plan, "")
        ),
        "table": case_table(page.cases, board_queries.latest_bodies(page.cases)),
        "payouts": [payouts[key] for key in sorted(payouts)],
        "payout_total": sum(payout["amount_cents"] for payout in payouts.values()),
        "is_open": period.state == "open",
        "record": proof_from(entries),
    }
    return render(request, "disclosure/board_period.html", context)


def _round_of(period: NoticePeriod) -> dict[str, Any] | None:
    sharing = period.sharing_on.isoformat() if period.sharing_on else ""
    rounds = board_queries.rounds_closed(period.plan.code)
    return next((body for body in rounds if body["sharing_on"] == sharing), None)


@public_page
def board_rules(request: HttpRequest) -> HttpResponse:
    """Show every plan's rulebook versions, the newest first."""
    versions = (
        RulebookVersion.objects.filter(state__in=sorted(PUBLISHED_STATES))
        .select_related("plan")
        .defer("body")
        .order_by("plan__code", "-number")
    )
    plans: dict[int, dict[str, Any]] = {}
    for version in versions:
        row = plans.setdefault(version.plan_id, {"plan": version.plan, "versions": []})
        row["versions"].append(version)
    return render(request, "disclosure/board_rules.html", {"plans": list(plans.values())})


@public_page
def board_rulebook(request: HttpRequest, plan: str, number: int) -> HttpResponse:
    """Show one version: amounts, periods, and every clause with its tree of criteria."""
    version = (
        RulebookVersion.objects.filter(
            plan__code=plan, number=number, state__in=sorted(PUBLISHED_STATES)
        )
        .select_related("plan")
        .first()
    )
    if version is None:
        raise Http404
    rules = rulebook_of(version)
    context = {
        "version": version,
        "rules": rules,
        "facts": rules_page.rule_facts(rules),
        "amounts": rules_page.amount_rows(rules),
        "clauses": [rules_page.clause_data(rules, clause) for clause in rules.clauses],
    }
    return render(request, "disclosure/board_rulebook.html", context)


def plans_for_filter() -> list[Plan]:
    """Return the plans a list may be narrowed to."""
    return list(Plan.objects.order_by("code"))
