"""Appending to the record: unnumbered, in the caller's own transaction."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection

from core.canonical import canonical_json, sha256_hex
from record.commitments import Commitment
from record.models import Entry
from record.sizes import EntryTooLarge, room_for_body


def append_entry(
    *,
    kind: str,
    subject: str,
    body: dict[str, Any],
    now: datetime,
    private: Commitment | None = None,
) -> Entry:
    """Append one entry to the public record, in the caller's transaction.

    The body is made of objects, lists, text and integers, and holds no personal data; what is
    private is bound by a salted commitment (`record.commitments.commit`) whose salt the caller
    keeps. The sequencer numbers the entry after the commit. Raises TypeError for a body
    without a canonical form, EntryTooLarge for one that does not fit a leaf (divide it by
    `record.sizes.split_by_bytes`), RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is appended inside the transaction of what it publishes")
    if now.tzinfo is None:
        raise ValueError("an instant must know its time zone")
    text = canonical_json(body)
    room = room_for_body(kind, subject)
    if len(text) > room:
        raise EntryTooLarge(
            f"{kind} of {subject} has {len(text)} bytes; its leaf has room for {room}"
        )
    return Entry.objects.create(
        kind=kind,
        subject=subject,
        body=text.decode(),
        body_digest=sha256_hex(text),
        private_commitment=private.digest if private else "",
        occurred_at=now.astimezone(UTC),
    )


def request_checkpoint(*, subject: str, now: datetime) -> Entry:
    """Append an entry that says only that a checkpoint is wanted.

    A checkpoint is signed when the tree has grown; where somebody waits for the first one at
    or after a time and nothing else is published, this makes it come.
    """
    return append_entry(
        kind="checkpoint_requested", subject=subject, body={"subject": subject}, now=now
    )
