"""The claim's log as a chain: the digest of each row, and the proof that none was altered."""

from datetime import UTC, datetime, timedelta
from typing import Any

from claims.models import Claim, ClaimEvent
from claims.states import State
from core.canonical import canonical_json, sha256_hex

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def digest_of_event(event: ClaimEvent, claim_reference: str) -> str:
    """Return the digest of a log row: SHA-256 of its canonical JSON, the one before included."""
    body: dict[str, Any] = {
        "claim": claim_reference,
        "seq": event.seq,
        "event": event.event,
        "from": event.from_state,
        "to": event.to_state,
        "actor": event.actor_person_id or 0,
        "second": event.second_person_id or 0,
        "kind": event.actor_kind,
        "role": event.role,
        "reason": event.reason_code,
        "note": event.note,
        "facts": event.facts,
        "at": (event.occurred_at - _EPOCH) // timedelta(microseconds=1),
        "previous": event.previous_digest,
    }
    return sha256_hex(canonical_json(body))


def verify_chain(claim: Claim) -> list[str]:
    """Return what is wrong with a claim's log, nothing where all holds (promises 2 and 56)."""
    wrong: list[str] = []
    previous, state, seq = "", str(State.DRAFT), 0
    for event in claim.events.order_by("seq"):
        seq += 1
        if event.seq != seq:
            wrong.append(f"event {event.seq} stands where {seq} should")
        if event.from_state != state:
            wrong.append(f"event {event.seq} leaves {event.from_state}, not {state}")
        if event.previous_digest != previous:
            wrong.append(f"event {event.seq} does not name the digest before it")
        if event.digest != digest_of_event(event, claim.reference):
            wrong.append(f"event {event.seq} was altered")
        previous, state = event.digest, event.to_state
    if (claim.event_count, claim.head_digest, claim.state) != (seq, previous, state):
        wrong.append("the claim's row does not agree with its log")
    return wrong
