"""Aid left unclaimed stays a named line in the journal until its claimant is heard of."""

from datetime import datetime

from django.db import transaction

from claims.models import Claim
from claims.queries import lock_claim
from claims.states import State
from core.actor import CLOCK
from sharing.models import JournalEntry
from sharing.services import book, credit, debit, reverse_entry
from sharing.states import Account, EntryKind


def book_unclaimed(*, now: datetime) -> int:
    """Bring the line of unclaimed aid in step with the claims; return how many entries it took."""
    count = 0
    standing = _standing()
    for claim in Claim.objects.filter(state=State.UNCLAIMED).order_by("id"):
        if claim.reference not in standing:
            count += _book_one(claim.reference, now)
    for reference in standing:
        count += _take_back(reference, now)
    return count


def _standing() -> dict[str, JournalEntry]:
    rows = JournalEntry.objects.filter(kind=EntryKind.AID_UNCLAIMED, reversed_by__isnull=True)
    return {row.subject.partition("/")[0]: row for row in rows}


@transaction.atomic
def _book_one(reference: str, now: datetime) -> bool:
    claim = lock_claim(reference)
    if claim.state != State.UNCLAIMED or reference in _standing():
        return False
    book(
        plan_id=claim.plan_id,
        kind=EntryKind.AID_UNCLAIMED,
        subject=f"{reference}/{claim.event_count}",
        lines=[
            debit(Account.AID_PAYABLE, claim.aid_cents or 0),
            credit(Account.UNCLAIMED, claim.aid_cents or 0),
        ],
        actor=CLOCK,
        now=now,
    )
    return True


@transaction.atomic
def _take_back(reference: str, now: datetime) -> bool:
    claim = lock_claim(reference)
    entry = _standing().get(reference)
    if claim.state == State.UNCLAIMED or entry is None:
        return False
    reverse_entry(entry_id=entry.pk, reason="resumed", actor=CLOCK, now=now)
    return True
