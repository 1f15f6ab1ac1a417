"""The record as one download: every signed entry, every checkpoint, the keys."""

import json
from collections.abc import Iterator

from record import queries
from record.cosignatures import with_lines
from record.models import Checkpoint, Cosignature, Leaf, VerificationKey

FORMAT = "gongdao-record-1"
_CHUNK = 1000


def bundle_parts() -> Iterator[bytes]:
    """Yield the bundle as JSON in constant memory.

    `{"format", "keys": [vkey], "witnesses": [vkey], "checkpoints": [note], "entries": [text]}`:
    notes carry the cosignatures that came; each entry is the canonical text its leaf hashes, in
    the order of the tree.
    """
    newest = queries.latest_checkpoint()
    size = newest.size if newest else 0
    keys = list(VerificationKey.objects.order_by("id").values_list("vkey", flat=True))
    witnesses = sorted(set(Cosignature.objects.values_list("vkey", flat=True).distinct()))
    head = {"format": FORMAT, "keys": keys, "witnesses": witnesses}
    yield _json(head)[:-1] + b',"checkpoints":['
    yield from _joined(_notes(size))
    yield b'],"entries":['
    yield from _joined(_entries(size))
    yield b"]}\n"


def _notes(size: int) -> Iterator[bytes]:
    """Read by size, a piece at a time, each with its cosignatures."""
    reached = 0
    while reached < size:
        points = Checkpoint.objects.filter(size__gt=reached, size__lte=size).order_by("size")
        for point in points.prefetch_related("cosignatures")[:_CHUNK]:
            lines = sorted(point.cosignatures.all(), key=lambda one: one.pk)
            yield _json(with_lines(point.note, lines))
            reached = point.size


def _entries(size: int) -> Iterator[bytes]:
    """Read by number, a piece at a time, so that no cursor stays open between pieces."""
    for start in range(0, size, _CHUNK):
        leaves = Leaf.objects.filter(index__gte=start, index__lt=min(start + _CHUNK, size))
        for leaf in leaves.order_by("index").select_related("entry"):
            yield _json(queries.leaf_document(leaf.entry).decode())


def _joined(parts: Iterator[bytes]) -> Iterator[bytes]:
    separator = b"\n"
    for part in parts:
        yield separator + part
        separator = b",\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
