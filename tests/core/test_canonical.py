"""Canonical JSON: one value, one sequence of bytes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import canonical_json, sha256_hex

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = st.recursive(
    TEXT | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_reading_canonical_json_gives_the_value_again(value: Any) -> None:
    data = canonical_json(value)
    assert json.loads(data) == value
    assert canonical_json(json.loads(data)) == data


@given(st.dictionaries(TEXT, st.integers(), min_size=2))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical_json(backwards) == canonical_json(value)


def test_there_are_no_spaces_and_chinese_stays_readable() -> None:
    assert canonical_json({"b": [1, "公道"], "a": ""}) == '{"a":"","b":[1,"公道"]}'.encode()


def test_text_is_left_as_it_is_and_never_normalised() -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    assert canonical_json(composed) != canonical_json(decomposed)


@pytest.mark.parametrize(
    "value", [True, 1.0, None, b"x", {1: "x"}, {"a": [None]}, {"a": {"b": 0.5}}]
)
def test_what_other_languages_write_differently_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_the_digest_is_sha_256_in_hexadecimal() -> None:
    assert sha256_hex(b"abc").startswith("ba7816bf8f01cfea")
