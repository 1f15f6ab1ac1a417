"""When each stage is to end: from the rulebook's days and calendar, in the plan's zone."""

from datetime import date, datetime, timedelta

from claims.states import FINAL, STAGE_DAYS, State
from core.zone import add_days, end_of_day, local_date
from members.calendar import next_notice_day, next_sharing_day
from members.rulebook_types import Rulebook

# Somebody should have acted on the calendar's day itself.
CALENDAR_GRACE_DAYS = 1
DRAFT_DAYS_WITHOUT_RULES = 30


def stage_end(state: str, rulebook: Rulebook | None, now: datetime) -> datetime | None:
    """Return the instant a stage that begins now should have ended, or None for final states.

    A number of days runs to the end of the last one; a calendar stage to the end of the day
    after its next notice or sharing day, when somebody should already have acted.
    """
    if state in FINAL:
        return None
    if rulebook is None:
        return now + timedelta(days=DRAFT_DAYS_WITHOUT_RULES)
    today = local_date(now, rulebook.zone)
    return end_of_day(_last_day(state, rulebook, today), rulebook.zone)


def _last_day(state: str, rulebook: Rulebook, today: date) -> date:
    field = STAGE_DAYS[state]
    if field == "notice_days":
        if not rulebook.notice_days:
            return add_days(today, rulebook.decide_days)
        return add_days(next_notice_day(rulebook, today), CALENDAR_GRACE_DAYS)
    if field == "sharing_days":
        if not rulebook.sharing_days:
            return add_days(today, rulebook.pay_days)
        return add_days(next_sharing_day(rulebook, today), CALENDAR_GRACE_DAYS)
    return add_days(today, int(getattr(rulebook, field)))


def act_at(state: str, due_at: datetime) -> datetime:
    """Return when the clock acts on a stage's end: on notice a day later, being the notice's own
    end, which somebody else's clock has to act on first.
    """
    return due_at + timedelta(days=1) if state == State.ON_NOTICE else due_at
