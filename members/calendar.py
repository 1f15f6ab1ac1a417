"""A rulebook's notice days and sharing days as dates, and the instants that hang on them."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime

from core.zone import add_days, start_of_day
from members.rulebook_types import Rulebook


class NoSuchDay(LookupError):
    """The rulebook has no notice days, or no sharing days, at all."""


def next_notice_day(rulebook: Rulebook, after: date) -> date:
    """Return the first notice day later than a day; NoSuchDay where the plan has none."""
    return _next_day(rulebook.notice_days, after)


def next_sharing_day(rulebook: Rulebook, after: date) -> date:
    """Return the first sharing day later than a day; NoSuchDay where the plan has none."""
    return _next_day(rulebook.sharing_days, after)


def notice_window(rulebook: Rulebook, notice_day: date) -> tuple[datetime, datetime]:
    """Return the half-open period in which a notice day's batch lies open, in UTC."""
    closing_day = add_days(notice_day, rulebook.notice_open_days)
    return start_of_day(notice_day, rulebook.zone), start_of_day(closing_day, rulebook.zone)


def sharing_day_of(rulebook: Rulebook, notice_day: date) -> date:
    """Return the first sharing day on which a notice day's batch has lain open in full."""
    last_open_day = add_days(notice_day, rulebook.notice_open_days - 1)
    return next_sharing_day(rulebook, last_open_day)


def lock_instant(rulebook: Rulebook, notice_day: date) -> datetime:
    """Return the instant at which units are counted: 00:00 of the notice day, in UTC."""
    return start_of_day(notice_day, rulebook.zone)


def days_of(numbers: tuple[int, ...], year: int, month: int) -> tuple[date, ...]:
    """Return days of the month as dates; a number past the month's end is its last day."""
    last = monthrange(year, month)[1]
    return tuple(sorted({date(year, month, min(number, last)) for number in numbers}))


def _next_day(numbers: tuple[int, ...], after: date) -> date:
    if not numbers:
        raise NoSuchDay(after)
    return next(day for day in _days_from(numbers, after) if day > after)


def _days_from(numbers: tuple[int, ...], start: date) -> Iterator[date]:
    year, month = start.year, start.month
    while True:
        yield from days_of(numbers, year, month)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
