"""The jury officer's door: hearings by what is due, one hearing, and its steps."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.permissions import blockers as claim_blockers
from claims.queries import claim_for
from core.actor import Actor
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.references import NotAReference, parse_reference
from core.requests import actor_of
from core.steps import Step
from jury import console_page
from jury.brief_page import shown_brief
from jury.exhibits.queries import exhibits_of, waiting
from jury.models import Hearing
from jury.officer_queries import (
    VIEWS,
    counts_of,
    events_of,
    officer_page,
    seats_of,
    summary,
    with_counts,
)
from jury.queries import OFFICER_ROLES
from jury.skip_reasons import EVENT_REASONS
from jury.states import Mode
from jury.steps import CLAIM_STEPS, HEARING_STEPS, hearing_offers, step_blockers

EVENTS_SHOWN = 200


def hearing_for_officer(reference: str, actor: Actor) -> Hearing:
    """Return a hearing for those who run or oversee them; Http404 for anybody else."""
    if not actor.has_any(OFFICER_ROLES):
        raise Http404
    hearing = (
        Hearing.objects.select_related("claim__plan", "roll", "checkpoint")
        .filter(reference=reference)
        .first()
    )
    if hearing is None:
        raise Http404
    return hearing


@never_cache
@require_safe
def hearing_list(request: HttpRequest) -> HttpResponseBase:
    """Show the hearings by what is due; counts say who accepted and voted, never how."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    if not actor.has_any(OFFICER_ROLES):
        raise Http404
    typed = request.GET.get("reference", "").strip()
    if typed:
        found = hearing_typed(typed)
        if found is not None:
            return redirect("console_hearing", found)
    at = now()
    view = request.GET.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    page = officer_page(view, request.GET.get("after", ""), at)
    papers = waiting()
    context = {
        "sentence": console_page.sentence(summary(at), len(papers)),
        "table": console_page.list_table(with_counts(page.rows), at),
        "is_empty": not page.rows,
        "view": view,
        "views": console_page.view_labels(),
        "next_cursor": page.next_cursor,
        "papers": console_page.papers_table(papers) if papers else None,
        "typed": typed,
        "has_errors": bool(typed),
    }
    return render(request, "jury/console_list.html", context, status=422 if typed else 200)


def hearing_typed(typed: str) -> str | None:
    """Return the reference of the hearing somebody typed, in any spelling, if there is one."""
    try:
        reference = parse_reference(typed, "H")
    except NotAReference:
        return None
    return reference if Hearing.objects.filter(reference=reference).exists() else None


@never_cache
@require_safe
def hearing_page(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show a hearing with its steps and what blocks them."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    hearing = hearing_for_officer(reference, actor)
    at = now()
    row = counts_of(hearing)
    seats = seats_of(hearing) if hearing.mode == Mode.DRAWN else []
    offers = [
        offer for offer in hearing_offers(hearing, actor, at) if offer.url.startswith("/console/")
    ]
    may_replace = any(offer.step.name == "replace_juror" for offer in offers)
    context = {
        "hearing": hearing,
        "row": row,
        "heading": console_page.heading(row),
        "way": console_page.way_of(hearing),
        "waits": console_page.waits_for(hearing, at),
        "figures": console_page.figures_of(row),
        "panel": console_page.panel_table(hearing, seats, may_replace=may_replace)
        if seats
        else None,
        "hidden_seats": max(0, row.sitting - len(seats)) if seats else 0,
        "brief": shown_brief(hearing, list(exhibits_of(hearing))),
        "offers": offers,
        "history": [
            {
                "label": event.label,
                "when": event.occurred_at,
                "who": EVENT_REASONS.get(event.reason_code, ""),
                "note": event.note,
            }
            for event in events_of(hearing)[:EVENTS_SHOWN]
        ],
    }
    return render(request, "jury/console_hearing.html", context)


class HearingStepPage(StepPage):
    """A step of the officer on a hearing."""

    template_name = "jury/step_page.html"

    def get_step(self) -> Step:
        """Return the officer's step of the URL."""
        step = HEARING_STEPS.get(str(self.kwargs["step"]))
        if step is None or not step.roles & OFFICER_ROLES:
            raise Http404
        return step

    def may_open(self) -> None:
        """Only for those who run hearings."""
        self.hearing = hearing_for_officer(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        if not self.actor.has_any(self.found_step.roles):
            return [Blocker("jury_officer_only", _("A jury officer does this."))]
        return step_blockers(self.found_step.name, self.hearing, self.actor)

    def initial(self) -> Mapping[str, Any]:
        """Return the juror's number that the table's link names."""
        if self.found_step.name == "replace_juror":
            return {"number": self.request.GET.get("number", "")}
        return {}

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to."""
        return {
            "hearing": self.hearing,
            "cancel_url": reverse("console_hearing", args=[self.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the hearing."""
        return reverse("console_hearing", args=[self.reference])


class ClaimStepPage(StepPage):
    """Open a hearing of a claim, or refer the claim to the jury."""

    template_name = "jury/step_page.html"

    def get_step(self) -> Step:
        """Return the staff's step of the URL."""
        return CLAIM_STEPS[str(self.kwargs["step"])]

    def may_open(self) -> None:
        """Only for those who may know of the claim as staff."""
        self.claim = claim_for(self.reference, self.actor)
        if not self.actor.roles:
            raise Http404

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        return claim_blockers(self.found_step.name, self.claim, self.actor, now())

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to."""
        return {"cancel_url": f"/console/claims/{self.reference}/"}

    def success_url(self, result: Hearing | None) -> str:
        """Lead to the new hearing where the actor runs it, else back to the claim."""
        if result is not None and self.actor.has_any(OFFICER_ROLES):
            return reverse("console_hearing", args=[result.reference])
        return f"/console/claims/{self.reference}/"
