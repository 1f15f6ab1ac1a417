"""What a drawn juror may say: yes, no, or that they are too close to the claim."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claims_services
from claims.queries import lock_claim
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState
from jury.models import Hearing, Seat
from jury.queries import claim_reference_of, conflict_of, lock_hearing
from jury.services.replacing import has_voted, leave_seat, refuse_unless_seated
from jury.states import SITTING, SeatState


@transaction.atomic
def accept_seat(*, reference: str, actor: Actor, now: datetime) -> Seat:
    """Say yes to serving, in time; a second time changes nothing.

    The database's clock decides whether the time to answer is over.
    """
    hearing = lock_hearing(reference)
    seat = _own_seat(hearing, actor)
    if seat.state == SeatState.ACCEPTED:
        return seat
    if conflict_of(hearing.claim_id, seat.person_id):
        raise Blocked("jury_conflict", _("You are too close to this claim to judge it."))
    if seat.answer_due_at is not None and now >= seat.answer_due_at:
        raise _too_late(hearing)
    seat.state = SeatState.ACCEPTED
    seat.answered_at = now
    try:
        with transaction.atomic():
            seat.save(update_fields=["state", "answered_at"])
    except IntegrityError as failure:
        diagnostics = getattr(failure.__cause__, "diag", None)
        if getattr(diagnostics, "constraint_name", "") != "seat_answered_in_time":
            raise
        raise _too_late(hearing) from failure
    return seat


def _too_late(hearing: Hearing) -> WrongState:
    return WrongState(
        "jury_answer_late",
        _("The time to answer is over; the seat goes to the next juror."),
        state=hearing.state,
    )


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
    if has_voted(seat):
        raise WrongState(
            "jury_ballot_cast", _("Your ballot is cast; it counts."), state=hearing.state
        )
    leave_seat(
        hearing,
        seat,
        state=state,
        actor=actor,
        now=now,
        role="juror",
        reason_code=reason_code,
    )
    return hearing


def _own_seat(hearing: Hearing, actor: Actor) -> Seat:
    refuse_unless_seated(hearing)
    seat = Seat.objects.filter(hearing=hearing, person_id=actor.person_id or 0).first()
    if seat is None or actor.person_id is None:
        raise NotAllowed("jury_no_seat", _("You have no seat in this hearing."))
    if seat.state == SeatState.LAPSED:
        raise WrongState(
            "jury_seat_lapsed",
            _("You did not answer in time; the seat went to the next juror."),
            state=hearing.state,
        )
    if seat.state not in SITTING:
        raise WrongState("jury_seat_given_up", _("You gave this seat up."), state=hearing.state)
    return seat
