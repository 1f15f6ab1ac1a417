"""The rules of paying: the key of a payout, the bank's signature, what an answer means."""

import hashlib
import hmac
from datetime import timedelta

REPLAY_WINDOW_SECONDS = 300
ATTEMPT_LEASE = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=15)


def end_to_end_id(claim_reference: str, series: int) -> str:
    """Return the key under which a claim's payout of a series is sent, always the same.

    It exists before the first attempt; a new one needs a new series, and a new series needs
    the known outcome of the one before (promise 49). At most 35 characters, as ISO 20022 has.
    """
    if series < 1:
        raise ValueError("series count from one")
    return f"{claim_reference}-{series}"


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA-256 over its timestamp and its body."""
    message = str(timestamp).encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def is_authentic(
    secret: str, timestamp: str, signature: str, body: bytes, at_seconds: float
) -> bool:
    """Say whether a message was signed with the secret, within the replay window."""
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(at_seconds - int(timestamp)) > REPLAY_WINDOW_SECONDS:
        return False
    expected = sign(secret, int(timestamp), body)
    return hmac.compare_digest(expected.encode(), signature.encode())


def wait_before(attempt: int) -> timedelta:
    """Return how long to wait before the next attempt; it doubles up to a quarter of an hour."""
    doubled = FIRST_WAIT * (1 << min(max(attempt - 1, 0), 20))
    return min(doubled, LONGEST_WAIT)
