"""Notice days, sharing days and the instants that hang on them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.calendar import (
    NoSuchDay,
    days_of,
    lock_instant,
    next_notice_day,
    next_sharing_day,
    notice_window,
    sharing_day_of,
)
from members.rulebook import parse
from members.rulebooks import load

RULES = parse(load("critical-illness-2"))
MONTH_END = replace(RULES, notice_days=(15, 31), sharing_days=(30, 31))
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2019, 1, 1), date(2019, 1, 7)),
        (date(2019, 1, 7), date(2019, 1, 21)),
        (date(2019, 1, 21), date(2019, 2, 7)),
        (date(2019, 12, 21), date(2020, 1, 7)),
    ],
)
def test_the_next_notice_day_is_later_than_the_day_asked(after: date, expected: date) -> None:
    assert next_notice_day(RULES, after) == expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2020, 2, 15), date(2020, 2, 29)),
        (date(2021, 2, 15), date(2021, 2, 28)),
        (date(2021, 2, 28), date(2021, 3, 15)),
        (date(2021, 4, 15), date(2021, 4, 30)),
        (date(2021, 12, 31), date(2022, 1, 15)),
    ],
)
def test_a_day_past_the_months_end_is_its_last_day(after: date, expected: date) -> None:
    assert next_notice_day(MONTH_END, after) == expected


def test_two_days_past_the_months_end_are_one() -> None:
    assert days_of((30, 31), 2021, 2) == (date(2021, 2, 28),)


@given(DAYS)
def test_days_ascend_and_none_is_left_out(after: date) -> None:
    for rules in (RULES, MONTH_END):
        day = next_notice_day(rules, after)
        assert after < day <= after + timedelta(days=31)
        between = [after + timedelta(days=n) for n in range(1, (day - after).days)]
        assert not any(d in days_of(rules.notice_days, d.year, d.month) for d in between)


@given(DAYS)
def test_a_batch_is_shared_only_after_it_lay_open_in_full(after: date) -> None:
    notice_day = next_notice_day(RULES, after)
    _opens, closes = notice_window(RULES, notice_day)
    sharing_day = sharing_day_of(RULES, notice_day)
    assert closes <= lock_instant(RULES, sharing_day)
    assert sharing_day == notice_day + timedelta(days=7)


def test_the_window_is_whole_days_of_the_plans_zone() -> None:
    opens, closes = notice_window(RULES, date(2019, 1, 7))
    assert opens == datetime(2019, 1, 6, 16, 0, tzinfo=UTC)
    assert closes == datetime(2019, 1, 13, 16, 0, tzinfo=UTC)
    assert lock_instant(RULES, date(2019, 1, 7)) == opens


def test_seven_days_stay_seven_days_through_a_change_of_clocks() -> None:
    rules = replace(RULES, zone="Europe/Berlin")
    opens, closes = notice_window(rules, date(2021, 3, 25))
    assert closes - opens == timedelta(days=7) - timedelta(hours=1)
    assert closes.astimezone(ZoneInfo("Europe/Berlin")).hour == 0


def test_china_had_summer_time_too() -> None:
    opens, closes = notice_window(RULES, date(1988, 4, 15))
    assert closes - opens == timedelta(days=7) - timedelta(hours=1)


def test_a_leap_day_counts_like_any_other() -> None:
    _opens, closes = notice_window(RULES, date(2020, 2, 24))
    assert closes == lock_instant(RULES, date(2020, 3, 2))


def test_a_plan_without_such_days_has_none() -> None:
    rules = replace(RULES, notice_days=(), sharing_days=())
    with pytest.raises(NoSuchDay):
        next_notice_day(rules, date(2020, 1, 1))
    with pytest.raises(NoSuchDay):
        next_sharing_day(rules, date(2020, 1, 1))
