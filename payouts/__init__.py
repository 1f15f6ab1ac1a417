"""Payouts: instructions by two finance people, the outbox, the bank and what it says."""
