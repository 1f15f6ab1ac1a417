"""Days in a plan's time zone, through daylight saving, leap days and days left out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.zone import add_days, contains, days_between, end_of_day, local_date, start_of_day

ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Beirut"]


def test_a_day_in_shanghai_begins_at_sixteen_utc_of_the_day_before() -> None:
    assert start_of_day(date(2020, 1, 1)) == datetime(2019, 12, 31, 16, tzinfo=UTC)
    assert local_date(datetime(2019, 12, 31, 16, tzinfo=UTC)) == date(2020, 1, 1)
    assert local_date(datetime(2019, 12, 31, 15, 59, 59, 999999, tzinfo=UTC)) == date(2019, 12, 31)


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), st.sampled_from(ZONES))
def test_a_day_starts_at_its_first_instant_and_ends_where_the_next_starts(
    day: date, zone: str
) -> None:
    start, end = start_of_day(day, zone), end_of_day(day, zone)
    assert local_date(start, zone) == day
    assert local_date(start - timedelta(microseconds=1), zone) < day
    assert local_date(end - timedelta(microseconds=1), zone) == day
    assert end == start_of_day(day + timedelta(days=1), zone)
    assert timedelta(hours=22) < end - start < timedelta(hours=26)


def test_days_of_twenty_three_and_twenty_five_hours_are_whole_days() -> None:
    spring, autumn = date(2024, 3, 31), date(2024, 10, 27)
    assert end_of_day(spring, "Europe/Berlin") - start_of_day(spring, "Europe/Berlin") == timedelta(
        hours=23
    )
    assert end_of_day(autumn, "Europe/Berlin") - start_of_day(autumn, "Europe/Berlin") == timedelta(
        hours=25
    )


def test_a_midnight_that_the_clocks_skip_begins_at_the_first_time_there_is() -> None:
    start = start_of_day(date(2018, 11, 4), "America/Sao_Paulo")
    assert start == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_a_day_the_zone_left_out_has_no_length() -> None:
    skipped = date(2011, 12, 30)
    assert start_of_day(skipped, "Pacific/Apia") == end_of_day(skipped, "Pacific/Apia")


def test_seven_days_and_leap_days_are_counted_by_the_calendar() -> None:
    assert add_days(date(2024, 2, 28), 1) == date(2024, 2, 29)
    assert add_days(date(2023, 2, 28), 1) == date(2023, 3, 1)
    assert days_between(date(2024, 1, 1), date(2025, 1, 1)) == 366


def test_a_period_holds_its_start_and_not_its_end() -> None:
    start, end = start_of_day(date(2024, 5, 7)), end_of_day(date(2024, 5, 7))
    assert contains(start, end, start)
    assert not contains(start, end, end)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        local_date(datetime(2024, 1, 1))
