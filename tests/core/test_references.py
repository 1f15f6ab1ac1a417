"""References that people can read out and nobody can count through."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.references import ALPHABET, NotAReference, new_reference, parse_reference


def test_a_reference_has_its_prefix_and_forty_random_bits() -> None:
    seen = {new_reference("C") for _ in range(2000)}
    assert len(seen) == 2000
    assert all(len(one) == 11 and set(one[2:].replace("-", "")) <= set(ALPHABET) for one in seen)


def test_a_seed_gives_the_same_references_again() -> None:
    assert new_reference("C", random.Random(7)) == new_reference("C", random.Random(7))


@given(st.integers(0, 2**32))
def test_a_reference_is_understood_however_it_is_typed(seed: int) -> None:
    reference = new_reference("C", random.Random(seed))
    assert parse_reference(reference) == reference
    assert parse_reference(reference.lower().replace("-", " ")) == reference
    assert (
        parse_reference(reference.replace("-", "").replace("0", "o").replace("1", "l")) == reference
    )


def test_another_prefix_than_the_one_asked_for_is_refused() -> None:
    with pytest.raises(NotAReference):
        parse_reference(new_reference("H"), "C")


@pytest.mark.parametrize(
    "typed", ["", "C", "C-1234", "C-1234-567U", "1234-5678", "'; DROP", "C" * 50]
)
def test_what_cannot_be_a_reference_is_refused(typed: str) -> None:
    with pytest.raises(NotAReference):
        parse_reference(typed)
