"""Days in a plan's time zone: a day is the half-open period from its start to the next's start."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = "Asia/Shanghai"


def local_date(at: datetime, zone: str = SHANGHAI) -> date:
    """Return the calendar day in the zone at an aware instant."""
    if at.tzinfo is None:
        raise ValueError("an instant must know its time zone")
    return at.astimezone(ZoneInfo(zone)).date()


def start_of_day(day: date, zone: str = SHANGHAI) -> datetime:
    """Return the first instant of the day in the zone, as aware UTC.

    Where the clocks go forward over midnight the day starts at the first time that exists;
    a day the zone left out altogether starts, and ends, with the next.
    """
    tz = ZoneInfo(zone)
    local = datetime.combine(day, time.min, tzinfo=tz)
    instant = local.astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None) == datetime.combine(day, time.min):
        return instant
    low, high = -4 * 3600, 0
    while high - low > 1:
        middle = (low + high) // 2
        if (instant + timedelta(seconds=middle)).astimezone(tz).date() >= day:
            high = middle
        else:
            low = middle
    return instant + timedelta(seconds=high)


def end_of_day(day: date, zone: str = SHANGHAI) -> datetime:
    """Return the instant at which the day is over: the start of the next one."""
    return start_of_day(day + timedelta(days=1), zone)


def add_days(day: date, days: int) -> date:
    """Return the calendar day that many days later; leap days count like any other."""
    return day + timedelta(days=days)


def days_between(first: date, last: date) -> int:
    """Return how many days later the last day is than the first."""
    return (last - first).days


def contains(start: datetime, end: datetime, at: datetime) -> bool:
    """Say whether the instant lies in the half-open period [start, end)."""
    return start <= at < end
