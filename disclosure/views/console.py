"""The console's desks: redactions and notice periods, objections, corrections."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.models import Claim
from claims.queries import claim_for, recommendation_of
from core import clock
from core.actor import Actor
from core.errors import Blocker, NotAllowed
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from disclosure import steps
from disclosure.board_queries import planned_periods
from disclosure.masks import scan_personal_data
from disclosure.models import Objection, Redaction
from disclosure.permissions import SIGNERS, stamp_of
from disclosure.queries import (
    last_investigation,
    names_involved,
    objection_desk,
    open_periods,
    redaction_desk,
    redaction_for,
)
from disclosure.states import ObjectionState

READERS = SIGNERS | {"jury_officer", "auditor"}
MOST_ROWS = 100


def require_reader(actor: Actor) -> None:
    """Hide the desks from everybody but the staff who work at them."""
    if not actor.has_any(READERS):
        raise NotAllowed("disclosure_role", _("Only reviewers may do this."))


def allowed(request: HttpRequest) -> Actor:
    """Return who reads; Http404 for everybody but the staff of these desks."""
    actor = actor_of(request)
    try:
        require_reader(actor)
    except NotAllowed as error:
        raise Http404 from error
    return actor


@login_required
@never_cache
@require_safe
def console_notice(request: HttpRequest) -> HttpResponse:
    """Show what waits for a redaction or a signature, and the periods open and planned."""
    actor = allowed(request)
    rows = []
    for claim in redaction_desk()[:MOST_ROWS]:
        latest = max(claim.redactions.all(), key=lambda row: row.notice_number, default=None)
        redaction = latest if latest is not None and not latest.is_signed else None
        rows.append(_desk_row(claim, redaction, actor))
    context = {
        "rows": rows,
        "to_prepare": sum(row["needs"] == "prepare" for row in rows),
        "to_sign": sum(row["needs"] == "sign" for row in rows),
        "open_periods": list(open_periods()),
        "planned": list(planned_periods()[:8]),
    }
    return render(request, "disclosure/console_notice.html", context)


def _desk_row(claim: Claim, redaction: Redaction | None, actor: Actor) -> dict[str, Any]:
    is_prepared = redaction is not None and not redaction.returned_note
    own = redaction is not None and redaction.prepared_by_id == actor.person_id
    step = "sign_redaction" if is_prepared and not own else "prepare_redaction"
    if redaction is None:
        text = _("no redaction yet")
    elif redaction.returned_note:
        text = _("returned: %(note)s") % {"note": redaction.returned_note}
    else:
        text = _("prepared by %(name)s, waits for a second person") % {
            "name": redaction.prepared_by.full_name
        }
    return {
        "claim": claim,
        "needs": "sign" if is_prepared else "prepare",
        "text": text,
        "step_label": steps.REDACTION_STEPS[step].label,
        "url": reverse(f"console_{step}", args=[claim.reference]),
    }


class RedactionPage(StepPage):
    """A step on the redaction of a claim."""

    template_name = "disclosure/redaction_step.html"

    def get_step(self) -> Step:
        """Return the step the address names."""
        return steps.REDACTION_STEPS[str(self.kwargs["step"])]

    def may_open(self) -> None:
        """Hide the claim from whoever may not know of it."""
        if not self.actor.has_any(READERS):
            raise Http404
        self.claim = claim_for(self.reference, self.actor)
        self.redaction = redaction_for(self.claim)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        return steps.redaction_step_blockers(self.found_step, self.claim, self.actor)

    def initial(self) -> Mapping[str, Any]:
        """Start from what was written before, else from the claim and its investigation."""
        if self.found_step is not steps.PREPARE_REDACTION:
            return {"seen": stamp_of(*self.redaction.texts)} if self.redaction else {}
        if self.redaction is not None:
            return {
                "story": self.redaction.story,
                "investigation_summary": self.redaction.investigation_summary,
                "board_summary": self.redaction.board_summary,
            }
        investigation = last_investigation(self.claim)
        recommendation = recommendation_of(self.claim)
        return {
            "story": self.claim.story,
            "investigation_summary": investigation.summary if investigation else "",
            "board_summary": recommendation.reasons if recommendation else "",
        }

    def form_kwargs(self) -> Mapping[str, Any]:
        """Tell the form whose names must not stand in the texts."""
        if self.found_step is steps.PREPARE_REDACTION:
            return {"names": names_involved(self.claim)}
        return {}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Leave out the question that is only for the page."""
        return {name: value for name, value in form.cleaned_data.items() if name != "has_checked"}

    def page_context(self) -> Mapping[str, Any]:
        """Show the redaction beside what it was made from, with the scan's marks."""
        texts = []
        if self.redaction is not None and self.found_step is not steps.PREPARE_REDACTION:
            names = names_involved(self.claim)
            for label, text in (
                (_("For the members’ notice"), self.redaction.story),
                (_("The investigation, for the notice"), self.redaction.investigation_summary),
                (_("For the public board"), self.redaction.board_summary),
            ):
                found = scan_personal_data(text, names)
                texts.append(
                    {
                        "label": label,
                        "text": text,
                        "warnings": list(dict.fromkeys(one.message for one in found)),
                    }
                )
        return {
            "claim": self.claim,
            "texts": texts,
            "redaction": self.redaction,
            "cancel_url": reverse("console_notice"),
        }

    def success_url(self, result: Redaction) -> str:
        """Go back to the desk."""
        return reverse("console_notice")


@login_required
@never_cache
@require_safe
def console_objections(request: HttpRequest) -> HttpResponse:
    """Show the objections by deadline, or those that ended in one way."""
    allowed(request)
    asked = request.GET.get("state", "")
    state = asked if asked in ObjectionState.values else ""
    now = clock.now()
    rows = list(objection_desk(state)[:MOST_ROWS])
    context = {
        "rows": [
            {
                "row": one,
                "state": ObjectionState(one.state).label,
                "grounds": one.get_grounds_display(),
                "is_overdue": one.is_overdue or (not state and one.due_at < now),
                "url": reverse("console_objection", args=[one.reference]),
            }
            for one in rows
        ],
        "state": state,
        "states": ObjectionState.choices,
        "overdue": sum(one.is_overdue or one.due_at < now for one in rows) if not state else 0,
    }
    return render(request, "disclosure/console_objections.html", context)


def _objection_or_404(reference: str) -> Objection:
    found = objection_desk().model.objects.select_related(
        "entry__claim__plan", "entry__period", "owner", "drafted_by", "answered_by", "member"
    )
    objection = found.filter(reference=reference).first()
    if objection is None:
        raise Http404
    return objection


@login_required
@never_cache
@require_safe
def console_objection(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one objection with what may be done now, and what blocks it."""
    actor = allowed(request)
    objection = _objection_or_404(reference)
    context = {
        "objection": objection,
        "state": ObjectionState(objection.state).label,
        "offers": steps.objection_offers(objection, actor),
        "claim_url": f"/console/claims/{objection.entry.claim.reference}/",
    }
    return render(request, "disclosure/console_objection.html", context)


class ObjectionPage(StepPage):
    """A step on an objection."""

    template_name = "disclosure/objection_step.html"

    def get_step(self) -> Step:
        """Return the step the address names."""
        return steps.OBJECTION_STEPS[str(self.kwargs["step"])]

    def may_open(self) -> None:
        """Hide objections from everybody but the staff who work on them."""
        if not self.actor.has_any(READERS):
            raise Http404
        self.objection = _objection_or_404(self.reference)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        found = self.objection
        if found.state not in self.found_step.sources:
            words = gettext_lazy("The objection has moved on; this step is not open any more.")
            return [Blocker("objection_state", words)]
        return steps.objection_step_blockers(self.found_step, found, self.actor)

    def initial(self) -> Mapping[str, Any]:
        """Start from the answer drafted before."""
        return {
            "outcome": self.objection.proposed_outcome,
            "answer": self.objection.answer,
            "board_answer": self.objection.board_answer,
            "seen": stamp_of(*self.objection.texts),
        }

    def form_kwargs(self) -> Mapping[str, Any]:
        """Tell the form whose names must not stand in an answer."""
        if self.found_step is not steps.DRAFT_ANSWER:
            return {}
        claim = self.objection.entry.claim
        return {"names": [*names_involved(claim), self.objection.member.full_name]}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Leave out the question that is only for the page."""
        return {name: value for name, value in form.cleaned_data.items() if name != "has_checked"}

    def page_context(self) -> Mapping[str, Any]:
        """Show the objection and, before a confirmation, the answer it publishes."""
        return {
            "objection": self.objection,
            "is_confirmation": bool(self.found_step.target),
            "cancel_url": reverse("console_objection", args=[self.reference]),
        }

    def success_url(self, result: Objection) -> str:
        """Go back to the objection."""
        return reverse("console_objection", args=[result.reference])
