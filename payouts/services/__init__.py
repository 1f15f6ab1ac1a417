"""Payouts' use cases."""
