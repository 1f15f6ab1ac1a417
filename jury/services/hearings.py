"""Bringing a dispute before a jury: opening the hearing, the draw's announcement."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claims_services
from claims.models import Claim
from claims.queries import bound_rules, lock_claim
from core.actor import CLOCK, Actor
from core.deadlines import schedule
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from core.references import new_reference
from jury import vault
from jury.brief import first_brief, public_questions
from jury.draw import ALGORITHM, commitment_of
from jury.models import Hearing
from jury.permissions import announce_blockers
from jury.queries import hearings_of, lock_hearing
from jury.sealing import DRAWN_BYTES, OPEN_BYTES
from jury.services.log import write_event
from jury.services.rolls import freeze_roll
from jury.stages import prepare_by
from jury.states import ExpertSeat, HearingState, Mode
from members.rulebook_parts import Jury
from record.services import append_entry


@transaction.atomic
def open_hearing(*, reference: str, actor: Actor, now: datetime) -> Hearing:
    """Open a hearing of a disputed claim (the claim's step `open_hearing`).

    `reference` is the claim's. Refused where no fact in dispute could make the claim payable.
    """
    hearing_reference = new_reference("H")
    claims_services.move_to_hearing(
        reference=reference, actor=actor, now=now, hearing_reference=hearing_reference
    )
    return _create(lock_claim(reference), hearing_reference, actor, now, "jury_officer")


@transaction.atomic
def refer_to_jury(*, reference: str, actor: Actor, now: datetime, note: str) -> Hearing:
    """Let a jury judge a recommended denial (the claim's step `refer_to_jury`).

    `reference` is the claim's; the actor is the second reviewer, who is unsure.
    """
    hearing_reference = new_reference("H")
    claims_services.refer_to_jury(reference=reference, actor=actor, now=now, note=note)
    return _create(lock_claim(reference), hearing_reference, actor, now, "reviewer")


def _create(
    claim: Claim, hearing_reference: str, actor: Actor, now: datetime, role: str
) -> Hearing:
    rules = _rules(claim)
    sitting = 2 if hearings_of(claim.pk).filter(state=HearingState.DECIDED).exists() else 1
    last_void = hearings_of(claim.pk).filter(sitting=sitting).last()
    hearing = Hearing(
        reference=hearing_reference,
        claim=claim,
        sitting=sitting,
        round=last_void.round + 1 if last_void else 1,
        replaces=last_void,
        brief=first_brief(claim),
        due_at=preparation_end(claim, now),
        state_entered_at=now,
        created_at=now,
        **counting_fields(rules, sitting),
    )
    hearing.save(force_insert=True)
    write_event(hearing, event="open_hearing", from_state="", actor=actor, now=now, role=role)
    schedule("jury.make_secrets", hearing.reference, now)
    return hearing


def counting_fields(rules: Jury, sitting: int) -> dict[str, Any]:
    """Return what a hearing takes from the claim's rulebook, fixed when it is opened."""
    is_open = rules.mode == "open"
    return {
        "mode": Mode.OPEN if is_open else Mode.DRAWN,
        "panel_size": 0
        if is_open
        else (rules.rehearing_panel_size if sitting > 1 else rules.panel_size),
        "expert_seat": ExpertSeat.NONE if is_open else ExpertSeat(rules.expert_seat),
        "quorum": rules.quorum if sitting == 1 or is_open else _larger_quorum(rules),
        "more_than_per_mille": rules.more_than_per_mille,
        "tie": rules.tie,
        "not_shown_counts_as": rules.not_shown_counts_as,
        "sealed_bytes": OPEN_BYTES if is_open else DRAWN_BYTES,
    }


def preparation_end(claim: Claim, now: datetime) -> datetime:
    """Return until when a hearing opened now is to be prepared."""
    rules = bound_rules(claim)
    return prepare_by(now, rules.hearing_days, rules.jury.acceptance_hours, rules.jury.voting_hours)


def _larger_quorum(rules: Jury) -> int:
    """Return the quorum of the larger panel in the same proportion, rounded up."""
    return -(-rules.quorum * rules.rehearing_panel_size // rules.panel_size)


def _rules(claim: Claim) -> Jury:
    return bound_rules(claim).jury


def jury_rules_of(hearing: Hearing) -> Jury:
    """Return the jury part of the rulebook version the hearing's claim is bound to."""
    return _rules(hearing.claim)


@transaction.atomic
def make_secrets(*, reference: str, now: datetime) -> Hearing:
    """Make a hearing's opening key and secret seed, and commit to the seed (the clock).

    The roll is frozen and in the record before the seed exists (promise 31).
    """
    hearing = lock_hearing(reference)
    if hearing.state != HearingState.PREPARING or hearing.opening_public_key:
        raise WrongState(
            "jury_secrets_made", _("The hearing has its keys already."), state=hearing.state
        )
    hearing.roll = freeze_roll(plan_id=hearing.claim.plan_id, now=now)
    hearing.save(update_fields=["roll"])
    made = vault.make(reference)
    hearing.opening_public_key = made.public_key.hex()
    hearing.seed_commitment = commitment_of(made.seed, reference, hearing.round)
    write_event(
        hearing, event="commit_seed", from_state=hearing.state, actor=CLOCK, now=now, role="clock"
    )
    append_entry(
        kind="seed_committed",
        subject=reference,
        body={
            "hearing": reference,
            "round": hearing.round,
            "commitment": hearing.seed_commitment,
            "opening_public_key": hearing.opening_public_key,
            "roll": hearing.roll.reference,
        },
        now=now,
    )
    return hearing


@transaction.atomic
def announce_draw(*, reference: str, actor: Actor, now: datetime, delay_minutes: int) -> Hearing:
    """Announce that the panel is drawn in so many minutes, in the public record.

    In an open hearing there is no draw: voting opens at that time.
    """
    officer_only(actor)
    hearing = lock_hearing(reference)
    preparing_only(hearing)
    refuse_if(announce_blockers(hearing))
    if delay_minutes < 1:
        raise Blocked("jury_draw_in_past", _("Choose a time that is still to come."))
    at = now + timedelta(minutes=delay_minutes)
    rules = jury_rules_of(hearing)
    if hearing.mode == Mode.OPEN:
        hearing.opens_at = at
        hearing.closes_at = at + timedelta(hours=rules.voting_hours)
        schedule("jury.open_voting", reference, at)
    else:
        schedule("jury.take_checkpoint", reference, at)
    hearing.draw_after_at = at
    write_event(
        hearing,
        event="announce_draw",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="jury_officer",
    )
    roll = hearing.roll
    assert roll is not None  # the seed is committed only with a roll
    append_entry(
        kind="hearing_announced",
        subject=reference,
        body={
            "hearing": reference,
            "round": hearing.round,
            "mode": str(hearing.mode),
            "roll_digest": roll.digest,
            "roll_size": roll.size,
            "panel_size": hearing.panel_size,
            "draw_after": at.isoformat(),
            "algorithm": ALGORITHM,
            "questions": public_questions(hearing.brief),
            "quorum": hearing.quorum,
            "threshold": hearing.more_than_per_mille,
            "tie": hearing.tie,
            "not_shown_counts_as": hearing.not_shown_counts_as,
        },
        now=now,
    )
    return hearing


def officer_only(actor: Actor) -> None:
    """Refuse anybody but a jury officer."""
    if not actor.has("jury_officer"):
        raise NotAllowed("juryofficer_only", _("A jury officer does this."))


def preparing_only(hearing: Hearing) -> None:
    """Refuse what is done only while the hearing is being prepared."""
    if hearing.state != HearingState.PREPARING:
        raise WrongState(
            "jury_not_preparing",
            _("This is done while the hearing is being prepared."),
            state=hearing.state,
        )
