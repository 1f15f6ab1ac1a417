"""When the vote opens, and its one extension."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.queries import lock_claim
from core.actor import CLOCK, Actor
from core.deadlines import schedule
from core.errors import NotAllowed, WrongState
from jury.messages import (
    EXTENDED,
    OPENED,
    VOTING_BEGUN,
    tell_claimant,
    tell_jurors,
    tell_waiting,
)
from jury.models import Hearing
from jury.queries import claim_reference_of, lock_hearing
from jury.services.hearings import jury_rules_of
from jury.services.log import write_event
from jury.services.replacing import lapse_overdue
from jury.stages import CLOCK_GRACE
from jury.states import ENDED, HearingState, Mode
from record.services import append_entry


@transaction.atomic
def open_voting(*, reference: str, now: datetime) -> Hearing:
    """Open the vote at its time (clock); every seated juror is told.

    Whoever has not answered by then is replaced first, which may move the opening.
    """
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    _refuse_unless_ready(hearing)
    _catch_up(hearing, now)
    lapse_overdue(hearing, now)
    if hearing.state in ENDED:
        return hearing
    assert hearing.opens_at is not None
    if now < hearing.opens_at:
        schedule("jury.open_voting", reference, hearing.opens_at)
        return hearing
    from_state = hearing.state
    hearing.open()
    write_event(hearing, event="open", from_state=from_state, actor=CLOCK, now=now, role="clock")
    opens_at, closes_at = hearing.opens_at, hearing.closes_at
    assert opens_at is not None  # the database requires both
    assert closes_at is not None
    append_entry(
        kind="voting_opened",
        subject=reference,
        body={
            "hearing": reference,
            "round": hearing.round,
            "opens_at": opens_at.isoformat(),
            "closes_at": closes_at.isoformat(),
            "quorum": hearing.quorum,
        },
        now=now,
    )
    schedule("jury.close", reference, closes_at)
    schedule("jury.remind", reference, opens_at + (closes_at - opens_at) / 2)
    _schedule_last_call(hearing, opens_at)
    tell_jurors(OPENED, hearing, now)
    tell_claimant(VOTING_BEGUN, hearing, now)
    return hearing


def _schedule_last_call(hearing: Hearing, since: datetime) -> None:
    """Remind in the last tenth of the time that begins now."""
    assert hearing.closes_at is not None  # a vote that begins or goes on has its end
    at = hearing.closes_at - (hearing.closes_at - since) / 10
    schedule("jury.last_call", hearing.reference, at)


def _refuse_unless_ready(hearing: Hearing) -> None:
    """A drawn panel, or in an open hearing an announced time."""
    is_open_mode = hearing.mode == Mode.OPEN and hearing.state == HearingState.PREPARING
    if hearing.state != HearingState.DRAWN and not is_open_mode:
        raise WrongState("jury_not_drawn", _("The panel is not drawn."), state=hearing.state)
    if hearing.opens_at is None:
        raise WrongState(
            "jury_not_announced", _("No time to open is announced."), state=hearing.state
        )


def _catch_up(hearing: Hearing, now: datetime) -> None:
    """Open now with the whole voting time, where the clock was silent at the opening."""
    assert hearing.opens_at is not None  # announced, or drawn
    assert hearing.closes_at is not None
    late = now - hearing.opens_at
    if late <= CLOCK_GRACE:
        return
    hearing.opens_at, hearing.closes_at = now, hearing.closes_at + late
    if hearing.opens_latest_at is not None:
        hearing.opens_latest_at = max(hearing.opens_latest_at, now)
    hearing.save(update_fields=["opens_at", "closes_at", "opens_latest_at"])


def extend(hearing: Hearing, *, actor: Actor, now: datetime, reason_code: str) -> None:
    """Give the one extension; the hearing's row is held locked and open."""
    rules = jury_rules_of(hearing)
    assert hearing.closes_at is not None
    from_state = hearing.state
    hearing.extend()
    hearing.closes_at = max(hearing.closes_at, now) + timedelta(hours=rules.extension_hours)
    write_event(
        hearing,
        event="extend",
        from_state=from_state,
        actor=actor,
        now=now,
        role="clock" if actor.kind == "clock" else "jury_officer",
        reason_code=reason_code,
    )
    append_entry(
        kind="voting_extended",
        subject=hearing.reference,
        body={
            "hearing": hearing.reference,
            "round": hearing.round,
            "closes_at": hearing.closes_at.isoformat(),
            "reason": reason_code,
        },
        now=now,
    )
    schedule("jury.close", hearing.reference, hearing.closes_at)
    _schedule_last_call(hearing, now)
    tell_waiting(EXTENDED, hearing, now)


@transaction.atomic
def extend_voting(*, reference: str, actor: Actor, now: datetime, reason_code: str) -> Hearing:
    """Extend the voting time once, before it closes (jury officer)."""
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    hearing = lock_hearing(reference)
    if hearing.state != HearingState.OPEN or hearing.closes_at is None or now >= hearing.closes_at:
        raise WrongState(
            "jury_no_extension",
            _("Voting is extended once, while it is open."),
            state=hearing.state,
        )
    extend(hearing, actor=actor, now=now, reason_code=reason_code)
    return hearing
