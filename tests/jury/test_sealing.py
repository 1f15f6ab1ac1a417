"""A sealed ballot opens once, in its own place, with the hearing's key, and tells nothing."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from jury.sealing import (
    NotOpenable,
    TooLong,
    canonical_ballot,
    commitment_of,
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
INFO = info_of("H-0000-0001", 1, 7)


def _ballot(vote: str = "pay", reason: str = "接收记录写明带机入科") -> bytes:
    return canonical_ballot(
        hearing="H-0000-0001", round_number=1, vote=vote, answers={"a": "met"}, reason=reason
    )


def test_a_ballot_comes_out_as_it_went_in() -> None:
    sealed = seal(ballot=_ballot(), nonce=NONCE, public_key=PUBLIC, info=INFO)
    opened = unseal(sealed.ciphertext, private_key=PRIVATE, info=INFO)
    assert (opened.nonce, opened.ballot) == (NONCE, _ballot())
    assert sealed.commitment == hashlib.sha256(NONCE + _ballot()).hexdigest()
    assert json.loads(opened.ballot)["vote"] == "pay"


def test_all_sealed_ballots_have_one_length() -> None:
    lengths = {
        len(
            seal(ballot=_ballot(vote, reason), nonce=NONCE, public_key=PUBLIC, info=INFO).ciphertext
        )
        for vote in ("pay", "deny")
        for reason in ("", "短", "long " * 200)
    }
    assert lengths == {8192 + 48}


def test_sealing_twice_gives_two_ciphertexts_and_one_receipt() -> None:
    first = seal(ballot=_ballot(), nonce=NONCE, public_key=PUBLIC, info=INFO)
    second = seal(ballot=_ballot(), nonce=NONCE, public_key=PUBLIC, info=INFO)
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
    sealed = seal(ballot=_ballot(), nonce=NONCE, public_key=PUBLIC, info=INFO)
    with pytest.raises(NotOpenable):
        unseal(sealed.ciphertext, private_key=PRIVATE, info=elsewhere)


def test_a_flipped_bit_or_another_key_does_not_open() -> None:
    sealed = seal(ballot=_ballot(), nonce=NONCE, public_key=PUBLIC, info=INFO)
    flipped = bytearray(sealed.ciphertext)
    flipped[100] ^= 1
    with pytest.raises(NotOpenable):
        unseal(bytes(flipped), private_key=PRIVATE, info=INFO)
    with pytest.raises(NotOpenable):
        unseal(sealed.ciphertext, private_key=b"\x12" * 32, info=INFO)


def test_a_ballot_that_does_not_fit_is_refused() -> None:
    room = room_for(2048)
    assert seal(ballot=b"x" * room, nonce=NONCE, public_key=PUBLIC, info=INFO, size=2048)
    with pytest.raises(TooLong):
        seal(ballot=b"x" * (room + 1), nonce=NONCE, public_key=PUBLIC, info=INFO, size=2048)


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
