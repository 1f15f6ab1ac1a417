"""What a drawn juror may say: yes, no, or that they are too close to the claim."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claims_services
from claims.queries import lock_claim
from core.actor import CLOCK, Actor
from core.errors import NotAllowed, WrongState
from jury.draw import PanelNotFilled
from jury.models import BallotDraft, Hearing, Seat
from jury.queries import ballot_of, claim_reference_of, lock_hearing
from jury.services.draws import seat_next, step_body
from jury.services.endings import end_void
from jury.services.log import write_event
from jury.states import SITTING, HearingState, SeatState
from record.services import append_entry

_SEATED = frozenset({HearingState.DRAWN, HearingState.OPEN, HearingState.EXTENDED})


@transaction.atomic
def accept_seat(*, reference: str, actor: Actor, now: datetime) -> Seat:
    """Say yes to serving; a second time changes nothing."""
    hearing = lock_hearing(reference)
    seat = _own_seat(hearing, actor)
    if seat.state == SeatState.INVITED:
        seat.state = SeatState.ACCEPTED
        seat.answered_at = now
        seat.save(update_fields=["state", "answered_at"])
    return seat


@transaction.atomic
def decline_seat(*, reference: str, actor: Actor, now: datetime) -> Hearing:
    """Say no to serving; the next in order is seated at once."""
    return _give_up(reference, actor, now, SeatState.DECLINED, "declined")


@transaction.atomic
def recuse(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str = ""
) -> Hearing:
    """Step down for a reason; a conflict is declared on the claim. The next in order sits."""
    if reason_code == "conflict":
        claims_services.declare_conflict(
            reference=claim_reference_of(reference),
            actor=actor,
            now=now,
            reason=note or str(_("declared by the juror")),
        )
    return _give_up(reference, actor, now, SeatState.RECUSED, reason_code)


def _give_up(
    reference: str, actor: Actor, now: datetime, state: SeatState, reason_code: str
) -> Hearing:
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    seat = _own_seat(hearing, actor)
    if ballot_of(seat) is not None:
        raise WrongState(
            "jury_ballot_cast", _("Your ballot is cast; it counts."), state=hearing.state
        )
    seat.state = state
    seat.reason_code = reason_code
    seat.answered_at = now
    seat.save(update_fields=["state", "reason_code", "answered_at"])
    BallotDraft.objects.filter(seat=seat).delete()
    _replace(hearing, seat, actor, now, reason_code)
    return hearing


def _replace(hearing: Hearing, seat: Seat, actor: Actor, now: datetime, reason_code: str) -> None:
    write_event(
        hearing,
        event="replace_juror",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="juror",
        reason_code=reason_code,
        names_actor=False,
    )
    left = {"number": seat.number, "reason": seat.state}
    try:
        steps = seat_next(hearing, now)
    except PanelNotFilled:
        end_void(hearing, actor=CLOCK, now=now, reason_code="panel_incomplete")
        return
    append_entry(
        kind="panel_changed",
        subject=hearing.reference,
        body={
            "hearing": hearing.reference,
            "round": hearing.round,
            "left": left,
            "steps": [step_body(step) for step in steps],
        },
        now=now,
    )


def _own_seat(hearing: Hearing, actor: Actor) -> Seat:
    if hearing.state not in _SEATED:
        raise WrongState(
            "jury_not_seated_now", _("Nobody is seated in this hearing now."), state=hearing.state
        )
    seat = Seat.objects.filter(hearing=hearing, person_id=actor.person_id or 0).first()
    if seat is None or actor.person_id is None:
        raise NotAllowed("jury_no_seat", _("You have no seat in this hearing."))
    if seat.state not in SITTING:
        raise WrongState("jury_seat_given_up", _("You gave this seat up."), state=hearing.state)
    return seat
