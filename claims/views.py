"""The page of each step of a claim: one view class for the console's door and the claimant's."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.forms.base import StepForm
from claims.models import Claim
from claims.permissions import blockers
from claims.queries import (
    bound_rules,
    claim_for,
    open_proposals_of,
    open_request_of,
    recommendation_of,
)
from claims.states import BY_STEP
from claims.steps import ACTS, CLAIMANT_STEPS, STEPS_AND_ACTS, step_on
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.steps import Step
from core.zone import add_days, local_date
from members.criteria_table import Column, criteria_table


class ClaimStepPage(StepPage):
    """Any step of a claim, as its own page with its own form."""

    template_name = "claims/claim_step.html"
    success_message = _("Done. The claim stands as shown here.")
    door = "console"

    def get_step(self) -> Step:
        """Find the step on the claim; neither exists for who may not know of it."""
        name = str(self.kwargs["step"])
        is_claimants = name in CLAIMANT_STEPS
        if name not in STEPS_AND_ACTS or is_claimants != (self.door == "me"):
            raise Http404
        self.claim = claim_for(self.reference, self.actor)
        if self.door == "console" and not self.actor.roles:
            raise Http404
        if self.door == "me" and self.claim.claimant_id != self.actor.person_id:
            raise Http404
        return step_on(name, self.claim)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step, as the service would."""
        name = self.found_step.name
        return [] if name in ACTS else blockers(name, self.claim, self.actor, now())

    def initial(self) -> Mapping[str, Any]:
        """Fill in what the rules suggest or the first of two people proposed."""
        today = local_date(now(), self.claim.plan.zone)
        found: dict[str, Any] = {}
        name = self.found_step.name
        if name in ("open_investigation", "reinvestigate"):
            found["due_on"] = add_days(today, bound_rules(self.claim).investigation_days)
        elif name == "request_information":
            found["deadline_on"] = add_days(today, bound_rules(self.claim).information_days)
        elif name == "recommend":
            snapshot = self.claim.eligibility.order_by("-number").first()
            found["amount_cents"] = snapshot.amount_cents if snapshot else 0
        elif name == "approve":
            recommendation = recommendation_of(self.claim)
            found["amount_cents"] = recommendation.amount_cents if recommendation else None
        for proposal in open_proposals_of(self.claim):
            if proposal.step == name:
                found["reason_code"] = proposal.reason_code
                found["note"] = proposal.note
        return found

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Let the form name the service's arguments."""
        return form.service_kwargs() if isinstance(form, StepForm) else form.cleaned_data

    def page_context(self) -> Mapping[str, Any]:
        """Show what one needs beside the form."""
        recommendation = recommendation_of(self.claim)
        return {
            "claim": self.claim,
            "cancel_url": self._claim_url(self.claim),
            "is_two_person": self._is_two_person(),
            "proposals": [
                proposal
                for proposal in open_proposals_of(self.claim)
                if proposal.step == self.found_step.name
            ],
            "request_open": open_request_of(self.claim),
            "recommendation": recommendation,
            "criteria": self._criteria(recommendation.answers) if recommendation else None,
        }

    def _criteria(self, answers: Mapping[str, str]) -> Mapping[str, Any] | None:
        if self.found_step.name not in ("approve", "deny", "send_back"):
            return None
        clause = bound_rules(self.claim).clause_of(self.claim.disease_code)
        return criteria_table(clause, [Column(str(_("Recommended")), answers)])

    def _is_two_person(self) -> bool:
        edges = BY_STEP.get(self.found_step.name, ())
        return any(edge.second_person for edge in edges)

    def success_url(self, result: Any) -> str:
        """Go back to the claim."""
        return self._claim_url(self.claim)

    def _claim_url(self, claim: Claim) -> str:
        name = "my_claim" if self.door == "me" else "console_claim"
        return reverse(name, args=[claim.reference])


class MyClaimStepPage(ClaimStepPage):
    """A step of one's own claim."""

    door = "me"
