"""The brief: what the officer writes, a second person signs, and the claimant adds."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.queries import lock_claim
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from jury import personal_data
from jury.brief import with_answers
from jury.exhibits.permissions import refuse_changed, signer_only
from jury.exhibits.queries import brief_stamp
from jury.messages import BRIEF_READY, tell_claimant
from jury.models import Hearing
from jury.permissions import brief_blockers, preparing_blockers, reopening_blockers
from jury.queries import claim_reference_of, lock_hearing
from jury.services.hearings import officer_only, preparing_only
from jury.services.log import write_event
from jury.states import HearingState


@transaction.atomic
def prepare_brief(*, reference: str, actor: Actor, now: datetime, **answers: Any) -> Hearing:
    """Store the brief as the officer has it now; a change after another's work is their own.

    Raises Blocked once it is signed: it is then reopened first.
    """
    officer_only(actor)
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    refuse_if(preparing_blockers(hearing))
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
def sign_brief(*, reference: str, actor: Actor, now: datetime, seen: str = "") -> Hearing:
    """Sign the brief as the second person; the claimant may then read it and add a statement.

    `seen` is the stamp of the brief and exhibits that the signer's page showed; '' says nothing.
    """
    signer_only(actor)
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    refuse_if(brief_blockers(hearing, actor))
    refuse_changed(seen, brief_stamp(hearing))
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
    tell_claimant(BRIEF_READY, hearing, now)
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
    if personal_data.found_in(statement):
        raise Blocked(
            "jury_statement_names",
            _("Remove the numbers and addresses that name a person; jurors read this."),
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


@transaction.atomic
def ask_correction(*, reference: str, actor: Actor, now: datetime, note: str) -> Hearing:
    """Ask the officers to put something in the brief right, until the draw is announced."""
    claim = lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if claim.claimant_id != actor.person_id:
        raise NotAllowed("jury_claimant_only", _("Only the claimant does this."))
    preparing_only(hearing)
    refuse_if(reopening_blockers(hearing))
    write_event(
        hearing,
        event="ask_correction",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="claimant",
        note=note,
    )
    return hearing


@transaction.atomic
def reopen_brief(*, reference: str, actor: Actor, now: datetime, note: str) -> Hearing:
    """Take the signature off a brief, so that it can be put right and signed again.

    Once the draw is announced the brief is fixed: a wrong one then makes the round void.
    """
    officer_only(actor)
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    refuse_if(reopening_blockers(hearing))
    hearing.brief_signed_by_id = None
    hearing.brief_signed_at = None
    write_event(
        hearing,
        event="reopen_brief",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="jury_officer",
        note=note,
    )
    return hearing
