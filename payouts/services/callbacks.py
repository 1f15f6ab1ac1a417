"""The bank's callbacks: each event is taken once, however often and in whatever order it comes."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.actor import BANK
from core.canonical import sha256_hex
from payouts.models import BankCallback, Payout
from payouts.services.outcomes import lock_payout, return_payout, settle_payout
from payouts.states import BankEventKind, CallbackOutcome, PayoutState, ReturnReason


@dataclass(frozen=True, slots=True)
class BankEvent:
    """What an authentic callback says."""

    event_id: str
    kind: str
    end_to_end_id: str
    amount_cents: int
    bank_reference: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The stored callback, and whether this delivery of it was the first."""

    callback: BankCallback
    is_new: bool


@transaction.atomic
def receive_callback(*, event: BankEvent, body: bytes, now: datetime) -> Taken:
    """Take an authentic event in; a repeated one changes nothing (promise 49).

    An event that fits no payout, or not to the cent, changes no payout: it is kept and shown.
    """
    seen = Payout.objects.filter(end_to_end_id=event.end_to_end_id).first()
    payout = lock_payout(seen.reference) if seen else None
    known = BankCallback.objects.filter(event_id=event.event_id).first()
    if known is not None:
        return Taken(known, is_new=False)
    outcome = _judge(payout, event)
    callback, is_new = BankCallback.objects.get_or_create(
        event_id=event.event_id,
        defaults={
            "kind": event.kind,
            "end_to_end_id": event.end_to_end_id,
            "amount_cents": event.amount_cents,
            "bank_reference": event.bank_reference,
            "reason_code": event.reason_code,
            "body_digest": sha256_hex(body),
            "payout": None if outcome == CallbackOutcome.MISMATCH else payout,
            "outcome": outcome,
            "received_at": now,
        },
    )
    if is_new and payout is not None and outcome == CallbackOutcome.APPLIED:
        apply_event(payout.reference, event.kind, event.bank_reference, event.reason_code, now)
    return Taken(callback, is_new)


def _judge(payout: Payout | None, event: BankEvent) -> CallbackOutcome:
    if payout is None or payout.amount_cents != event.amount_cents:
        return CallbackOutcome.MISMATCH
    if payout.bank_reference and payout.bank_reference != event.bank_reference:
        return CallbackOutcome.MISMATCH
    if payout.state in (PayoutState.PREPARED, PayoutState.WITHDRAWN):
        return CallbackOutcome.MISMATCH
    if payout.state == PayoutState.RETURNED:
        is_return = event.kind == BankEventKind.RETURNED
        return CallbackOutcome.KNOWN if is_return else CallbackOutcome.LATE
    if payout.state == PayoutState.SETTLED and event.kind == BankEventKind.SETTLED:
        return CallbackOutcome.KNOWN
    return CallbackOutcome.APPLIED


def apply_event(
    reference: str, kind: str, bank_reference: str, reason_code: str, now: datetime
) -> None:
    """Settle or return a payout as the bank says."""
    if kind == BankEventKind.SETTLED:
        settle_payout(reference=reference, bank_reference=bank_reference, actor=BANK, now=now)
    else:
        return_payout(
            reference=reference,
            reason_code=reason_code or ReturnReason.OTHER.value,
            actor=BANK,
            now=now,
        )
