"""Money, days and counts as people read them, in both languages."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from core import formats


def test_amounts_in_a_column_have_two_decimals_and_a_true_minus() -> None:
    assert formats.amount(53978323840) == "539,783,238.40"
    assert formats.amount(-21244160) == "−212,441.60"
    assert formats.amount(0) == "0.00"
    assert formats.amount_short(10000000) == "100,000"
    assert formats.amount_short(6133702) == "61,337.02"


@pytest.mark.parametrize(
    ("cents", "chinese", "english"),
    [
        (30_000_000, "30 万元", "300,000 yuan"),
        (6_133_702, "约 6.13 万元", "61,337.02 yuan"),
        (54_030_269_160, "约 5.4 亿元", "540,302,691.60 yuan"),
        (707, "7.07 元", "7.07 yuan"),
        (999_999, "9,999.99 元", "9,999.99 yuan"),
        (-2_000_000, "−2 万元", "−20,000 yuan"),
    ],
)
def test_amounts_are_said_in_wan_only_in_chinese(cents: int, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert formats.amount_words(cents) == chinese
    with translation.override("en"):
        assert formats.amount_words(cents) == english


def test_days_are_those_of_the_plan_s_zone() -> None:
    late_in_utc = datetime(2020, 5, 20, 16, 30, tzinfo=UTC)
    with translation.override("en"):
        assert formats.day(late_in_utc) == "21 May 2020"
        assert formats.instant(late_in_utc) == "21 May 2020, 00:30"
        assert formats.short_day(date(2020, 5, 21)) == "21 May"
    with translation.override("zh-hans"):
        assert formats.day(late_in_utc) == "2020年5月21日"
        assert formats.instant(late_in_utc) == "2020年5月21日 00:30"
        assert formats.short_day(date(2020, 5, 21)) == "5月21日"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.day(datetime(2020, 5, 20))


def test_counts_agree_in_number() -> None:
    with translation.override("en"):
        assert (formats.days(1), formats.days(58), formats.hours(31)) == (
            "1 day",
            "58 days",
            "31 hours",
        )
    with translation.override("zh-hans"):
        assert (formats.days(1), formats.hours(31)) == ("1 天", "31 小时")


def test_shares_of_a_whole_are_rounded_half_up_and_nothing_of_nothing_is_a_dash() -> None:
    assert formats.percent(118, 1000) == "11.8%"
    assert formats.percent(1, 3) == "33.3%"
    assert formats.percent(2, 3) == "66.7%"
    assert formats.percent(0, 0) == "–"
