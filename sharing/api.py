"""Sharing's API: rounds for finance, one's own shares for members."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.api import StepEndpoint, describe_form
from core.clock import now
from core.requests import actor_of
from core.steps import Step
from members.queries import memberships_of
from sharing.models import Round
from sharing.permissions import READERS
from sharing.publishing import INSTANT
from sharing.queries import latest_rounds, shares_in_order, statement_for
from sharing.steps import STEPS, offers
from sharing.views.console import round_or_404

MOST_ROUNDS = 100


class ShareOutput(serializers.Serializer[Any]):
    """What each membership of a cohort owes."""

    tier = serializers.CharField()
    weight_milli = serializers.IntegerField()
    paid_from_cents = serializers.IntegerField()
    members = serializers.IntegerField()
    share_cents = serializers.IntegerField()


class RoundOutput(serializers.Serializer[Any]):
    """A round and its sum, in cents."""

    reference = serializers.CharField()
    plan = serializers.CharField(source="plan.code")
    state = serializers.CharField()
    notice_on = serializers.DateField()
    sharing_on = serializers.DateField()
    lock_at = serializers.DateTimeField(format=INSTANT)
    memberships = serializers.IntegerField()
    aid_cents = serializers.IntegerField()
    fee_cents = serializers.IntegerField()
    surplus_in_cents = serializers.IntegerField()
    surplus_out_cents = serializers.IntegerField()
    subsidy_cents = serializers.IntegerField()
    due_cents = serializers.IntegerField()
    collected_cents = serializers.IntegerField()
    uncollected_cents = serializers.IntegerField()


class MyShareOutput(serializers.Serializer[Any]):
    """One share of one membership."""

    membership = serializers.CharField()
    round = serializers.CharField()
    sharing_on = serializers.DateField()
    share_cents = serializers.IntegerField()
    is_uncollected = serializers.BooleanField()


def require_reader(request: Request) -> Actor:
    """Return who reads; refuse all but finance, the ombudsman and auditors."""
    actor = actor_of(request._request)
    if not actor.has_any(READERS):
        raise PermissionDenied
    return actor


def round_body(found: Round, actor: Actor) -> dict[str, Any]:
    """Return one round with its cohorts, its claims and the steps one may take."""
    cases = found.cases.select_related("claim").order_by("id")
    return {
        **RoundOutput(found).data,
        "shares": ShareOutput(shares_in_order(found), many=True).data,
        "claims": [
            {
                "reference": case.claim.reference,
                "aid_cents": case.aid_cents,
                "is_dropped": case.is_dropped,
            }
            for case in cases
        ],
        "available_steps": [
            {
                "name": offer.step.name,
                "label": str(offer.step.label),
                "link": offer.api_url,
                "fields": describe_form(offer.step.form),
                "blockers": [
                    {"code": one.code, "message": str(one.message)} for one in offer.blockers
                ],
            }
            for offer in offers(found, actor, now())
        ],
    }


class RoundsEndpoint(APIView):
    """The rounds, the latest first."""

    @extend_schema(responses=RoundOutput(many=True))
    def get(self, request: Request) -> Response:
        """Return the latest hundred."""
        require_reader(request)
        return Response(RoundOutput(latest_rounds()[:MOST_ROUNDS], many=True).data)


class RoundEndpoint(APIView):
    """One round."""

    @extend_schema(responses=RoundOutput)
    def get(self, request: Request, reference: str) -> Response:
        """Return it with its cohorts, claims and steps."""
        actor = require_reader(request)
        return Response(round_body(round_or_404(reference), actor))


class RoundStepEndpoint(StepEndpoint):
    """One step of a round."""

    def get_step(self) -> Step:
        """Return the step of the address; 404 where there is none such."""
        try:
            return STEPS[self.kwargs["step"]]
        except KeyError as error:
            raise Http404 from error

    def may_open(self, actor: Actor) -> None:
        """Only who may read rounds knows of them."""
        if not actor.has_any(READERS):
            raise PermissionDenied
        round_or_404(self.kwargs["reference"])

    @extend_schema(request=None, responses=RoundOutput)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the step."""
        return super().post(request, *args, **kwargs)

    def encode(self, result: Any) -> dict[str, Any]:
        """Return the round as it is after the step."""
        return round_body(round_or_404(self.kwargs["reference"]), self.actor)


class MySharesEndpoint(APIView):
    """The shares of one's own memberships."""

    @extend_schema(responses=MyShareOutput(many=True))
    def get(self, request: Request) -> Response:
        """Return them, the latest first."""
        person_id = actor_of(request._request).person_id
        memberships = memberships_of(person_id) if person_id is not None else []
        rows = [
            {
                "membership": membership.reference,
                "round": row.round.reference,
                "sharing_on": row.round.sharing_on,
                "share_cents": row.share_cents,
                "is_uncollected": row.is_uncollected,
            }
            for membership in memberships
            for row in statement_for(membership)
        ]
        return Response(MyShareOutput(rows, many=True).data)
