"""A person's memberships, who pays for them, and the steps on them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from core import formats
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.requests import actor_of
from core.zone import add_days, local_date
from members import steps
from members.forms import JoinForm
from members.models import HealthStatement, Membership, MembershipTier, Person, Plan
from members.queries import (
    health_statements_of,
    memberships_of,
    rulebook_for,
    rulebook_version_on,
)
from members.rulebook import Rulebook
from members.services.enrolment import joining_blockers, leaving_blockers
from members.states import EndReason, PlanState


@method_decorator(never_cache, name="dispatch")
class MembershipsPage(LoginRequiredMixin, TemplateView):
    """My memberships and those I pay for, with the health statements as answered."""

    template_name = "members/membership_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the memberships as rows ready to show."""
        actor = actor_of(self.request)
        found = list(memberships_of(actor.person_id)) if actor.person_id else []
        mine = {
            row.plan_id for row in found if row.person_id == actor.person_id and not row.ends_on
        }
        plans = Plan.objects.filter(state=PlanState.OPEN).exclude(pk__in=mine).order_by("code")
        ids = [row.pk for row in found]
        statements: dict[int, list[HealthStatement]] = {}
        for statement in health_statements_of(ids).select_related("version"):
            statements.setdefault(statement.membership_id, []).append(statement)
        tiers = _latest_tiers(ids)
        today = local_date(now())
        return super().get_context_data(**kwargs) | {
            "memberships": [
                {
                    "membership": row,
                    "facts": _facts(row, tiers.get(row.pk)),
                    "statements": statements.get(row.pk, []),
                    "is_live": row.ends_on is None,
                }
                for row in found
            ],
            "plans": [plan for plan in plans if rulebook_version_on(plan, today)],
        }


def _latest_tiers(membership_ids: list[int]) -> dict[int, MembershipTier]:
    rows = MembershipTier.objects.filter(membership_id__in=membership_ids).order_by("from_on")
    return {row.membership_id: row for row in rows}


def _facts(row: Membership, tier: MembershipTier | None) -> list[dict[str, str]]:
    facts = [
        {"label": _("Covered member"), "value": row.person.full_name},
        {"label": _("Who pays"), "value": row.payer.full_name},
        {"label": _("From"), "value": formats.day(row.starts_on)},
    ]
    if row.ends_on is not None:
        reason = EndReason(row.end_reason).label
        facts.append({"label": _("Ended"), "value": f"{formats.day(row.ends_on)} · {reason}"})
    if tier is not None:
        rules = rulebook_for(row.plan, max(tier.from_on, row.starts_on))
        facts.append({"label": _("Tier"), "value": rules.tier(tier.tier).name})
    return facts


class MembershipStepPage(StepPage):
    """A step on a membership that the reader has or pays for."""

    def may_open(self) -> None:
        """Nobody else knows of the membership."""
        mine = memberships_of(self.actor.person_id or 0).filter(reference=self.reference)
        membership = mine.first()
        if membership is None:
            raise Http404
        self.membership = membership

    def page_context(self) -> Mapping[str, Any]:
        """Return the way back."""
        return {"cancel_url": reverse("memberships")}

    def success_url(self, result: Any) -> str:
        """Go back to the memberships."""
        return reverse("memberships")


class LeavePage(MembershipStepPage):
    """Leaves the plan."""

    step = steps.LEAVE

    def blockers(self) -> list[Blocker]:
        """Return what keeps the member from leaving now."""
        tomorrow = add_days(local_date(now(), self.membership.plan.zone), 1)
        day = max(tomorrow, self.membership.starts_on)
        return leaving_blockers(self.membership, day, tomorrow, EndReason.LEFT)


class ChangeTierPage(MembershipStepPage):
    """Moves the membership to another tier."""

    step = steps.CHANGE_TIER

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the tiers of the rules now in force."""
        plan = self.membership.plan
        return {"rulebook": rulebook_for(plan, local_date(now(), plan.zone))}


class JoinPage(StepPage):
    """Joins a plan, with its health statement."""

    step = steps.JOIN
    template_name = "members/membership_join.html"

    def may_open(self) -> None:
        """Find the plan, its rules and the person."""
        self.plan = get_object_or_404(Plan, code=self.kwargs["plan"])
        self.starts_on = add_days(local_date(now(), self.plan.zone), 1)
        if rulebook_version_on(self.plan, self.starts_on) is None:
            raise Http404
        self.rulebook: Rulebook = rulebook_for(self.plan, self.starts_on)
        self.person = get_object_or_404(Person, pk=self.actor.person_id or 0)

    def blockers(self) -> list[Blocker]:
        """Return what keeps the person out whatever they answer."""
        accepted = {row.code: row.accepted_answer for row in self.rulebook.health_questions}
        tier = self.rulebook.tiers[0].code
        person = self.person
        return joining_blockers(person, person, self.plan, tier, accepted, self.starts_on)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Ask the questions of these rules."""
        return {"rulebook": self.rulebook}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return who joins what, and the answers in the language they were read in."""
        if not isinstance(form, JoinForm):
            raise TypeError("joining has its own form")
        return {
            "person_id": self.person.pk,
            "plan_code": self.plan.code,
            "tier": form.cleaned_data["tier"],
            "answers": form.answers(),
            "language": self.request.LANGUAGE_CODE,
        }

    def page_context(self) -> Mapping[str, Any]:
        """Return the plan and what is stated on joining."""
        return {
            "plan": self.plan,
            "rulebook": self.rulebook,
            "starts_on": self.starts_on,
            "cancel_url": reverse("memberships"),
        }

    def success_url(self, result: Any) -> str:
        """Go to the memberships."""
        return reverse("memberships")
