"""Hearings whose stage should have ended: marked once, and the ombudsman is told."""

from datetime import datetime

from django.db import transaction

from core.actor import CLOCK
from core.deadlines import schedule
from jury.messages import tell_many
from jury.queries import lock_hearing
from jury.seat_messages import HEARING_LATE
from jury.services.log import write_event
from jury.stages import TURNS, stage_of
from jury.states import ENDED
from members.queries import people_with_role

ESCALATED_TO = "ombudsman"


@transaction.atomic
def mark_overdue(*, reference: str, now: datetime) -> str:
    """Tell the ombudsman, and the officers whose turn it is, that a stage is late (clock).

    Once a stage: a hearing that moves on gets a new deadline, and may be late again.
    """
    hearing = lock_hearing(reference)
    if hearing.state in ENDED or hearing.due_at is None:
        return "over"
    if now < hearing.due_at:
        schedule("jury.overdue", reference, hearing.due_at)
        return "not yet"
    if hearing.escalated_at is not None:
        return "told already"
    stage = stage_of(hearing)
    hearing.escalated_at = now
    write_event(
        hearing,
        event="mark_overdue",
        from_state=hearing.state,
        actor=CLOCK,
        now=now,
        role="clock",
        reason_code=str(stage),
    )
    told = set(people_with_role(ESCALATED_TO).values_list("pk", flat=True))
    if TURNS[stage].role == "jury_officer":
        told |= set(people_with_role("jury_officer").values_list("pk", flat=True))
    tell_many(
        sorted(told),
        HEARING_LATE,
        hearing,
        now,
        str(hearing.event_count),
        due_at=hearing.due_at.isoformat(),
    )
    return "escalated"
