"""The claim's part in its notice; called by the disclosure app, which holds the entry itself."""

from datetime import datetime

from django.db import transaction

from claims.models import Claim
from claims.queries import bound_rules
from claims.services.machine import begin, finish
from claims.services.sending import reopen_inquiry
from core.actor import Actor


@transaction.atomic
def publish_claim(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    entry_reference: str,
    closes_at: datetime | None = None,
) -> Claim:
    """Put an approved claim on notice (step `publish`); `closes_at` is its entry's end."""
    taken = begin("publish", reference, actor, now)
    claim = taken.claim
    claim.publish()
    return finish(
        taken,
        due_at=closes_at,
        facts={"entry": entry_reference, "revision": claim.revision},
        params={"notice_days": bound_rules(claim).notice_open_days},
    )


@transaction.atomic
def suspend_claim(
    *, reference: str, actor: Actor, now: datetime, objection_reference: str, reason: str
) -> Claim:
    """Stop a notice, an objection being sustained (step `suspend`); an inquiry begins.

    After it the claim is reviewed again and goes on a second notice.
    """
    taken = begin("suspend", reference, actor, now)
    claim = taken.claim
    claim.suspend()
    investigator, due_at = reopen_inquiry(claim, actor, now, reason, "objection_inquiry_days")
    return finish(
        taken,
        reason_code="objection_sustained",
        note=reason,
        due_at=due_at,
        assign_to=investigator,
        facts={"objection": objection_reference},
    )


@transaction.atomic
def clear_claim(*, reference: str, actor: Actor, now: datetime, entry_reference: str) -> Claim:
    """Let a claim pass its notice (step `clear`); disclosure has checked time and objections."""
    taken = begin("clear", reference, actor, now)
    taken.claim.clear()
    return finish(taken, facts={"entry": entry_reference})
