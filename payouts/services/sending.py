"""Sending what the outbox holds: under the key made before, asked about where it is unclear.

Each attempt is three steps. A short transaction notes that it begins; the bank is called with
nothing locked; a second transaction notes what came of it. A process killed in between leaves
an attempt without an outcome: after its lease the bank is asked by the key, and only if it
never saw the key is the same instruction sent again (promise 49).
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from core.actor import CLOCK
from payouts.gateways import Gateway, Instruction, NotReached, OutcomeUnknown, Receipt
from payouts.models import BankExchange, Outbox, Payout
from payouts.rules import ATTEMPT_LEASE, wait_before
from payouts.services.outcomes import lock_payout, return_payout, settle_payout
from payouts.services.safety import check_safety, violations_about
from payouts.states import Exchange, PayoutState, ReturnReason


@dataclass(slots=True)
class SendReport:
    """What one pass over the outbox did, by the payouts' references."""

    is_stopped: bool = False
    outcomes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Exchange
    detail: str = ""
    receipt: Receipt | None = None


def send_outbox(*, gateway: Gateway, now: datetime, limit: int = 100) -> SendReport:
    """Send or ask about everything in the outbox that is due; safe to run many at once.

    Nothing is sent while the checks of promises 46 to 51 find a violation (promise 53).
    """
    report = SendReport()
    free = Q(attempting_at__isnull=True) | Q(attempting_at__lte=now - ATTEMPT_LEASE)
    rows = Outbox.objects.filter(free, done_at__isnull=True, next_try_at__lte=now)
    due = list(rows.order_by("next_try_at", "id").values_list("pk", flat=True)[:limit])
    if due and check_safety(now=now).violation_count:
        report.is_stopped = True
        return report
    for pk in due:
        begun = _begin(pk, now)
        if begun is None:
            continue
        payout, is_question = begun
        if violations_about(payout):
            check_safety(now=now)
            report.is_stopped = True
            return report
        _finish(payout.reference, is_question, _call(gateway, payout, is_question), now, report)
    return report


@transaction.atomic
def _begin(pk: int, now: datetime) -> tuple[Payout, bool] | None:
    """Note that an attempt begins; None where another worker has it or it is done."""
    payout = (
        Payout.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("claim")
        .filter(outbox__pk=pk)
        .first()
    )
    if payout is None:
        return None
    row = Outbox.objects.select_for_update().get(pk=pk)
    held = row.attempting_at is not None and row.attempting_at > now - ATTEMPT_LEASE
    if row.done_at is not None or held or row.next_try_at > now:
        return None
    if row.attempting_at is not None and payout.state == PayoutState.APPROVED:
        payout.lose_sight()
        payout.save(update_fields=["state"])
    row.attempts += 1
    row.attempting_at = now
    row.save(update_fields=["attempts", "attempting_at"])
    return payout, payout.state != PayoutState.APPROVED


def _call(gateway: Gateway, payout: Payout, is_question: bool) -> list[_Found]:
    found: list[_Found] = []
    try:
        if is_question:
            receipt = gateway.ask(payout.end_to_end_id)
            if receipt is not None:
                return [_Found(Exchange.ACCEPTED, receipt.status, receipt)]
            found.append(_Found(Exchange.NEVER_SEEN))
        receipt = gateway.send(instruction_for(payout))
    except NotReached as error:
        return [*found, _Found(Exchange.NOT_REACHED, str(error)[:120])]
    except OutcomeUnknown as error:
        return [*found, _Found(Exchange.UNKNOWN, str(error)[:120])]
    outcome = Exchange.REJECTED if receipt.status == "rejected" else Exchange.ACCEPTED
    return [*found, _Found(outcome, receipt.status, receipt)]


def instruction_for(payout: Payout) -> Instruction:
    """Return what the bank is sent for a payout: always the same, byte for byte."""
    return Instruction(
        end_to_end_id=payout.end_to_end_id,
        amount_cents=payout.amount_cents,
        currency=payout.currency,
        account_holder=payout.account_holder,
        account=payout.account_encrypted,
    )


@transaction.atomic
def _finish(
    reference: str, is_question: bool, found: list[_Found], now: datetime, report: SendReport
) -> None:
    payout = lock_payout(reference)
    for number, one in enumerate(found):
        BankExchange.objects.create(
            payout=payout,
            is_question=is_question and number == 0,
            outcome=one.outcome,
            detail=one.detail,
            occurred_at=now,
        )
    last = found[-1]
    report.outcomes[reference] = last.outcome
    row = Outbox.objects.select_for_update().get(payout=payout)
    row.attempting_at = None
    if last.receipt is not None:
        row.done_at = row.done_at or now
        row.save(update_fields=["attempting_at", "done_at"])
        _take_receipt(payout, last.receipt, now)
        return
    row.next_try_at = now + wait_before(row.attempts)
    row.save(update_fields=["attempting_at", "next_try_at"])
    if last.outcome == Exchange.UNKNOWN and payout.state == PayoutState.APPROVED:
        payout.lose_sight()
        payout.save(update_fields=["state"])


def _take_receipt(payout: Payout, receipt: Receipt, now: datetime) -> None:
    if payout.state not in (PayoutState.APPROVED, PayoutState.UNKNOWN):
        return
    payout.sent_at = now
    payout.bank_reference = receipt.bank_reference
    payout.confirm_sent()
    payout.save(update_fields=["state", "sent_at", "bank_reference"])
    if receipt.status == "settled":
        settle_payout(
            reference=payout.reference,
            bank_reference=receipt.bank_reference,
            actor=CLOCK,
            now=now,
        )
    elif receipt.status in ("returned", "rejected"):
        return_payout(
            reference=payout.reference,
            reason_code=receipt.reason_code or ReturnReason.OTHER.value,
            actor=CLOCK,
            now=now,
        )
