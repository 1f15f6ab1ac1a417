"""References that people can read out and nobody can count through: `C-9TX4-K2QH`."""

import re
import secrets
import unicodedata
from random import Random

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BITS = 40
_LENGTH = 8
_PREFIX = re.compile(r"[A-Z]{1,3}\Z")
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SYSTEM: Random = secrets.SystemRandom()


class NotAReference(ValueError):
    """What was typed cannot be a reference."""


def new_reference(prefix: str, random: Random = _SYSTEM) -> str:
    """Return a new reference: the prefix and 40 random bits in Crockford's base 32."""
    if not _PREFIX.match(prefix):
        raise ValueError("a prefix is one to three capital letters")
    number = random.getrandbits(_BITS)
    digits = "".join(ALPHABET[(number >> shift) & 31] for shift in range(_BITS - 5, -1, -5))
    return f"{prefix}-{digits[:4]}-{digits[4:]}"


def parse_reference(text: str, prefix: str = "") -> str:
    """Return the reference in its one form, however it was typed.

    Lower case, full-width characters, spaces, missing hyphens, O for 0 and I or L for 1 are
    accepted. Raises NotAReference for the rest, or where another prefix is asked for.
    """
    compact = re.sub(r"[\s\-–—_]+", "", unicodedata.normalize("NFKC", text)).upper()
    head, tail = compact[:-_LENGTH], compact[-_LENGTH:].translate(_ALIKE)
    if not _PREFIX.match(head) or len(tail) != _LENGTH or set(tail) - set(ALPHABET):
        raise NotAReference(text[:40])
    if prefix and head != prefix:
        raise NotAReference(text[:40])
    return f"{head}-{tail[:4]}-{tail[4:]}"
