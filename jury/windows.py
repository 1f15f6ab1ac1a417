"""When a drawn juror answers, and when voting then opens, as a function of the rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

# The least time a juror gets to answer, as a part of the rulebook's acceptance hours.
LEAST_PART = 4
# How often the acceptance hours may pass before voting opens, whoever is still to answer.
LONGEST_TIMES = 2


@dataclass(frozen=True, slots=True)
class Timetable:
    """A hearing's times as they stand: opening, its latest moment, close, whether it is open."""

    opens_at: datetime
    opens_latest_at: datetime
    closes_at: datetime
    is_voting: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Until when a juror answers, and the opening and close that leave them that time."""

    answer_due_at: datetime
    opens_at: datetime
    closes_at: datetime


def latest_opening(drawn_at: datetime, acceptance_hours: int) -> datetime:
    """Return the moment after which the opening waits for nobody any more."""
    return drawn_at + timedelta(hours=acceptance_hours) * LONGEST_TIMES


def least_time(acceptance_hours: int) -> timedelta:
    """Return the least time to answer."""
    return timedelta(hours=acceptance_hours) / LEAST_PART


def window_for(now: datetime, acceptance_hours: int, table: Timetable) -> Window:
    """Return the window of a juror who is seated now.

    Before the opening they have the whole acceptance time, but not past the opening. Where that
    would leave less than the least time, the opening moves, and the close with it, up to the
    latest opening. After that, and once voting is open, they have the least time; and where
    nobody could be asked after them any more, all the time until the close.
    """
    least = least_time(acceptance_hours)
    if not table.is_voting:
        opens_at = max(table.opens_at, min(now + least, table.opens_latest_at))
        closes_at = table.closes_at + (opens_at - table.opens_at)
        due = min(now + timedelta(hours=acceptance_hours), opens_at)
        if due >= now + least:
            return Window(due, opens_at, closes_at)
        return Window(_while_voting(now, least, closes_at), opens_at, closes_at)
    return Window(_while_voting(now, least, table.closes_at), table.opens_at, table.closes_at)


def _while_voting(now: datetime, least: timedelta, closes_at: datetime) -> datetime:
    return now + least if now + 2 * least <= closes_at else closes_at
