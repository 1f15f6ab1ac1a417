"""Sharing's use cases."""

from sharing.services.closing import close_round
from sharing.services.collecting import (
    record_collected_debits,
    record_failed_debits,
    start_collecting,
)
from sharing.services.journal import book, credit, debit, reverse_entry
from sharing.services.rounds import open_round, propose_round

__all__ = [
    "book",
    "close_round",
    "credit",
    "debit",
    "open_round",
    "propose_round",
    "record_collected_debits",
    "record_failed_debits",
    "reverse_entry",
    "start_collecting",
]
