"""Money in integer cents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import ceil_div, format_yuan, largest_remainder_split, parse_yuan


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("300000", 30_000_000),
        ("１００，０００．５", 10_000_050),
        (" 1,000.05 ", 100_005),
        ("¥ 7", 700),
        ("10 万".replace("万", "0000"), 10_000_000),
        ("0.10元", 10),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, cents: int) -> None:
    assert parse_yuan(typed) == cents


@pytest.mark.parametrize(
    "typed", ["", "-1", "1.005", "1.", "1e5", "abc", ".5", "٣", "1.2.3", "9" * 20]
)
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_yuan(typed)


@given(st.integers(0, 10**15))
def test_what_is_shown_can_be_typed_again(cents: int) -> None:
    assert parse_yuan(format_yuan(cents)) == cents


def test_whole_yuan_are_shown_without_decimals() -> None:
    assert format_yuan(30_000_000) == "300,000"
    assert format_yuan(-105) == "-1.05"


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_up_is_the_least_that_suffices(numerator: int, denominator: int) -> None:
    quotient = ceil_div(numerator, denominator)
    assert quotient * denominator >= numerator > (quotient - 1) * denominator


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1).filter(any))
def test_a_split_adds_up_to_the_cent_and_strays_less_than_one(
    total: int, weights: list[int]
) -> None:
    parts = largest_remainder_split(total, weights)
    whole = sum(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_there_must_be_something_to_weigh_by(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        largest_remainder_split(100, weights)
