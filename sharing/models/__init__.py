"""Sharing's tables."""

from sharing.models.journal import JournalEntry, JournalLine
from sharing.models.rounds import FailedDebit, Round, RoundCase, RoundShare

__all__ = ["FailedDebit", "JournalEntry", "JournalLine", "Round", "RoundCase", "RoundShare"]
