"""The geometry of bars."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from core import charts


def _number(percent: str) -> float:
    return float(percent.removesuffix("%"))


def test_parts_of_nothing_are_left_out_and_long_parts_carry_their_label() -> None:
    pay, against, silent = charts.bar_parts([("Pay", 292), ("Against", 190), ("Silent", 19)])
    assert (pay.start, pay.is_labelled, against.is_labelled) == ("0%", True, True)
    assert not silent.is_labelled
    assert [part.label for part in charts.bar_parts([("Pay", 0), ("Against", 5)])] == ["Against"]
    assert charts.bar_parts([("Pay", 0)]) == []


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=4).filter(any))
def test_the_parts_fill_the_bar_without_gap(counts: list[int]) -> None:
    parts = charts.bar_parts([("part", count) for count in counts])
    assert abs(sum(_number(part.width) for part in parts) - 100) < 0.01
    for before, after in pairwise(parts):
        assert abs(_number(before.start) + _number(before.width) - _number(after.start)) < 0.01
