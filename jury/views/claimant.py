"""The claimant's door: the papers of the hearing, own words, the number for the draw."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.queries import claim_for
from core.actor import Actor
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from jury.brief_page import shown_brief
from jury.models import Hearing
from jury.steps import CLAIM_STEPS, HEARING_STEPS, hearing_offers, step_blockers


def hearing_of_claimant(reference: str, actor: Actor) -> Hearing:
    """Return a hearing of the actor's own claim; Http404 for any other."""
    hearing = (
        Hearing.objects.select_related("claim__plan", "roll", "checkpoint")
        .filter(reference=reference)
        .first()
    )
    if hearing is None or actor.person_id is None:
        raise Http404
    if hearing.claim.claimant_id != actor.person_id:
        raise Http404
    return hearing


@never_cache
@require_safe
def claimant_hearing(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Show a hearing to the claimant: what the jurors read, and what there is to do."""
    actor = actor_of(request)
    if actor.account_id is None:
        return redirect_to_login(request.get_full_path())
    hearing = hearing_of_claimant(reference, actor)
    context = {
        "hearing": hearing,
        "brief": shown_brief(hearing) if hearing.brief_signed_by_id else None,
        "offers": sorted(
            hearing_offers(hearing, actor, now()), key=lambda offer: not offer.step.is_primary
        ),
        "claim_url": f"/me/claims/{hearing.claim.reference}/",
    }
    response: HttpResponse = render(request, "jury/claimant_hearing.html", context)
    return response


class ClaimantStepPage(StepPage):
    """Write to the jurors, enter the number."""

    template_name = "jury/step_page.html"

    def get_step(self) -> Step:
        """Return the claimant's step of the URL."""
        step = HEARING_STEPS.get(str(self.kwargs["step"]))
        if step is None or "claimant" not in step.roles:
            raise Http404
        return step

    def may_open(self) -> None:
        """Only for the claimant."""
        self.hearing = hearing_of_claimant(self.reference, self.actor)

    def initial(self) -> Mapping[str, Any]:
        """Return the words already written."""
        return {"statement": self.hearing.claimant_statement}

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        return step_blockers(self.found_step.name, self.hearing, self.actor)

    def page_context(self) -> Mapping[str, Any]:
        """Say what the page is about."""
        return {
            "hearing": self.hearing,
            "about": self.found_step.name,
            "cancel_url": reverse("claimant_hearing", args=[self.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the hearing."""
        return reverse("claimant_hearing", args=[self.reference])


class ClaimantNumberPage(ClaimantStepPage):
    """The number for the draw, at the address the message names."""

    def get_step(self) -> Step:
        """Return the step."""
        return HEARING_STEPS["enter_number"]


class WithdrawDisputePage(StepPage):
    """Withdraw the dispute, before or during the hearing."""

    step = CLAIM_STEPS["withdraw_dispute"]
    template_name = "jury/step_page.html"

    def may_open(self) -> None:
        """Only for the claimant."""
        self.claim = claim_for(self.reference, self.actor)
        if self.claim.claimant_id != self.actor.person_id:
            raise Http404

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to."""
        return {"cancel_url": f"/me/claims/{self.reference}/"}

    def success_url(self, result: Any) -> str:
        """Lead to the claim."""
        return f"/me/claims/{self.reference}/"
