"""The claim as one API resource: what claims knows, with the steps of every app composed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims import services
from claims.guidance import guidance_for
from claims.models import Claim
from claims.queries import claim_for, visible_to
from core.actor import Actor
from core.api import StepEndpoint, describe_form
from core.clock import now
from core.form_fields import ReferenceField
from core.keyset import keyset_page
from core.requests import actor_of
from core.steps import Step, StepOffer
from desk.claim_page import audience_of
from desk.steps import offers_on
from members.models import Membership
from members.queries import memberships_of

PAGE_SIZE = 50


class NewClaimForm(forms.Form):
    """For which membership a draft is started."""

    membership = ReferenceField(
        label=_("Membership"), prefix="M", missing=_("Enter the reference of the membership.")
    )

    def __init__(self, *args: Any, person_id: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person_id = person_id

    def clean_membership(self) -> Membership:
        """Find the membership among those one has or pays for."""
        reference = self.cleaned_data["membership"]
        found = memberships_of(self.person_id or 0).filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(
                _("You have no such membership and pay for none."), code="absent"
            )
        return found


class Claims(StepEndpoint):
    """The claims one may know of, the newest first; POST starts a draft."""

    step = Step(name="start_draft", label=_("File a claim"), service=services.start_draft)
    success_status = 201

    @extend_schema(summary="List claims", responses={200: dict})
    def get(self, request: Request) -> Response:
        """Return one page of claims and the link of the next."""
        rows = _listed(actor_of(request._request))
        state = request.query_params.get("state", "")
        if state:
            rows = rows.filter(state=state)
        page = keyset_page(
            rows, ("-created_at", "-id"), request.query_params.get("after", ""), PAGE_SIZE
        )
        following = _next_link(page.next_cursor, state)
        return Response({"results": [brief(claim) for claim in page.rows], "next": following})

    def get_step(self) -> Step:
        """Start a draft by the reference of a membership."""
        return Step(
            name="start_draft",
            label=_("File a claim"),
            service=services.start_draft,
            form=NewClaimForm,
        )

    def form_kwargs(self) -> Mapping[str, Any]:
        """Only one's own memberships can be named."""
        return {"person_id": self.actor.person_id}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Name the membership to the service."""
        return {"membership_id": form.cleaned_data["membership"].pk}

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Answer with the draft."""
        return brief(result)

    def location(self, result: Any) -> str:
        """The draft's own address."""
        return reverse("api_claim", args=[result.reference])


def _next_link(cursor: str, state: str) -> str:
    if not cursor:
        return ""
    query = {"after": cursor, **({"state": state} if state else {})}
    return f"{reverse('api_claims')}?{urlencode(query)}"


def _listed(actor: Actor) -> QuerySet[Claim]:
    return visible_to(actor).select_related("plan", "rulebook_version")


class ClaimDetail(APIView):
    """One claim: its facts, what happens next, and the steps one may take now."""

    @extend_schema(summary="Read a claim", responses={200: dict})
    def get(self, request: Request, reference: str) -> Response:
        """Return the claim as this actor may know it."""
        actor, at = actor_of(request._request), now()
        claim = claim_for(reference, actor)
        is_claimant = actor.person_id in (claim.claimant_id, claim.covered_id)
        audience = "claimant" if is_claimant else audience_of(actor)
        guidance = guidance_for(claim, audience, at)
        return Response(
            {
                **brief(claim),
                "first_diagnosed_on": _iso(claim.first_diagnosed_on),
                "hospital_name": claim.hospital_name,
                "province": claim.province,
                "story": claim.story,
                "guidance": {name: str(text) for name, text in guidance.items()},
                "available_steps": [step_offer(offer) for offer in offers_on(claim, actor, at)],
                "evidence": reverse("api_claim_evidence", args=[claim.reference]),
                "events": reverse("api_claim_events", args=[claim.reference]),
            }
        )


def brief(claim: Claim) -> dict[str, Any]:
    """Return a claim as lists show it."""
    return {
        "reference": claim.reference,
        "url": reverse("api_claim", args=[claim.reference]),
        "plan": claim.plan.code,
        "rulebook": claim.rulebook_version.number if claim.rulebook_version else None,
        "state": str(claim.state),
        "disease": claim.disease_code,
        "aid_cents": claim.aid_cents,
        "filed_at": _iso(claim.filed_at),
        "due_at": _iso(claim.due_at),
        "is_overdue": claim.is_overdue,
    }


def step_offer(offer: StepOffer) -> dict[str, Any]:
    """Return a step as data: name, link, form fields, what blocks it."""
    return {
        "name": offer.step.name,
        "label": str(offer.step.label),
        "link": offer.api_url,
        "page": offer.url,
        "fields": describe_form(offer.step.form),
        "blockers": [
            {"code": blocker.code, "message": str(blocker.message)} for blocker in offer.blockers
        ],
    }


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
