"""The claim's steps and its log as API resources; the claim itself is composed by the desk."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.forms.base import StepForm
from claims.models import Claim
from claims.queries import claim_for, events_of
from claims.steps import STEPS_AND_ACTS, step_on
from core.actor import Actor
from core.api import StepEndpoint
from core.requests import actor_of
from core.steps import Step


class StepResult(serializers.Serializer[Any]):
    """Where a claim stands after a step."""

    reference = serializers.CharField()
    url = serializers.CharField()
    state = serializers.CharField()
    aid_cents = serializers.IntegerField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    waits_for_second_person = serializers.BooleanField()


class EventRow(serializers.Serializer[Any]):
    """One row of the claim's log, with the digests that chain it."""

    seq = serializers.IntegerField()
    event = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()
    role = serializers.CharField()
    reason_code = serializers.CharField()
    occurred_at = serializers.DateTimeField()
    previous_digest = serializers.CharField()
    digest = serializers.CharField()


class EventRows(serializers.Serializer[Any]):
    """The claim's log."""

    results = EventRow(many=True)


class ClaimStep(StepEndpoint):
    """Take a step of a claim. The body holds the fields that `available_steps` names."""

    @extend_schema(
        summary="Take a step of a claim",
        request={"application/json": {"type": "object"}},
        responses={200: StepResult},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the step."""
        return super().post(request, *args, **kwargs)

    def may_open(self, actor: Actor) -> None:
        """Nobody learns of a claim they may not know of."""
        if str(self.kwargs["step"]) not in STEPS_AND_ACTS:
            raise Http404
        self.claim = claim_for(str(self.kwargs["reference"]), actor)

    def get_step(self) -> Step:
        """Find the step as it stands on this claim."""
        return step_on(str(self.kwargs["step"]), self.claim)

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Let the form name the service's arguments."""
        return form.service_kwargs() if isinstance(form, StepForm) else form.cleaned_data

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Answer with where the claim stands."""
        return encode_claim(result, str(self.kwargs["step"]))


class ClaimEvents(APIView):
    """The claim's log, the oldest first."""

    @extend_schema(summary="Read a claim's log", responses={200: EventRows})
    def get(self, request: Request, reference: str) -> Response:
        """Return every row with its digests; who acted is named by role only."""
        claim = claim_for(reference, actor_of(request._request))
        return Response({"results": EventRow(events_of(claim), many=True).data})


def encode_claim(claim: Claim, step: str) -> dict[str, Any]:
    """Return where a claim stands after a step, as JSON."""
    waits = claim.proposals.filter(
        step=step, closed_at__isnull=True, at_event_count=claim.event_count
    ).exists()
    body = {
        "reference": claim.reference,
        "url": reverse("api_claim", args=[claim.reference]),
        "state": str(claim.state),
        "aid_cents": claim.aid_cents,
        "due_at": claim.due_at,
        "waits_for_second_person": waits,
    }
    return dict(StepResult(body).data)
