"""Sealing a ballot: HPKE to the hearing's key beside a commitment that is the receipt."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.canonical import canonical_json

FORMAT = "gongdao-ballot-2"
NONCE_BYTES = 32
# With all around it a ballot or a draft fills one page of the database's, and never two.
DRAWN_BYTES = 7936
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
class Content:
    """What is sealed: the ballot that is counted, and the words beside it, each with its nonce.

    The ballot holds only the digest of the words, so that words may be withheld while vote and
    answers can still be counted again by anyone.
    """

    nonce: bytes
    ballot: bytes
    words_nonce: bytes
    words: bytes


def info_of(hearing: str, round_number: int, seat: int) -> bytes:
    """Return what binds a ciphertext to one seat of one hearing round."""
    return f"{FORMAT}\n{hearing}\n{round_number}\n{seat}\n".encode()


def canonical_words(*, reason: str, notes: Mapping[str, str], explanation: str) -> bytes:
    """Return a juror's words as canonical JSON: the reason, notes, what explains the vote."""
    return canonical_json(
        {
            "reason": reason,
            "notes": {code: text for code, text in notes.items() if text},
            "explanation": explanation,
        }
    )


def canonical_ballot(
    *,
    hearing: str,
    round_number: int,
    vote: str,
    answers: Mapping[str, str],
    words_digest: str,
) -> bytes:
    """Return the ballot as canonical JSON; it names no seat and no juror."""
    return canonical_json(
        {
            "format": FORMAT,
            "hearing": hearing,
            "round": round_number,
            "vote": vote,
            "answers": dict(answers),
            "words": words_digest,
        }
    )


def digest_under(nonce: bytes, text: bytes) -> str:
    """Return SHA-256 over a nonce followed by a text: a receipt, or the digest of the words."""
    if len(nonce) != NONCE_BYTES:
        raise ValueError("a nonce has 32 bytes")
    return hashlib.sha256(nonce + text).hexdigest()


def commitment_of(nonce: bytes, ballot: bytes) -> str:
    """Return the receipt: SHA-256 over the nonce followed by the canonical ballot."""
    return digest_under(nonce, ballot)


def room_for(size: int) -> int:
    """Return how many bytes of ballot and words together fit a sealed length."""
    return size - 2 * _LENGTH_BYTES - 2 * NONCE_BYTES


def seal(content: Content, *, public_key: bytes, info: bytes, size: int = DRAWN_BYTES) -> Sealed:
    """Seal a ballot with its words to a hearing's key, padded to `size` bytes.

    Raises TooLong where they do not fit. Encapsulation draws its own randomness, so that
    sealing twice gives two ciphertexts and one commitment.
    """
    commitment = commitment_of(content.nonce, content.ballot)
    head = len(content.ballot).to_bytes(_LENGTH_BYTES, "big")
    parts = (content.nonce, content.words_nonce, head, content.ballot, content.words)
    plaintext = _pad(b"".join(parts), size)
    return Sealed(_SUITE.encrypt(plaintext, _public_key(public_key), info=info), commitment)


def unseal(ciphertext: bytes, *, private_key: bytes, info: bytes) -> Content:
    """Open a sealed ballot; NotOpenable where anything about it is not as it was sealed."""
    try:
        payload = _unpad(_SUITE.decrypt(ciphertext, _private_key(private_key), info=info))
    except (InvalidTag, ValueError) as failure:
        raise NotOpenable("the sealed ballot does not open here") from failure
    nonces, rest = payload[: 2 * NONCE_BYTES], payload[2 * NONCE_BYTES :]
    length, texts = int.from_bytes(rest[:_LENGTH_BYTES], "big"), rest[_LENGTH_BYTES:]
    if len(rest) < _LENGTH_BYTES or len(texts) < length:
        raise NotOpenable("the sealed ballot is too short")
    return Content(
        nonce=nonces[:NONCE_BYTES],
        ballot=texts[:length],
        words_nonce=nonces[NONCE_BYTES:],
        words=texts[length:],
    )


@functools.lru_cache(maxsize=256)
def _public_key(raw: bytes) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(raw)


def _private_key(raw: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(raw)


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
