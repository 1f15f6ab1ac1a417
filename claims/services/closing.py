"""Closing what is still open about a claim when it leaves its way."""

from datetime import datetime

from claims.models import Claim
from claims.services.machine import REMINDER
from core import deadlines


def close_open_work(claim: Claim, now: datetime, dispute_outcome: str = "closed") -> None:
    """Close the open investigation, question, dispute and proposals of a claim that ends."""
    claim.investigations.filter(closed_at__isnull=True).update(closed_at=now)
    claim.information_requests.filter(closed_at__isnull=True).update(
        closed_at=now, outcome="closed"
    )
    claim.disputes.filter(closed_at__isnull=True).update(closed_at=now, outcome=dispute_outcome)
    claim.proposals.filter(closed_at__isnull=True).update(closed_at=now, outcome="expired")
    deadlines.cancel(REMINDER, claim.reference)
