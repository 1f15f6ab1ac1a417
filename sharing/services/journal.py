"""Booking in the journal: entries that balance, and their reversal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import WrongState
from sharing.models import JournalEntry, JournalLine
from sharing.states import EntryKind


@dataclass(frozen=True, slots=True)
class Line:
    """One account's debit (above zero) or credit (below zero), in cents."""

    account: str
    cents: int


def debit(account: str, cents: int) -> Line:
    """Return a debit; what is not above zero is left out when the entry is booked."""
    return Line(account, cents)


def credit(account: str, cents: int) -> Line:
    """Return a credit."""
    return Line(account, -cents)


@transaction.atomic
def book(
    *,
    plan_id: int,
    kind: str,
    subject: str,
    lines: Sequence[Line],
    actor: Actor,
    now: datetime,
) -> JournalEntry | None:
    """Book an entry; lines of nothing are left out, an entry of nothing is not booked.

    The database refuses, at the commit, what does not balance, and at once a second entry of
    the kind about the subject.
    """
    kept = [line for line in lines if line.cents != 0]
    if not kept:
        return None
    entry = JournalEntry.objects.create(
        plan_id=plan_id,
        kind=kind,
        subject=subject,
        line_count=len(kept),
        actor_person_id=actor.person_id,
        occurred_at=now,
    )
    _write_lines(entry, kept)
    return entry


@transaction.atomic
def reverse_entry(*, entry_id: int, reason: str, actor: Actor, now: datetime) -> JournalEntry:
    """Correct an entry by one that takes every line of it back; once only (promise 51)."""
    entry = JournalEntry.objects.get(pk=entry_id)
    if entry.kind == EntryKind.REVERSAL or JournalEntry.objects.filter(reverses=entry).exists():
        raise WrongState("journal_reversed", _("This entry is reversed already."), state="reversed")
    lines = [
        Line(line.account, line.credit_cents - line.debit_cents)
        for line in entry.lines.order_by("position")
    ]
    reversal = JournalEntry.objects.create(
        plan_id=entry.plan_id,
        kind=EntryKind.REVERSAL,
        subject=entry.subject,
        reverses=entry,
        reason=reason,
        line_count=len(lines),
        actor_person_id=actor.person_id,
        occurred_at=now,
    )
    _write_lines(reversal, lines)
    return reversal


def _write_lines(entry: JournalEntry, lines: Sequence[Line]) -> None:
    JournalLine.objects.bulk_create(
        [
            JournalLine(
                entry=entry,
                position=position,
                account=line.account,
                debit_cents=max(line.cents, 0),
                credit_cents=max(-line.cents, 0),
            )
            for position, line in enumerate(lines, start=1)
        ]
    )
