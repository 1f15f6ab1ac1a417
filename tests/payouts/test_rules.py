"""The rules of paying: keys, signatures, waiting."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payouts.gateways import Instruction
from payouts.rules import end_to_end_id, is_authentic, sign, wait_before

SECRET = "a secret of the bank and us"
AT = 1_600_000_000


def test_the_key_of_a_payout_follows_from_its_claim_and_series() -> None:
    assert end_to_end_id("C-9TX4-K2QH", 1) == "C-9TX4-K2QH-1"
    assert end_to_end_id("C-9TX4-K2QH", 2) == "C-9TX4-K2QH-2"
    assert len(end_to_end_id("C-9TX4-K2QH", 999)) <= 35
    with pytest.raises(ValueError, match="one"):
        end_to_end_id("C-9TX4-K2QH", 0)


def test_an_instruction_is_the_same_bytes_however_often_it_is_sent() -> None:
    one = Instruction("C-9TX4-K2QH-1", 100, "CNY", "张三", "6222020000001234")
    two = Instruction("C-9TX4-K2QH-1", 100, "CNY", "张三", "6222020000001234")
    assert one.body() == two.body()
    assert "6222" not in repr(one)
    assert "张三" not in repr(one)


@given(body=st.binary(max_size=300), at=st.integers(AT - 300, AT + 300))
def test_what_was_signed_within_the_window_is_authentic(body: bytes, at: int) -> None:
    assert is_authentic(SECRET, str(at), sign(SECRET, at, body), body, AT)


@given(body=st.binary(max_size=300), change=st.binary(min_size=1, max_size=3))
def test_a_changed_body_is_not_authentic(body: bytes, change: bytes) -> None:
    assert not is_authentic(SECRET, str(AT), sign(SECRET, AT, body), body + change, AT)


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        ("", ""),
        (str(AT), ""),
        (str(AT), "ü"),
        ("-1", sign(SECRET, AT, b"x")),
        ("１６", sign(SECRET, AT, b"x")),
        (str(AT - 301), sign(SECRET, AT - 301, b"x")),
        (str(AT + 301), sign(SECRET, AT + 301, b"x")),
        (str(AT), sign("another secret", AT, b"x")),
        (str(AT + 1), sign(SECRET, AT, b"x")),
    ],
)
def test_forged_stale_and_broken_signatures_are_not_authentic(
    timestamp: str, signature: str
) -> None:
    assert not is_authentic(SECRET, timestamp, signature, b"x", AT)


def test_waiting_doubles_and_has_an_end() -> None:
    assert [wait_before(n).total_seconds() for n in (1, 2, 3)] == [5, 10, 20]
    assert wait_before(1000) == timedelta(minutes=15)
