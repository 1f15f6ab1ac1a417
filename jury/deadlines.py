"""What the clock does about hearings, deadline by deadline."""

from collections import defaultdict
from datetime import datetime

from core.deadlines import handler, periodic
from core.zone import local_date
from jury.messages import DRAWN, LAST_CALL, REMINDER, tell_many, tell_waiting
from jury.models import Hearing, JurorStanding, Seat
from jury.queries import current_roll
from jury.services import (
    counting,
    draws,
    endings,
    hearings,
    lateness,
    opening,
    replacing,
)
from jury.services.rolls import freeze_roll
from jury.states import VOTING, HearingState, SeatState
from members.models import Plan
from members.queries import rulebook_of, rulebook_version_on
from members.states import PlanState


@handler("jury.make_secrets")
def make_secrets(subject: str, now: datetime) -> str:
    """Make a new hearing's key and seed."""
    hearings.make_secrets(reference=subject, now=now)
    return "made"


@handler("jury.take_checkpoint")
def take_checkpoint(subject: str, now: datetime) -> str:
    """Fix the checkpoint of the announced draw."""
    return draws.take_checkpoint(reference=subject, now=now)


@handler("jury.draw")
def draw_panel(subject: str, now: datetime) -> str:
    """Reveal the seed and draw."""
    return draws.draw_panel(reference=subject, now=now)


@handler("jury.tell_seats")
def tell_seats(subject: str, now: datetime) -> str:
    """Tell the jurors who were seated that they were drawn, and until when they answer."""
    hearing = Hearing.objects.get(reference=subject)
    invited: dict[str, list[int]] = defaultdict(list)
    for seat in Seat.objects.filter(hearing=hearing, state=SeatState.INVITED).order_by("person_id"):
        due = seat.answer_due_at.isoformat() if seat.answer_due_at else ""
        invited[due].append(seat.person_id)
    for due, people in sorted(invited.items()):
        tell_many(people, DRAWN, hearing, now, due_at=due)
    return "told"


@handler("jury.lapse")
def lapse(subject: str, now: datetime) -> str:
    """Pass on the seats whose time to answer is over."""
    return replacing.lapse_seats(reference=subject, now=now)


@handler("jury.overdue")
def overdue(subject: str, now: datetime) -> str:
    """Mark a hearing whose stage should have ended, and tell the ombudsman."""
    return lateness.mark_overdue(reference=subject, now=now)


@handler("jury.open_voting")
def open_voting(subject: str, now: datetime) -> str:
    """Open the vote."""
    return str(opening.open_voting(reference=subject, now=now).state)


@handler("jury.remind")
def remind(subject: str, now: datetime) -> str:
    """Remind at half time the jurors whose ballot is missing."""
    return _remind(subject, now, REMINDER, "half")


@handler("jury.last_call")
def last_call(subject: str, now: datetime) -> str:
    """Remind once more in the last tenth of the time."""
    return _remind(subject, now, LAST_CALL, "last")


def _remind(subject: str, now: datetime, kind: str, key: str) -> str:
    """Tell those whose ballot is missing; an extension has a last call of its own."""
    hearing = Hearing.objects.get(reference=subject)
    if hearing.state not in VOTING:
        return "over"
    if hearing.state == HearingState.EXTENDED:
        key = f"{key}:extended"
    tell_waiting(kind, hearing, now, key=key)
    return "reminded"


@handler("jury.close")
def close(subject: str, now: datetime) -> str:
    """Close the vote, or extend it."""
    return counting.close_voting(reference=subject, now=now)


@handler("jury.count")
def count(subject: str, now: datetime) -> str:
    """Open and count the ballots."""
    return counting.count_ballots(reference=subject, now=now)


@handler("jury.destroy_secrets")
def destroy_secrets(subject: str, now: datetime) -> str:
    """Destroy the key of a hearing that has ended."""
    return endings.destroy_secrets(reference=subject, now=now)


@periodic(3600, "jury.freeze_rolls")
def freeze_rolls(now: datetime) -> None:
    """Freeze the roll of each plan with a jury for its new period."""
    if not JurorStanding.objects.filter(state="active").exists():
        return
    for plan in Plan.objects.exclude(state=PlanState.CLOSED):
        version = rulebook_version_on(plan, local_date(now, plan.zone))
        if version is None or rulebook_of(version).jury.mode == "none":
            continue
        if current_roll(plan.pk, now) is None:
            freeze_roll(plan_id=plan.pk, now=now)
