"""How large an entry may be, and the way to divide what is larger into several."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.canonical import canonical_json

#: Entry bundles of tlog-tiles give each leaf a length of two bytes.
MAX_LEAF_BYTES = 65_535
#: What surrounds a body in its leaf, beside the kind and the subject: keys, a commitment, a time.
_AROUND = len(
    b'{"body":,"commitment":"","kind":,"occurred_at":"2026-01-07T00:00:00.000000Z","subject":}'
)
_COMMITMENT = 64


class EntryTooLarge(ValueError):
    """The entry's leaf would be longer than MAX_LEAF_BYTES; the caller divides it."""


def room_for_body(kind: str, subject: str) -> int:
    """Return how many bytes the canonical JSON of a body may have, with or without a commitment."""
    named = len(canonical_json(kind)) + len(canonical_json(subject))
    return MAX_LEAF_BYTES - _AROUND - _COMMITMENT - named


def split_by_bytes(items: Sequence[Any], room: int) -> Iterator[list[Any]]:
    """Yield the items in their order, in lists whose canonical JSON is at most `room` bytes.

    An empty sequence gives one empty list, so that there is always a first part. Raises
    EntryTooLarge where a single item does not fit.
    """
    part: list[Any] = []
    used = 2
    for item in items:
        size = len(canonical_json(item))
        if size + 2 > room:
            raise EntryTooLarge(f"one item of {size} bytes does not fit into {room}")
        if part and used + 1 + size > room:
            yield part
            part, used = [], 2
        used += size + (1 if part else 0)
        part.append(item)
    yield part
