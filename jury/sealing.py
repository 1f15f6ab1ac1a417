"""Sealing a ballot: HPKE to the hearing's key beside a commitment that is the receipt."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.canonical import canonical_json

FORMAT = "gongdao-ballot-1"
NONCE_BYTES = 32
DRAWN_BYTES = 8192
OPEN_BYTES = 2048
_LENGTH_BYTES = 4
_DRAFT_IV_BYTES = 12
_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class TooLong(ValueError):
    """The ballot does not fit the one length all sealed ballots of a hearing have."""


class NotOpenable(Exception):
    """The ciphertext does not belong to this key, hearing, round and seat, or was changed."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is stored of a ballot: the ciphertext and the commitment, in hexadecimal."""

    ciphertext: bytes
    commitment: str


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What comes out of a sealed ballot: the nonce and the canonical ballot."""

    nonce: bytes
    ballot: bytes


def info_of(hearing: str, round_number: int, seat: int) -> bytes:
    """Return what binds a ciphertext to one seat of one hearing round."""
    return f"{FORMAT}\n{hearing}\n{round_number}\n{seat}\n".encode()


def canonical_ballot(
    *,
    hearing: str,
    round_number: int,
    vote: str,
    answers: Mapping[str, str],
    reason: str,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """Return the ballot as canonical JSON; it names no seat and no juror."""
    body: dict[str, Any] = {
        "format": FORMAT,
        "hearing": hearing,
        "round": round_number,
        "vote": vote,
        "answers": dict(answers),
        "reason": reason,
        "notes": {code: text for code, text in (notes or {}).items() if text},
    }
    return canonical_json(body)


def commitment_of(nonce: bytes, ballot: bytes) -> str:
    """Return the receipt: SHA-256 over the nonce followed by the canonical ballot."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 32 bytes")
    return hashlib.sha256(nonce + ballot).hexdigest()


def room_for(size: int) -> int:
    """Return how many bytes of canonical ballot fit a sealed length."""
    return size - _LENGTH_BYTES - NONCE_BYTES


def seal(
    *, ballot: bytes, nonce: bytes, public_key: bytes, info: bytes, size: int = DRAWN_BYTES
) -> Sealed:
    """Seal a canonical ballot to a hearing's key, padded to `size` bytes.

    Raises TooLong where it does not fit. Encapsulation draws its own randomness, so that
    sealing twice gives two ciphertexts and one commitment.
    """
    commitment = commitment_of(nonce, ballot)
    key = X25519PublicKey.from_public_bytes(public_key)
    plaintext = _pad(nonce + ballot, size)
    return Sealed(_SUITE.encrypt(plaintext, key, info=info), commitment)


def unseal(ciphertext: bytes, *, private_key: bytes, info: bytes) -> Unsealed:
    """Open a sealed ballot; NotOpenable where anything about it is not as it was sealed."""
    key = X25519PrivateKey.from_private_bytes(private_key)
    try:
        payload = _unpad(_SUITE.decrypt(ciphertext, key, info=info))
    except (InvalidTag, ValueError) as failure:
        raise NotOpenable("the sealed ballot does not open here") from failure
    if len(payload) < NONCE_BYTES:
        raise NotOpenable("the sealed ballot is too short")
    return Unsealed(payload[:NONCE_BYTES], payload[NONCE_BYTES:])


def seal_draft(
    draft: bytes, *, key: bytes, iv: bytes, info: bytes, size: int = DRAWN_BYTES
) -> bytes:
    """Encrypt a draft under the key in the juror's cookie, padded like a ballot."""
    if len(iv) != _DRAFT_IV_BYTES:
        raise ValueError("an initialisation vector has 12 bytes")
    return iv + AESGCM(key).encrypt(iv, _pad(draft, size), info)


def unseal_draft(ciphertext: bytes, *, key: bytes, info: bytes) -> bytes:
    """Read a draft back; NotOpenable under another key, seat or hearing."""
    iv, body = ciphertext[:_DRAFT_IV_BYTES], ciphertext[_DRAFT_IV_BYTES:]
    try:
        return _unpad(AESGCM(key).decrypt(iv, body, info))
    except (InvalidTag, ValueError) as failure:
        raise NotOpenable("the draft does not open with this key") from failure


def _pad(payload: bytes, size: int) -> bytes:
    if len(payload) + _LENGTH_BYTES > size:
        raise TooLong(f"{len(payload)} bytes do not fit {size}")
    head = len(payload).to_bytes(_LENGTH_BYTES, "big")
    return (head + payload).ljust(size, b"\0")


def _unpad(plaintext: bytes) -> bytes:
    length = int.from_bytes(plaintext[:_LENGTH_BYTES], "big")
    payload = plaintext[_LENGTH_BYTES : _LENGTH_BYTES + length]
    if len(payload) != length or any(plaintext[_LENGTH_BYTES + length :]):
        raise ValueError("the padding is not as it was made")
    return payload
