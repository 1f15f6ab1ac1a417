"""What becomes of a payout: settled or returned, told by a callback, an answer or a statement."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claim_services
from claims.queries import lock_claim
from core.actor import Actor
from core.errors import WrongState
from core.zone import local_date
from payouts.models import Outbox, Payout
from payouts.states import CLAIM_REASON, PayoutState
from record.services import append_entry
from sharing.services import book, credit, debit
from sharing.states import Account, EntryKind

ON_ITS_WAY = (PayoutState.APPROVED, PayoutState.SENT, PayoutState.UNKNOWN)


def lock_payout(reference: str) -> Payout:
    """Return a payout with its claim and then itself locked, in that order."""
    seen = Payout.objects.select_related("claim").get(reference=reference)
    lock_claim(seen.claim.reference)
    rows = Payout.objects.select_for_update(of=("self",)).select_related("claim__plan")
    return rows.get(pk=seen.pk)


@transaction.atomic
def settle_payout(*, reference: str, bank_reference: str, actor: Actor, now: datetime) -> Payout:
    """Take note that the bank has paid; a second time changes nothing.

    Raises WrongState for a payout that was never instructed or has come back.
    """
    payout = lock_payout(reference)
    if payout.state == PayoutState.SETTLED:
        return payout
    _require(payout, ON_ITS_WAY)
    payout.settled_at = now
    payout.bank_reference = bank_reference
    payout.settle()
    payout.save(update_fields=["state", "settled_at", "bank_reference"])
    _close_outbox(payout, now)
    claim_services.settle_payout(
        reference=payout.claim.reference,
        payout_reference=payout.reference,
        bank_reference=bank_reference,
        actor=actor,
        now=now,
    )
    _book(payout, EntryKind.PAYOUT_SETTLED, Account.IN_TRANSIT, Account.BANK, actor, now)
    append_entry(
        kind="payout_settled",
        subject=payout.claim.public_reference,
        body={
            "case": payout.claim.public_reference,
            "amount_cents": payout.amount_cents,
            "bank_reference": bank_reference,
            "settled_on": local_date(now, payout.claim.plan.zone).isoformat(),
        },
        now=now,
    )
    return payout


@transaction.atomic
def return_payout(*, reference: str, reason_code: str, actor: Actor, now: datetime) -> Payout:
    """Take note that the money came back, before or after it was settled; once."""
    payout = lock_payout(reference)
    if payout.state == PayoutState.RETURNED:
        return payout
    _require(payout, (*ON_ITS_WAY, PayoutState.SETTLED))
    was_settled = payout.state == PayoutState.SETTLED
    payout.returned_at = now
    payout.return_reason = reason_code
    payout.come_back()
    payout.save(update_fields=["state", "returned_at", "return_reason"])
    _close_outbox(payout, now)
    claim_services.return_payout(
        reference=payout.claim.reference,
        payout_reference=payout.reference,
        reason_code=CLAIM_REASON.get(reason_code, "other"),
        actor=actor,
        now=now,
    )
    back_from = Account.BANK if was_settled else Account.IN_TRANSIT
    _book(payout, EntryKind.PAYOUT_RETURNED, back_from, Account.AID_PAYABLE, actor, now)
    if was_settled:
        append_entry(
            kind="payout_returned",
            subject=payout.claim.public_reference,
            body={
                "case": payout.claim.public_reference,
                "amount_cents": payout.amount_cents,
                "bank_reference": payout.bank_reference,
                "returned_on": local_date(now, payout.claim.plan.zone).isoformat(),
            },
            now=now,
        )
    return payout


def _require(payout: Payout, states: tuple[PayoutState, ...]) -> None:
    if payout.state not in states:
        message = _("The payout is not in a state in which the bank could say this.")
        raise WrongState("payout_wrong_state", message, state=payout.state)


def _close_outbox(payout: Payout, now: datetime) -> None:
    Outbox.objects.filter(payout=payout, done_at__isnull=True).update(
        done_at=now, attempting_at=None
    )


def _book(
    payout: Payout, kind: str, debited: str, credited: str, actor: Actor, now: datetime
) -> None:
    book(
        plan_id=payout.claim.plan_id,
        kind=kind,
        subject=payout.reference,
        lines=[debit(debited, payout.amount_cents), credit(credited, payout.amount_cents)],
        actor=actor,
        now=now,
    )
