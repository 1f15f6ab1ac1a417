"""What the clock does about claims: stage ends, reminders."""

from datetime import datetime

from claims.models import Claim
from claims.queries import lock_claim
from claims.services.disputes import let_denial_stand
from claims.services.evidence import RECHECK, recheck_evidence
from claims.services.filing import expire_draft
from claims.services.information import end_information_stage, remind_of_information
from claims.services.machine import REMINDER, STAGE, escalate
from claims.services.money import leave_unclaimed, remind_of_unclaimed
from claims.services.sending import reassign_overdue_investigation
from claims.states import ESCALATION, FINAL
from core.actor import CLOCK
from core.deadlines import handler


def end_stage(reference: str, now: datetime) -> str:
    """Do what the end of the claim's present stage calls for; safe to repeat."""
    try:
        claim = lock_claim(reference)
    except Claim.DoesNotExist:
        return "erased"
    if claim.state in FINAL or claim.due_at is None or now < claim.due_at:
        return "moved_on"
    action = ESCALATION[str(claim.state)]
    if action == "expire":
        expire_draft(reference=reference, actor=CLOCK, now=now)
        return "expired"
    if action == "let_stand":
        let_denial_stand(reference=reference, actor=CLOCK, now=now)
        return "let_stand"
    if action == "lapse":
        return end_information_stage(reference=reference, actor=CLOCK, now=now)
    if action == "leave_unclaimed":
        leave_unclaimed(reference=reference, actor=CLOCK, now=now)
        return "left_unclaimed"
    if action == "reassign":
        return reassign_overdue_investigation(reference=reference, actor=CLOCK, now=now)
    if action == "remind":
        return remind_of_unclaimed(reference=reference, actor=CLOCK, now=now)
    return escalate(claim, now)


def remind(reference: str, now: datetime) -> str:
    """Remind the claimant of an open question."""
    return remind_of_information(reference=reference, actor=CLOCK, now=now)


def recheck(subject: str, now: datetime) -> str:
    """Look again at a file whose check was not finished."""
    return str(recheck_evidence(version_id=int(subject), now=now).outcome)


def register() -> None:
    """Make the handlers known to the sweep."""
    handler(STAGE)(end_stage)
    handler(REMINDER)(remind)
    handler(RECHECK)(recheck)
