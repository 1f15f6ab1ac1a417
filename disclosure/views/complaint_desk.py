"""The console's desk of complaints: a queue by deadline, each complaint, its steps."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Min, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock, formats
from core.actor import Actor
from core.errors import Blocker
from core.keyset import keyset_page
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from disclosure import complaint_steps
from disclosure.complaint_queries import ENDED_KEYS, QUEUE_KEYS, complaint_desk, possible_owners
from disclosure.complaint_rules import READERS, may_read
from disclosure.models import Complaint, ComplaintEvent
from disclosure.states import ComplaintState
from disclosure.views.complaints import found_or_404

PAGE_SIZE = 30


def _reader(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not actor.has_any(READERS):
        raise Http404
    return actor


@login_required
@never_cache
@require_safe
def console_complaints(request: HttpRequest) -> HttpResponse:
    """Show the complaints by deadline, or those of one state."""
    actor = _reader(request)
    asked = request.GET.get("state", "")
    state = asked if asked in ComplaintState.values else ""
    now = clock.now()
    keys = ENDED_KEYS if state == ComplaintState.ANSWERED else QUEUE_KEYS
    rows = complaint_desk(actor, state)
    page = keyset_page(rows, keys, request.GET.get("after", ""), PAGE_SIZE)
    context = {
        "sentence": queue_sentence(complaint_desk(actor), now),
        "state": state,
        "states": ComplaintState.choices,
        "table": _table(page.rows, now) if page.rows else None,
        "next_url": f"?state={state}&after={page.next_cursor}" if page.next_cursor else "",
    }
    return render(request, "disclosure/console_complaints.html", context)


def queue_sentence(rows: QuerySet[Complaint], now: datetime) -> str:
    """Return the sentence above the queue: how many, how many overdue, the next day due."""
    found = rows.order_by().aggregate(
        waiting=Count("id"),
        late=Count("id", filter=Q(due_at__lte=now)),
        coming=Min("due_at", filter=Q(due_at__gt=now)),
    )
    waiting, late, coming = found["waiting"], found["late"], found["coming"]
    if not waiting:
        return _("No complaint waits for an answer")
    shown = {"n": formats.grouped(waiting)}
    parts = [ngettext("%(n)s complaint to answer", "%(n)s complaints to answer", waiting) % shown]
    if late:
        parts.append(_("%(n)s overdue") % {"n": formats.grouped(late)})
    if coming is not None:
        last_day = formats.short_day(coming - timedelta(microseconds=1))
        parts.append(_("next due %(when)s") % {"when": last_day})
    return pgettext("list", ", ").join(parts)


def _table(rows: list[Complaint], now: datetime) -> dict[str, Any]:
    return {
        "caption": _("Complaints"),
        "is_keyed": True,
        "columns": [
            {"label": _("Number"), "is_number": False},
            {"label": _("About"), "is_number": False},
            {"label": _("State"), "is_number": False},
            {"label": _("Answers for it"), "is_number": False},
            {"label": _("Answer by"), "is_number": False},
        ],
        "rows": [{"cells": _cells(one, now)} for one in rows],
    }


def _cells(one: Complaint, now: datetime) -> list[dict[str, Any]]:
    is_late = one.state != ComplaintState.ANSWERED and (one.is_overdue or one.due_at < now)
    tags = [{"text": _("overdue"), "tone": "not_met"}] if is_late else []
    return [
        {"text": one.reference, "url": reverse("console_complaint", args=[one.reference])},
        {"text": one.get_category_display()},
        {"text": str(ComplaintState(one.state).label), "tags": tags},
        {"text": one.owner.full_name if one.owner else "–"},
        {"text": formats.day(one.due_on)},
    ]


def _readable_or_404(reference: str, actor: Actor) -> Complaint:
    complaint = found_or_404(reference)
    if not may_read(complaint, actor):
        raise Http404
    return complaint


@login_required
@never_cache
@require_safe
def console_complaint(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one complaint with its history and what may be done now."""
    actor = _reader(request)
    complaint = _readable_or_404(reference, actor)
    events = complaint.events.select_related("actor_person", "owner").order_by("-seq")
    context = {
        "complaint": complaint,
        "state": ComplaintState(complaint.state).label,
        "history": [
            {
                "label": event_text(event),
                "who": event.actor_person.full_name if event.actor_person else "",
                "when": event.occurred_at,
            }
            for event in events
        ],
        "offers": complaint_steps.complaint_offers(complaint, actor),
    }
    return render(request, "disclosure/console_complaint.html", context)


def event_text(event: ComplaintEvent) -> str:
    """Return a row of the history in words."""
    owner = event.owner.full_name if event.owner else "–"
    words = {
        "file_complaint": _("Received; %(owner)s answers for it"),
        "assign_complaint": _("Given to %(owner)s"),
        "examine_complaint": _("%(owner)s looks into it"),
        "answer_complaint": pgettext("complaint", "Answered"),
        "mark_overdue": _("The day of the answer passed; told again every week"),
    }
    return words[event.event] % {"owner": owner}


class ComplaintStepPage(StepPage):
    """A step on a complaint."""

    template_name = "disclosure/complaint_step.html"

    def get_step(self) -> Step:
        """Return the step the address names."""
        return complaint_steps.COMPLAINT_STEPS[str(self.kwargs["step"])]

    def may_open(self) -> None:
        """Hide complaints from everybody but their owner, the ombudsman and the auditor."""
        if not self.actor.has_any(READERS):
            raise Http404
        self.complaint = _readable_or_404(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        return complaint_steps.complaint_step_blockers(self.found_step, self.complaint, self.actor)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Tell the form to whom a complaint may be given."""
        return assign_choices(self.found_step, self.complaint)

    def page_context(self) -> Mapping[str, Any]:
        """Show the complaint."""
        return {
            "complaint": self.complaint,
            "cancel_url": reverse("console_complaint", args=[self.reference]),
        }

    def success_url(self, result: Complaint) -> str:
        """Go back to the complaint; to the queue, where it is another's now."""
        if may_read(result, self.actor):
            return reverse("console_complaint", args=[result.reference])
        return reverse("console_complaints")


def assign_choices(step: Step, complaint: Complaint) -> Mapping[str, Any]:
    """Return the assign form's people; nothing for other steps."""
    if step is not complaint_steps.ASSIGN_COMPLAINT:
        return {}
    return {"people": [(one.reference, one.full_name) for one in possible_owners(complaint)]}
