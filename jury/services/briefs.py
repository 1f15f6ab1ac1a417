"""The brief: what the officer writes, a second person signs, and the claimant adds."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.queries import lock_claim
from core.actor import Actor
from core.errors import NotAllowed, WrongState, refuse_if
from jury.brief import with_answers
from jury.messages import BRIEF_READY, tell
from jury.models import Hearing
from jury.permissions import brief_blockers
from jury.queries import claim_reference_of, lock_hearing
from jury.services.hearings import officer_only, preparing_only
from jury.services.log import write_event
from jury.states import HearingState


@transaction.atomic
def prepare_brief(*, reference: str, actor: Actor, now: datetime, **answers: Any) -> Hearing:
    """Store the brief as the officer has it now; a change after another's work is their own."""
    officer_only(actor)
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    hearing.brief = with_answers(hearing.brief, answers)
    hearing.brief_prepared_by_id = actor.person_id
    write_event(
        hearing,
        event="prepare_brief",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="jury_officer",
    )
    return hearing


@transaction.atomic
def sign_brief(*, reference: str, actor: Actor, now: datetime) -> Hearing:
    """Sign the brief as the second person; the claimant may then read it and add a statement."""
    if not actor.has_any(frozenset({"jury_officer", "ombudsman"})):
        raise NotAllowed("jury_signer_only", _("A jury officer or the ombudsman signs the brief."))
    claim = lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    refuse_if(brief_blockers(hearing, actor))
    hearing.brief_signed_by_id = actor.person_id
    hearing.brief_signed_at = now
    write_event(
        hearing,
        event="sign_brief",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="jury_officer" if actor.has("jury_officer") else "ombudsman",
    )
    tell(claim.claimant_id, BRIEF_READY, hearing, now)
    return hearing


@transaction.atomic
def add_statement(*, reference: str, actor: Actor, now: datetime, statement: str) -> Hearing:
    """Add the claimant's own words to the brief, until voting opens; the last ones count."""
    claim = lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if claim.claimant_id != actor.person_id:
        raise NotAllowed("jury_claimant_only", _("Only the claimant does this."))
    if hearing.state not in {HearingState.PREPARING, HearingState.DRAWN}:
        raise WrongState(
            "jury_statement_late", _("Voting has begun; the brief is fixed."), state=hearing.state
        )
    hearing.claimant_statement = statement
    write_event(
        hearing,
        event="add_statement",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="claimant",
    )
    return hearing
