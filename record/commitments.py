"""Salted commitments: what is private is bound without being shown."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.canonical import canonical_json

SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class Commitment:
    """A commitment and the salt that opens it; the salt stays with the private row."""

    digest: str
    salt: str


def commit(private: Any, token_bytes: Callable[[int], bytes] = secrets.token_bytes) -> Commitment:
    """Return SHA-256(salt ‖ canonical JSON) with a fresh 32-byte salt, both hexadecimal."""
    salt = token_bytes(SALT_BYTES)
    return Commitment(_digest(salt, private), salt.hex())


def opens(digest: str, salt: str, private: Any) -> bool:
    """Say whether the salt and the private value are what was committed to."""
    return hmac.compare_digest(digest, _digest(bytes.fromhex(salt), private))


def _digest(salt: bytes, private: Any) -> str:
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt is 32 bytes")
    return hashlib.sha256(salt + canonical_json(private)).hexdigest()
