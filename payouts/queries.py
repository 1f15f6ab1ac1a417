"""Reading payouts, batches, the bank's lines and the state of sending."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from claims.models import Claim
from claims.states import State
from payouts.models import BankCallback, Payout, PayoutBatch, SafetyCheck, StatementLine
from payouts.states import EFFECTIVE, BatchState, CallbackOutcome, PayoutState


@dataclass(frozen=True, slots=True)
class SendingStatus:
    """Whether money is being sent, and why not."""

    is_stopped: bool
    violations: tuple[str, ...]
    checked_at: datetime | None


def payable_claims() -> QuerySet[Claim]:
    """Return the claims that wait for a payout to be prepared, the first due first."""
    paid = Payout.objects.filter(state__in=EFFECTIVE).values("claim_id")
    return (
        Claim.objects.filter(state__in=[State.FUNDED, State.PAYOUT_RETURNED])
        .exclude(pk__in=paid)
        .select_related("plan")
        .order_by("due_at", "id")
    )


def waiting_batches() -> QuerySet[PayoutBatch]:
    """Return the batches that wait for their second person, the oldest first."""
    rows = PayoutBatch.objects.filter(state=BatchState.PREPARED)
    return rows.select_related("plan", "prepared_by").order_by("prepared_at", "id")


def payouts_under_way() -> QuerySet[Payout]:
    """Return the payouts whose outcome is awaited, the unknown ones first."""
    rows = Payout.objects.filter(
        state__in=[PayoutState.UNKNOWN, PayoutState.APPROVED, PayoutState.SENT]
    )
    return rows.select_related("claim", "batch").order_by("-state", "id")


def finished_payouts() -> QuerySet[Payout]:
    """Return settled and returned payouts, the latest first."""
    rows = Payout.objects.filter(state__in=[PayoutState.SETTLED, PayoutState.RETURNED])
    return rows.select_related("claim", "batch").order_by("-id")


def batch_for(reference: str) -> PayoutBatch:
    """Return a batch; PayoutBatch.DoesNotExist where there is none."""
    rows = PayoutBatch.objects.select_related("plan", "prepared_by", "approved_by")
    return rows.get(reference=reference)


def payout_for(reference: str) -> Payout:
    """Return a payout; Payout.DoesNotExist where there is none."""
    rows = Payout.objects.select_related("claim__plan", "batch__prepared_by", "batch__approved_by")
    return rows.get(reference=reference)


def payouts_of(claim: Claim) -> QuerySet[Payout]:
    """Return every payout of a claim, the latest first."""
    return Payout.objects.filter(claim=claim).select_related("batch").order_by("-series")


def unmatched_lines() -> QuerySet[StatementLine]:
    """Return the statement lines that match no payout, the oldest first."""
    return StatementLine.objects.filter(payout__isnull=True).order_by("imported_at", "id")


def odd_callbacks() -> QuerySet[BankCallback]:
    """Return the callbacks that fit no payout or came too late, the latest first."""
    odd = Q(outcome=CallbackOutcome.MISMATCH) | Q(outcome=CallbackOutcome.LATE)
    return BankCallback.objects.filter(odd).order_by("-id")


def sending_status() -> SendingStatus:
    """Return whether the last check lets money go out."""
    last = SafetyCheck.objects.order_by("-id").first()
    if last is None:
        return SendingStatus(False, (), None)
    return SendingStatus(
        last.violation_count > 0, tuple(last.violations.splitlines()), last.checked_at
    )
