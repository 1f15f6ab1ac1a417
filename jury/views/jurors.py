"""The officer's and the ombudsman's door to jurors: the list, one juror, decisions, appeals."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache

from core.actor import Actor
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step, StepOffer
from jury.causes import CAUSES
from jury.exam_queries import live_pass
from jury.juror_queries import (
    JurorFilter,
    affiliations_of,
    appeal_rows,
    juror_rows,
    qualifications_of,
    roll_places,
    service_of,
    standing_events,
)
from jury.juror_steps import ANSWER_APPEAL, JUROR_STEPS, QUALIFICATION_STEPS
from jury.models import JurorQualification, JurorStanding, StandingAppeal
from jury.queries import OFFICER_ROLES
from jury.states import StandingState
from jury.views.standing import event_row


@method_decorator(never_cache, name="dispatch")
class OfficerPage(View):
    """A page for those who run or oversee hearings; for anybody else there is nothing here."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find who reads; ask a stranger to sign in first."""
        self.actor = actor_of(request)
        if self.actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        if not self.actor.has_any(OFFICER_ROLES):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class JurorList(OfficerPage):
    """The jurors, a page at a time, by when their standing last changed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page of them."""
        wanted = JurorFilter(
            request.GET.get("state", "")[:20],
            request.GET.get("words", "")[:100],
            request.GET.get("after", "")[:400],
        )
        page = juror_rows(wanted)
        states = [*StandingState.choices, ("qualification", _("Qualification to be checked"))]
        context = {
            "jurors": page.rows,
            "next_cursor": page.next_cursor,
            "wanted": wanted,
            "states": states,
        }
        return render(request, "jury/console_jurors.html", context)


def juror_for_officer(reference: str, actor: Actor) -> JurorStanding:
    """Return a juror by the person's reference, for those who run or oversee hearings."""
    if not actor.has_any(OFFICER_ROLES):
        raise Http404
    found = (
        JurorStanding.objects.select_related("person").filter(person__reference=reference).first()
    )
    if found is None:
        raise Http404
    return found


def juror_offers(standing: JurorStanding, actor: Actor) -> list[StepOffer]:
    """Return the decisions an actor may take on a juror now."""
    if standing.person_id == actor.person_id:
        return []
    reference = standing.person.reference
    return [
        StepOffer(
            step,
            (),
            reverse("console_juror_step", args=[reference, step.name]),
            reverse("api_juror_step", args=[reference, step.name]),
        )
        for step in JUROR_STEPS.values()
        if actor.has_any(step.roles) and standing.state in step.sources
    ]


class JurorDetail(OfficerPage):
    """One juror: standing, log, exam, ties, qualifications; never how they voted."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it."""
        standing = juror_for_officer(reference, self.actor)
        at = now()
        context = {
            "standing": standing,
            "person": standing.person,
            "cause": CAUSES.get(standing.reason_code),
            "events": [event_row(one) for one in standing_events(standing)],
            "passed": live_pass(standing.person_id, at),
            "places": roll_places(standing.person_id, at),
            "service": service_of(standing.person_id),
            "hospitals": affiliations_of(standing.person_id),
            "qualifications": qualifications_of(standing.person_id),
            "may_check": self.actor.has("jury_officer")
            and standing.person_id != self.actor.person_id,
            "offers": juror_offers(standing, self.actor),
        }
        return render(request, "jury/console_juror.html", context)


class JurorStepPage(StepPage):
    """Suspend or disqualify a juror."""

    template_name = "jury/juror_step.html"

    def get_step(self) -> Step:
        """Return the step of the URL."""
        step = JUROR_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self) -> None:
        """Only for those who run or oversee hearings."""
        self.standing = juror_for_officer(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the decision."""
        if not self.actor.has_any(self.found_step.roles):
            return [Blocker("jury_officer_only", _("A jury officer does this."))]
        if self.standing.person_id == self.actor.person_id:
            return [Blocker("jury_own_standing", _("Nobody decides on their own standing."))]
        if self.standing.state not in self.found_step.sources:
            words = _("This juror's standing does not allow it.")
            return [Blocker("jury_standing_moved_on", words)]
        return []

    def page_context(self) -> Mapping[str, Any]:
        """Name the juror and the causes."""
        return {
            "about": self.standing.person.full_name,
            "causes": list(CAUSES.values()),
            "cancel_url": self.success_url(None),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the juror."""
        return reverse("console_juror", args=[self.reference])


class QualificationStepPage(StepPage):
    """Verify a claimed qualification, or say why not."""

    template_name = "jury/juror_step.html"

    def get_step(self) -> Step:
        """Return the step of the URL."""
        step = QUALIFICATION_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self) -> None:
        """Only for those who run or oversee hearings."""
        self.found = qualification_for_officer(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the decision."""
        if not self.actor.has_any(self.found_step.roles):
            return [Blocker("jury_officer_only", _("A jury officer does this."))]
        if self.found.person_id == self.actor.person_id:
            words = _("Somebody else checks your own qualification.")
            return [Blocker("jury_own_qualification", words)]
        if self.found.state not in self.found_step.sources:
            words = _("This qualification is decided.")
            return [Blocker("jury_qualification_decided", words)]
        return []

    def page_context(self) -> Mapping[str, Any]:
        """Show what is claimed."""
        return {"qualification": self.found, "cancel_url": self.success_url(None)}

    def success_url(self, result: Any) -> str:
        """Lead back to the juror."""
        return reverse("console_juror", args=[self.found.person.reference])


def qualification_for_officer(reference: str, actor: Actor) -> JurorQualification:
    """Return a claimed qualification, for those who run or oversee hearings."""
    rows = JurorQualification.objects.select_related("person")
    found = rows.filter(reference=reference).first()
    if found is None or not actor.has_any(OFFICER_ROLES):
        raise Http404
    return found


class AppealList(OfficerPage):
    """The appeals of jurors, the first due first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        rows = appeal_rows()
        waiting = [row for row in rows if getattr(row, "answer", None) is None]
        answered = [row for row in rows if getattr(row, "answer", None) is not None]
        context = {"waiting": waiting, "answered": answered, "at": now()}
        return render(request, "jury/console_juror_appeals.html", context)


def appeal_for_officer(reference: str, actor: Actor) -> StandingAppeal:
    """Return an appeal, for those who run or oversee hearings."""
    rows = StandingAppeal.objects.select_related("event__standing__person", "answer")
    found = rows.filter(reference=reference).first()
    if found is None or not actor.has_any(OFFICER_ROLES):
        raise Http404
    return found


def appeal_blockers(appeal: StandingAppeal, actor: Actor) -> list[Blocker]:
    """Return what keeps an actor from answering an appeal."""
    if getattr(appeal, "answer", None) is not None:
        return [Blocker("jury_appeal_answered", _("This appeal is answered."))]
    if not actor.has("ombudsman"):
        return [Blocker("jury_ombudsman_only", _("The ombudsman answers appeals."))]
    if actor.person_id in (appeal.event.actor_id, appeal.event.standing.person_id):
        words = _("Somebody else answers an appeal against your own decision.")
        return [Blocker("jury_appeal_own", words)]
    return []


class AppealPage(StepPage):
    """One appeal with the decision it is against, and its answer."""

    step = ANSWER_APPEAL
    template_name = "jury/console_juror_appeal.html"

    def may_open(self) -> None:
        """Only for those who run or oversee hearings."""
        self.appeal = appeal_for_officer(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the answer."""
        return appeal_blockers(self.appeal, self.actor)

    def page_context(self) -> Mapping[str, Any]:
        """Return the decision and who it is about."""
        return {
            "appeal": self.appeal,
            "answer": getattr(self.appeal, "answer", None),
            "row": event_row(self.appeal.event),
            "person": self.appeal.event.standing.person,
            "cancel_url": reverse("console_juror_appeals"),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the list."""
        return reverse("console_juror_appeals")
