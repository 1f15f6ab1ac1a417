"""Payouts' use cases."""

from payouts.services.batches import approve_batch, prepare_payouts, withdraw_batch
from payouts.services.callbacks import BankEvent, receive_callback
from payouts.services.outcomes import return_payout, settle_payout
from payouts.services.safety import check_safety, find_violations
from payouts.services.sending import send_outbox
from payouts.services.statements import import_statement, take_lines
from payouts.services.unclaimed import book_unclaimed

__all__ = [
    "BankEvent",
    "approve_batch",
    "book_unclaimed",
    "check_safety",
    "find_violations",
    "import_statement",
    "prepare_payouts",
    "receive_callback",
    "return_payout",
    "send_outbox",
    "settle_payout",
    "take_lines",
    "withdraw_batch",
]
