"""The juror's door: my hearings, one hearing, accepting, declining, stepping down."""

from collections.abc import Mapping
from datetime import datetime
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
from core.resend import ask_to_sign_in_and_resend
from core.steps import Step
from jury.brief_page import shown_brief
from jury.drafts import draft_of
from jury.models import Hearing, JurorStanding
from jury.permissions import voting_blockers
from jury.queries import juror_view, juror_views, may_vote_here, seat_of
from jury.stands import stand_in_list, stand_of
from jury.steps import HEARING_STEPS, hearing_offers, step_blockers


@method_decorator(never_cache, name="dispatch")
class JurorView(View):
    """A page of a juror's own hearing; for anybody else there is nothing here."""

    actor: Actor
    hearing: Hearing
    at: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the juror and the hearing; ask a stranger to sign in first."""
        self.actor, self.at = actor_of(request), now()
        if self.actor.account_id is None:
            if request.method == "POST":
                return ask_to_sign_in_and_resend(request)
            return redirect_to_login(request.get_full_path())
        if "reference" in kwargs:
            self.hearing = hearing_for_juror(kwargs["reference"], self.actor)
        return super().dispatch(request, *args, **kwargs)


def hearing_for_juror(reference: str, actor: Actor) -> Hearing:
    """Return a hearing in which the actor has or had a seat, or may take one; else Http404."""
    hearing = (
        Hearing.objects.select_related("claim__plan", "roll").filter(reference=reference).first()
    )
    if hearing is None or actor.person_id is None:
        raise Http404
    if seat_of(hearing, actor.person_id) is None and not may_vote_here(hearing, actor.person_id):
        raise Http404
    return hearing


class HomePage(JurorView):
    """My hearings; the button says where I stand."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them; whoever is no juror yet is shown how to become one."""
        person_id = self.actor.person_id or 0
        practised = has_practised(person_id)
        hearings = [(view.hearing, stand_in_list(view, self.at)) for view in juror_views(person_id)]
        context = {
            "needed": [(hearing, stand) for hearing, stand in hearings if stand.is_needed],
            "others": [(hearing, stand) for hearing, stand in hearings if not stand.is_needed],
            "is_juror": JurorStanding.objects.filter(person_id=person_id).exists(),
            "practised": practised,
        }
        return render(request, "jury/juror_home.html", context)


class HearingPage(JurorView):
    """The brief, and what this juror can do."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it; the right to vote is said before anything is read."""
        view = juror_view(self.hearing, self.actor.person_id or 0)
        is_voting = view.stands in ("vote", "continue")
        practised = has_practised(self.actor.person_id or 0)
        context = {
            "view": view,
            "stand": stand_of(view, self.at, is_practised=practised),
            "practised": practised,
            "hearing": self.hearing,
            "brief": shown_brief(self.hearing) if view.stands in READS else None,
            "draft": draft_of(request, self.hearing, self.actor) if is_voting else None,
            "offers": hearing_offers(self.hearing, self.actor, self.at),
            "blockers": voting_blockers(self.hearing, self.actor, self.at) if is_voting else [],
        }
        return render(request, "jury/juror_hearing.html", context)


READS = frozenset({"answer", "wait", "vote", "continue", "voted", "missed"})


def has_practised(person_id: int) -> bool:
    """Say whether a juror has been through the practice case."""
    return JurorStanding.objects.filter(person_id=person_id, practised_at__isnull=False).exists()


class JurorStepPage(StepPage):
    """Accept, decline, step down."""

    template_name = "jury/step_page.html"

    def get_step(self) -> Step:
        """Return the juror's step of the URL."""
        step = HEARING_STEPS.get(str(self.kwargs["step"]))
        if step is None or "juror" not in step.roles:
            raise Http404
        return step

    def may_open(self) -> None:
        """Only for whoever was seated here."""
        self.hearing = hearing_for_juror(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        if self.hearing.state not in self.found_step.sources:
            return [Blocker("jury_over", _("This hearing has moved on."))]
        return step_blockers(self.found_step.name, self.hearing, self.actor)

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to."""
        return {"cancel_url": reverse("jury_hearing", args=[self.reference])}

    def success_url(self, result: Any) -> str:
        """Lead back to the hearing."""
        return reverse("jury_hearing", args=[self.reference])
