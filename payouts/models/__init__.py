"""Payouts' tables."""

from payouts.models.bank import BankCallback, SafetyCheck, StatementLine
from payouts.models.payouts import BankExchange, Outbox, Payout, PayoutBatch

__all__ = [
    "BankCallback",
    "BankExchange",
    "Outbox",
    "Payout",
    "PayoutBatch",
    "SafetyCheck",
    "StatementLine",
]
