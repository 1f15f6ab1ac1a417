"""The bank's statement: each line matches one payout or waits, visibly, with its age."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from payouts.gateways import BankLine, Gateway
from payouts.models import Payout, StatementLine
from payouts.services.callbacks import apply_event
from payouts.services.outcomes import lock_payout
from payouts.states import BankEventKind, PayoutState


def import_statement(*, gateway: Gateway, now: datetime) -> int:
    """Fetch the statement from where the last import ended; return how many lines were new.

    Raises NotReached or OutcomeUnknown where the bank does not answer.
    """
    last = StatementLine.objects.order_by("-id").values_list("line_id", flat=True).first()
    return take_lines(lines=gateway.statement(last or ""), now=now)


def take_lines(*, lines: Iterable[BankLine], now: datetime) -> int:
    """Take statement lines in, each in its own transaction; a repeated line id is known."""
    return sum(_take(line, now) for line in lines)


@transaction.atomic
def _take(line: BankLine, now: datetime) -> bool:
    seen = Payout.objects.filter(end_to_end_id=line.end_to_end_id).first()
    payout = lock_payout(seen.reference) if seen else None
    if StatementLine.objects.filter(line_id=line.line_id).exists():
        return False
    matches = payout is not None and _matches(payout, line)
    row, is_new = StatementLine.objects.get_or_create(
        line_id=line.line_id,
        defaults={
            "kind": line.kind,
            "end_to_end_id": line.end_to_end_id,
            "amount_cents": line.amount_cents,
            "bank_reference": line.bank_reference,
            "reason_code": line.reason_code,
            "booked_on": line.booked_on,
            "imported_at": now,
            "payout": payout if matches else None,
            "matched_at": now if matches else None,
        },
    )
    if is_new and matches and payout is not None:
        _let_it_speak(payout, row, now)
    return is_new


def _matches(payout: Payout, line: BankLine) -> bool:
    """Say whether a line is this payout's, to the cent and the first of its kind."""
    if payout.state in (PayoutState.PREPARED, PayoutState.WITHDRAWN):
        return False
    if payout.amount_cents != line.amount_cents:
        return False
    if payout.bank_reference and payout.bank_reference != line.bank_reference:
        return False
    return not payout.statement_lines.filter(kind=line.kind).exists()


def _let_it_speak(payout: Payout, row: StatementLine, now: datetime) -> None:
    """Where no callback said it before, the statement settles or returns the payout."""
    is_return = row.kind == BankEventKind.RETURNED
    if payout.state == PayoutState.RETURNED or (
        payout.state == PayoutState.SETTLED and not is_return
    ):
        return
    apply_event(payout.reference, row.kind, row.bank_reference, row.reason_code, now)
