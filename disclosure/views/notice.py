"""The members' notice: the cases open now, one case, an objection, one's own objections."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.queries import bound_rules, recommendation_of
from core import clock, formats
from core.errors import Blocker
from core.keyset import keyset_page
from core.pages import StepPage
from core.requests import actor_of
from disclosure import wording
from disclosure.board_queries import planned_periods
from disclosure.models import NoticeEntry, Objection
from disclosure.permissions import objection_blockers
from disclosure.queries import (
    answered_objections,
    entry_for,
    noticed_now,
    objections_of_member,
)
from disclosure.states import OPEN_OBJECTIONS, EntryState, ObjectionState
from disclosure.steps import OBJECT
from members.criteria import evaluate

CARDS_A_PAGE = 12


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the members' pages out of every index and cache."""
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    return response


@login_required
@never_cache
@require_safe
def notice_home(request: HttpRequest) -> HttpResponse:
    """Show the open periods' cards, or when the next ones open."""
    now = clock.now()
    names = wording.disease_names()
    page = keyset_page(noticed_now(now), ("-pk",), request.GET.get("after", ""), CARDS_A_PAGE)
    groups: dict[int, dict[str, Any]] = {}
    for entry in page.rows:
        group = groups.setdefault(entry.period_id, {"period": entry.period, "cards": []})
        group["cards"].append(card_of_entry(entry, names, now))
    context = {
        "groups": list(groups.values()),
        "planned": list(planned_periods()[:6]),
        "case_count": noticed_now(now).count(),
        "next_url": f"?after={page.next_cursor}" if page.next_cursor else "",
        "is_later_page": "after" in request.GET,
    }
    return _private(render(request, "disclosure/notice_home.html", context))


def card_of_entry(entry: NoticeEntry, names: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return an entry as the shared card shows it."""
    card = entry.card
    disease = names.get(card["disease"], card["disease"])
    title = (
        _("%(name)s: %(disease)s") % {"name": card["name"], "disease": disease}
        if card["name"]
        else disease
    )
    tags = []
    count = getattr(entry, "objection_total", 0)
    if count:
        tags.append({"text": _("objected to"), "tone": "not_shown"})
    return {
        "title": title,
        "url": reverse("notice_case", args=[entry.reference]),
        "reference": entry.reference,
        "tags": tags,
        "facts": card_facts(card),
        "amount_cents": card["amount_cents"],
        "note": time_left(entry, now),
        "action_url": reverse("notice_case", args=[entry.reference]),
        "action_label": _("Read the case"),
    }


def card_facts(card: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return what a card tells besides the disease and the amount."""
    rows = (
        (pgettext("person", "Age"), wording.age_text(card["age_band"])),
        (_("Sex"), wording.sex_text(card["sex"])),
        (_("Place"), wording.place_text({"province": card["province"], "region": ""})),
    )
    return [{"label": label, "value": value} for label, value in rows if value]


def time_left(entry: NoticeEntry, now: datetime) -> str:
    """Return until when objections may be made."""
    if entry.state != EntryState.OPEN or now >= entry.closes_at:
        return _("The time for objections is over.")
    return _("Objections until %(when)s.") % {"when": formats.instant(entry.closes_at)}


def _entry_or_404(reference: str, now: datetime) -> NoticeEntry:
    try:
        entry = entry_for(reference)
    except NoticeEntry.DoesNotExist as error:
        raise Http404 from error
    if entry.state == EntryState.WITHDRAWN or now < entry.opens_at:
        raise Http404
    return entry


@login_required
@never_cache
@require_safe
def notice_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one noticed case: story, investigation, criteria, amount, objections and answers."""
    now = clock.now()
    actor = actor_of(request)
    entry = _entry_or_404(reference, now)
    rules = bound_rules(entry.claim)
    card = entry.card
    recommendation = recommendation_of(entry.claim)
    answers = recommendation.answers if recommendation else {}
    clause = rules.clause(card["clause"])
    fee = card["amount_cents"] * rules.fee_basis_points // 10_000
    objections = [
        {"number": number, "objection": one, "is_open": one.state in OPEN_OBJECTIONS}
        for number, one in enumerate(answered_objections(entry.claim_id), start=1)
    ]
    context = {
        "entry": entry,
        "card": card_of_entry(entry, {card["disease"]: rules.disease(card["disease"]).name}, now),
        "facts": card_facts(card),
        "criteria": {
            "title": _("Clause %(number)s") % {"number": clause.number},
            "caption": clause.title,
            "columns": [_("Reviewers")],
            "has_basis": False,
            "rows": [
                {
                    "text": listed.criterion.text,
                    "depth": listed.depth,
                    "answers": [{"value": answers.get(listed.criterion.code, "not_shown")}],
                }
                for listed in clause.criteria
            ],
            "verdicts": [{"value": evaluate(clause.tree, answers)}],
        },
        "sum": {
            "rows": [
                {"label": _("Aid"), "amount_cents": card["amount_cents"]},
                {
                    "label": _("Management fee, %(percent)s")
                    % {"percent": formats.percent(rules.fee_basis_points, 10_000)},
                    "amount_cents": fee,
                },
                {
                    "label": _("Shared by all members"),
                    "amount_cents": card["amount_cents"] + fee,
                    "rule_above": True,
                    "strong": True,
                },
            ]
        },
        "objections": objections,
        "blockers": objection_blockers(entry, actor.person_id, now),
        "is_stopped": entry.state == EntryState.SUSPENDED,
    }
    return _private(render(request, "disclosure/notice_case.html", context))


class ObjectPage(StepPage):
    """Object to a noticed case."""

    step = OBJECT
    template_name = "disclosure/notice_object.html"
    success_message = gettext_lazy("Your objection was received.")

    def may_open(self) -> None:
        """Hide entries that are not on notice to anybody."""
        self.now = clock.now()
        self.entry = _entry_or_404(self.reference, self.now)

    def blockers(self) -> list[Blocker]:
        """Return every reason why not, before anything is typed."""
        return objection_blockers(self.entry, self.actor.person_id, self.now)

    def page_context(self) -> Mapping[str, Any]:
        """Return the way back."""
        return {
            "entry": self.entry,
            "until": time_left(self.entry, self.now),
            "cancel_url": reverse("notice_case", args=[self.reference]),
        }

    def success_url(self, result: Objection) -> str:
        """Go to the objection with its number, owner and day."""
        return reverse("notice_objection", args=[result.reference])


@login_required
@never_cache
@require_safe
def notice_objections(request: HttpRequest) -> HttpResponse:
    """Show the reader's own objections: number, owner, deadline, answer."""
    actor = actor_of(request)
    rows = objections_of_member(actor.person_id) if actor.person_id else []
    context = {"objections": [_own(one) for one in rows]}
    return _private(render(request, "disclosure/notice_objections.html", context))


@login_required
@never_cache
@require_safe
def notice_objection(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one of the reader's own objections; a record to keep."""
    actor = actor_of(request)
    found = (
        objections_of_member(actor.person_id).filter(reference=reference).first()
        if actor.person_id
        else None
    )
    if found is None:
        raise Http404
    return _private(render(request, "disclosure/notice_objection.html", {"objection": _own(found)}))


def _own(objection: Objection) -> dict[str, Any]:
    is_open = objection.state in OPEN_OBJECTIONS
    owner = objection.owner
    if not is_open:
        next_text = _("Nothing more is needed from you.")
    elif objection.state == ObjectionState.UNDER_INQUIRY:
        next_text = _("An inquiry is under way. The case cannot clear before it is answered.")
    else:
        next_text = _("A reviewer will open an inquiry. The case cannot clear before that.")
    return {
        "row": objection,
        "grounds": objection.get_grounds_display(),
        "state": ObjectionState(objection.state).label,
        "tone": {"sustained": "met", "dismissed": "soft"}.get(objection.state, "not_shown"),
        "owner": owner.full_name if owner else _("the reviewers’ desk"),
        "is_open": is_open,
        "next": next_text,
        "case_url": reverse("notice_case", args=[objection.entry.reference]),
        "url": reverse("notice_objection", args=[objection.reference]),
    }
