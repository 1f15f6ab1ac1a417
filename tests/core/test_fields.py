"""Encrypted text and keyed digests."""

import pytest

from core.fields import CannotDecrypt, decrypt_text, encrypt_text, keyed_digest


def test_encrypted_text_opens_again_and_never_looks_the_same_twice() -> None:
    first, second = encrypt_text("6222 0210", "a.b"), encrypt_text("6222 0210", "a.b")
    assert first != second
    assert "6222" not in first
    assert decrypt_text(first, "a.b") == decrypt_text(second, "a.b") == "6222 0210"


def test_text_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(CannotDecrypt):
        decrypt_text(encrypt_text("x", "a.b"), "a.c")


def test_altered_text_does_not_open() -> None:
    stored = encrypt_text("x", "a.b")
    flipped = stored[:-6] + ("A" if stored[-6] != "A" else "B") + stored[-5:]
    with pytest.raises(CannotDecrypt):
        decrypt_text(flipped, "a.b")
    with pytest.raises(CannotDecrypt):
        decrypt_text("plain", "a.b")


def test_the_same_number_has_one_digest_however_it_is_typed() -> None:
    assert keyed_digest("11010519491231002x") == keyed_digest("１１０１０５ 19491231-002X")
    assert keyed_digest("1", "identity") != keyed_digest("1", "bank")
