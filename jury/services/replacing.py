"""How a juror leaves a panel and the next in order takes the seat: one way for every cause."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from claims.queries import lock_claim
from core.actor import CLOCK, Actor
from core.errors import Blocked, NotAllowed, WrongState
from jury.draw import PanelNotFilled
from jury.messages import tell
from jury.models import BallotDraft, Hearing, Seat
from jury.queries import ballot_of, claim_reference_of, lock_hearing
from jury.seat_messages import SEAT_PASSED_ON
from jury.services.endings import end_void
from jury.services.log import write_event
from jury.services.seating import Filled, fill_panel, schedule_lapse, step_body
from jury.skip_reasons import REPLACEMENT_REASONS
from jury.states import SITTING, VOTING, HearingState, Mode, SeatState
from record.queries import entries_for
from record.services import append_entry

SEATED = frozenset({HearingState.DRAWN, HearingState.OPEN, HearingState.EXTENDED})


@transaction.atomic
def replace_juror(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    number: int,
    reason_code: str,
    note: str = "",
) -> Hearing:
    """Take a juror who has not voted off the panel, for a coded reason (jury officer).

    `number` is the juror's on the roll. The next in order is seated at once.
    """
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    refuse_unless_seated(hearing)
    if hearing.mode == Mode.OPEN:
        raise WrongState(
            "jury_open_to_all",
            _("Every juror may vote in this hearing; there is nobody to replace."),
            state=hearing.state,
        )
    if reason_code not in REPLACEMENT_REASONS:
        raise Blocked("jury_reason_unknown", _("Choose a reason."))
    seat = Seat.objects.filter(hearing=hearing, number=number, state__in=sorted(SITTING)).first()
    if seat is None:
        raise Blocked("jury_number_not_seated", _("Nobody with this number sits on the panel now."))
    if seat.person_id == actor.person_id:
        raise NotAllowed("jury_own_seat", _("Nobody replaces themself; step down instead."))
    if has_voted(seat):
        raise WrongState(
            "jury_ballot_cast_by_seat",
            _("This juror's ballot is cast; it counts. Only a void round would undo it."),
            state=hearing.state,
        )
    leave_seat(
        hearing,
        seat,
        state=SeatState.REPLACED,
        actor=actor,
        now=now,
        role="jury_officer",
        reason_code=reason_code,
        note=note,
    )
    return hearing


@transaction.atomic
def lapse_seats(*, reference: str, now: datetime) -> str:
    """Pass on every seat whose time to answer is over (clock). Returns what happened."""
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    refuse_unless_seated(hearing)
    count = lapse_overdue(hearing, now)
    if hearing.state in SEATED:
        schedule_lapse(hearing)
    return f"{count} lapsed"


def lapse_overdue(hearing: Hearing, now: datetime) -> int:
    """Pass on the unanswered seats, in order; claim and hearing are held locked.

    Who has cast a ballot has answered by it. At the close nobody lapses any more.
    """
    if hearing.state in VOTING and hearing.closes_at is not None and now >= hearing.closes_at:
        return 0
    overdue = Seat.objects.filter(
        hearing=hearing, state=SeatState.INVITED, answer_due_at__lte=now, ballots__isnull=True
    ).order_by("number")
    count = 0
    for seat in list(overdue):
        if has_voted(seat):
            continue
        leave_seat(
            hearing,
            seat,
            state=SeatState.LAPSED,
            actor=CLOCK,
            now=now,
            role="clock",
            reason_code="no_answer",
        )
        count += 1
        if hearing.state not in SEATED:
            break
    return count


def has_voted(seat: Seat) -> bool:
    """Hold a seat so that no ballot can come from it meanwhile, and say whether one has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('jury_seat', %s))", [seat.pk])
    return ballot_of(seat) is not None


def leave_seat(
    hearing: Hearing,
    seat: Seat,
    *,
    state: SeatState,
    actor: Actor,
    now: datetime,
    role: str,
    reason_code: str,
    note: str = "",
) -> None:
    """End a juror's part and seat the next in order; claim and hearing are held locked.

    Where the roll has nobody left the round is void; in an open hearing nobody follows. A
    juror's own act does not name them in the hearing's log.
    """
    seat.state = state
    seat.reason_code = reason_code
    seat.left_at = now
    seat.save(update_fields=["state", "reason_code", "left_at"])
    BallotDraft.objects.filter(seat=seat).delete()
    write_event(
        hearing,
        event="replace_juror",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role=role,
        reason_code=reason_code,
        note=note,
        names_actor=role != "juror",
    )
    if state in (SeatState.LAPSED, SeatState.REPLACED):
        tell(seat.person_id, SEAT_PASSED_ON, hearing, now)
    if hearing.mode == Mode.OPEN:
        return
    try:
        filled = fill_panel(hearing, now)
    except PanelNotFilled:
        end_void(hearing, actor=CLOCK, now=now, reason_code="panel_incomplete")
        return
    _publish_change(hearing, seat, filled, by=role, now=now)


def _publish_change(
    hearing: Hearing, left: Seat, filled: Filled, *, by: str, now: datetime
) -> None:
    """Append to the record who left, who followed, and what time that moved."""
    body: dict[str, object] = {
        "hearing": hearing.reference,
        "round": hearing.round,
        "change": entries_for(hearing.reference, "panel_changed").count() + 1,
        "by": by,
        "left": {
            "number": left.number,
            "reason": str(left.state),
            "code": left.reason_code if left.state == SeatState.REPLACED else "",
            "seat": "expert" if left.expert_kind else "main",
        },
        "steps": [step_body(step) for step in filled.steps],
        "answer_due_at": filled.window.answer_due_at.isoformat(),
    }
    if filled.expert:
        body["expert"] = filled.expert
    if filled.has_moved:
        body["opens_at"] = filled.window.opens_at.isoformat()
        body["closes_at"] = filled.window.closes_at.isoformat()
    append_entry(kind="panel_changed", subject=hearing.reference, body=body, now=now)


def refuse_unless_seated(hearing: Hearing) -> None:
    """Raise WrongState where the hearing has no panel that may still change."""
    if hearing.state not in SEATED:
        raise WrongState(
            "jury_not_seated_now", _("Nobody is seated in this hearing now."), state=hearing.state
        )
