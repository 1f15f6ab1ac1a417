"""The payouts' API: batches by two finance people, payouts, the claimant's account."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.queries import claim_for
from core.actor import Actor
from core.api import StepEndpoint
from core.steps import Step
from payouts import queries
from payouts.permissions import READERS
from payouts.steps import BATCH_STEPS, CORRECT_ACCOUNT, PREPARE, batch_offers
from payouts.views.console import batch_or_404, payout_or_404
from sharing.api import require_reader

MOST_SHOWN = 100


class PayoutOutput(serializers.Serializer[Any]):
    """One payout; the account shows its last four digits only."""

    reference = serializers.CharField()
    claim = serializers.CharField(source="claim.reference")
    batch = serializers.CharField(source="batch.reference")
    series = serializers.IntegerField()
    end_to_end_id = serializers.CharField()
    amount_cents = serializers.IntegerField()
    currency = serializers.CharField()
    account_last4 = serializers.CharField()
    state = serializers.CharField()
    bank_reference = serializers.CharField()
    return_reason = serializers.CharField()
    settled_at = serializers.DateTimeField(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True)


class BatchOutput(serializers.Serializer[Any]):
    """One batch."""

    reference = serializers.CharField()
    plan = serializers.CharField(source="plan.code")
    state = serializers.CharField()
    payout_count = serializers.IntegerField()
    total_cents = serializers.IntegerField()
    prepared_at = serializers.DateTimeField()
    approved_at = serializers.DateTimeField(allow_null=True)


class PrepareInput(serializers.Serializer[Any]):
    """The claims of a batch."""

    claims = serializers.ListField(child=serializers.CharField())


class AccountInput(serializers.Serializer[Any]):
    """An account."""

    account_holder = serializers.CharField()
    bank_account = serializers.CharField()


def batch_body(reference: str, actor: Actor) -> dict[str, Any]:
    """Return a batch with its payouts and the steps one may take."""
    batch = batch_or_404(reference)
    payouts = batch.payouts.select_related("claim", "batch").order_by("claim_id")
    return {
        **BatchOutput(batch).data,
        "payouts": PayoutOutput(payouts, many=True).data,
        "available_steps": [
            {
                "name": offer.step.name,
                "label": str(offer.step.label),
                "link": offer.api_url,
                "fields": [],
                "blockers": [
                    {"code": one.code, "message": str(one.message)} for one in offer.blockers
                ],
            }
            for offer in batch_offers(batch, actor)
        ],
    }


class PayoutsEndpoint(APIView):
    """The payouts: those under way, then the finished ones."""

    @extend_schema(responses=PayoutOutput(many=True))
    def get(self, request: Request) -> Response:
        """Return at most a hundred of each."""
        require_reader(request)
        rows = [
            *queries.payouts_under_way()[:MOST_SHOWN],
            *queries.finished_payouts()[:MOST_SHOWN],
        ]
        return Response(PayoutOutput(rows, many=True).data)


class PayoutEndpoint(APIView):
    """One payout."""

    @extend_schema(responses=PayoutOutput)
    def get(self, request: Request, reference: str) -> Response:
        """Return it."""
        require_reader(request)
        return Response(PayoutOutput(payout_or_404(reference)).data)


class BatchesEndpoint(StepEndpoint):
    """The batches that wait; POST prepares one."""

    step = PREPARE
    success_status = 201

    def may_open(self, actor: Actor) -> None:
        """Only who may read payouts knows of them."""
        if not actor.has_any(READERS):
            raise PermissionDenied

    @extend_schema(responses=BatchOutput(many=True))
    def get(self, request: Request) -> Response:
        """Return the batches that wait for their second person."""
        require_reader(request)
        return Response(BatchOutput(queries.waiting_batches()[:MOST_SHOWN], many=True).data)

    @extend_schema(request=PrepareInput, responses={201: BatchOutput})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Prepare a batch."""
        return super().post(request, *args, **kwargs)

    def encode(self, result: Any) -> dict[str, Any]:
        """Return the batch."""
        return batch_body(result.reference, self.actor)

    def location(self, result: Any) -> str:
        """Return the batch's address."""
        return f"/api/v1/payouts/batches/{result.reference}/"


class BatchEndpoint(APIView):
    """One batch."""

    @extend_schema(responses=BatchOutput)
    def get(self, request: Request, reference: str) -> Response:
        """Return it with its payouts and steps."""
        return Response(batch_body(reference, require_reader(request)))


class BatchStepEndpoint(StepEndpoint):
    """Approve or withdraw a batch."""

    def get_step(self) -> Step:
        """Return the step of the address; 404 where there is none such."""
        try:
            return BATCH_STEPS[self.kwargs["step"]]
        except KeyError as error:
            raise Http404 from error

    def may_open(self, actor: Actor) -> None:
        """Only who may read payouts knows of them."""
        if not actor.has_any(READERS):
            raise PermissionDenied
        batch_or_404(self.kwargs["reference"])

    @extend_schema(request=None, responses=BatchOutput)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Take the step."""
        return super().post(request, *args, **kwargs)

    def encode(self, result: Any) -> dict[str, Any]:
        """Return the batch as it is after the step."""
        return batch_body(self.kwargs["reference"], self.actor)


class CorrectAccountEndpoint(StepEndpoint):
    """The claimant corrects the account of a payout that came back."""

    step = CORRECT_ACCOUNT

    def may_open(self, actor: Actor) -> None:
        """Only the claimant knows of it."""
        if claim_for(self.kwargs["reference"], actor).claimant_id != actor.person_id:
            raise Http404

    @extend_schema(request=AccountInput, responses={200: dict})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Correct it."""
        return super().post(request, *args, **kwargs)

    def encode(self, result: Any) -> dict[str, Any]:
        """Return the account's last four digits."""
        return {"reference": result.reference, "account_last4": result.bank_account_last4}
