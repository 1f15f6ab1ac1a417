"""A sealed ballot opens once, in its own place, with the hearing's key, and tells nothing."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from jury.sealing import (
    Content,
    NotOpenable,
    TooLong,
    canonical_ballot,
    canonical_words,
    commitment_of,
    digest_under,
    info_of,
    room_for,
    seal,
    seal_draft,
    unseal,
    unseal_draft,
)

PRIVATE = b"\x11" * 32
PUBLIC = X25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw()
NONCE = b"\x22" * 32
WORDS_NONCE = b"\x55" * 32
INFO = info_of("H-0000-0001", 1, 7)


def _content(vote: str = "pay", reason: str = "接收记录写明带机入科") -> Content:
    words = canonical_words(reason=reason, notes={"a": "", "b": "页码"}, explanation="")
    ballot = canonical_ballot(
        hearing="H-0000-0001",
        round_number=1,
        vote=vote,
        answers={"a": "met"},
        words_digest=digest_under(WORDS_NONCE, words),
    )
    return Content(NONCE, ballot, WORDS_NONCE, words)


def test_a_ballot_comes_out_as_it_went_in() -> None:
    sealed = seal(_content(), public_key=PUBLIC, info=INFO)
    opened = unseal(sealed.ciphertext, private_key=PRIVATE, info=INFO)
    assert opened == _content()
    assert sealed.commitment == hashlib.sha256(NONCE + _content().ballot).hexdigest()
    ballot, words = json.loads(opened.ballot), json.loads(opened.words)
    assert (ballot["vote"], ballot["format"]) == ("pay", "gongdao-ballot-2")
    assert ballot["words"] == hashlib.sha256(WORDS_NONCE + opened.words).hexdigest()
    assert words == {"reason": "接收记录写明带机入科", "notes": {"b": "页码"}, "explanation": ""}


def test_the_ballot_that_is_counted_holds_no_word_of_the_reason() -> None:
    assert "带机" not in _content().ballot.decode()


def test_all_sealed_ballots_have_one_length() -> None:
    lengths = {
        len(seal(_content(vote, reason), public_key=PUBLIC, info=INFO).ciphertext)
        for vote in ("pay", "deny")
        for reason in ("", "短", "long " * 200)
    }
    assert lengths == {7936 + 48}


def test_sealing_twice_gives_two_ciphertexts_and_one_receipt() -> None:
    first = seal(_content(), public_key=PUBLIC, info=INFO)
    second = seal(_content(), public_key=PUBLIC, info=INFO)
    assert first.ciphertext != second.ciphertext
    assert first.commitment == second.commitment


@pytest.mark.parametrize(
    "elsewhere",
    [
        info_of("H-0000-0002", 1, 7),
        info_of("H-0000-0001", 2, 7),
        info_of("H-0000-0001", 1, 8),
    ],
)
def test_a_ballot_copied_to_another_hearing_round_or_seat_does_not_open(elsewhere: bytes) -> None:
    sealed = seal(_content(), public_key=PUBLIC, info=INFO)
    with pytest.raises(NotOpenable):
        unseal(sealed.ciphertext, private_key=PRIVATE, info=elsewhere)


def test_a_flipped_bit_or_another_key_does_not_open() -> None:
    sealed = seal(_content(), public_key=PUBLIC, info=INFO)
    flipped = bytearray(sealed.ciphertext)
    flipped[100] ^= 1
    with pytest.raises(NotOpenable):
        unseal(bytes(flipped), private_key=PRIVATE, info=INFO)
    with pytest.raises(NotOpenable):
        unseal(sealed.ciphertext, private_key=b"\x12" * 32, info=INFO)


def test_a_ballot_that_does_not_fit_is_refused() -> None:
    room = room_for(2048)
    fits = Content(NONCE, b"x" * 40, WORDS_NONCE, b"y" * (room - 40))
    assert seal(fits, public_key=PUBLIC, info=INFO, size=2048)
    longer = Content(NONCE, b"x" * 40, WORDS_NONCE, b"y" * (room - 39))
    with pytest.raises(TooLong):
        seal(longer, public_key=PUBLIC, info=INFO, size=2048)


def test_a_receipt_needs_a_whole_nonce() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment_of(b"short", b"{}")


def test_a_draft_opens_only_under_its_own_key_and_place() -> None:
    key = b"\x33" * 32
    sealed = seal_draft(b'{"vote":"pay"}', key=key, iv=b"\x44" * 12, info=INFO)
    assert unseal_draft(sealed, key=key, info=INFO) == b'{"vote":"pay"}'
    assert len(sealed) == len(seal_draft(b"{}", key=key, iv=b"\x45" * 12, info=INFO))
    with pytest.raises(NotOpenable):
        unseal_draft(sealed, key=b"\x34" * 32, info=INFO)
    with pytest.raises(NotOpenable):
        unseal_draft(sealed, key=key, info=info_of("H-0000-0002", 1, 7))
