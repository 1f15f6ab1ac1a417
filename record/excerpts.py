"""An excerpt of the record: some entries with the proofs that join them to one checkpoint."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.canonical import canonical_json
from record import queries
from record.models import Checkpoint, Entry, Leaf, VerificationKey


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Which entries are shown, under which checkpoint, beside which earlier checkpoints.

    `indexes` are places in the tree, ascending; `earlier` the checkpoints that the entries
    speak of, ascending; all stand in the tree of `cover`.
    """

    indexes: Sequence[int]
    cover: Checkpoint
    earlier: Sequence[Checkpoint]


def signed_indexes(subjects: Sequence[str], kinds: Sequence[str] = ()) -> list[int]:
    """Return where signed entries about some subjects stand in the tree, ascending."""
    newest = queries.latest_checkpoint()
    leaves = Leaf.objects.filter(
        entry__subject__in=subjects, index__lt=newest.size if newest else 0
    )
    if kinds:
        leaves = leaves.filter(entry__kind__in=kinds)
    return list(leaves.order_by("index").values_list("index", flat=True))


def cover_of(index: int) -> Checkpoint | None:
    """Return the first checkpoint whose tree holds a place."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()


def before(point: Checkpoint) -> Checkpoint | None:
    """Return the checkpoint signed before another."""
    return Checkpoint.objects.filter(size__lt=point.size).order_by("-size").first()


def excerpt_parts(excerpt: Excerpt, head: dict[str, object]) -> Iterator[bytes]:
    """Yield the excerpt as JSON in constant memory, each entry on a line of its own.

    `{…head, "keys": [vkey], "checkpoints": [{"note", "path"}], "entries": [{"index", "path",
    "text"}]}`. The last checkpoint is the one that every entry's path leads to; the paths of
    the earlier ones prove that it continues them.
    """
    keys = list(VerificationKey.objects.order_by("id").values_list("vkey", flat=True))
    points = [
        {
            "note": point.note,
            "path": _hex(queries.consistency_between(point.size, excerpt.cover.size)),
        }
        for point in excerpt.earlier
    ]
    points.append({"note": excerpt.cover.note, "path": []})
    opening = {**head, "keys": keys, "checkpoints": points, "count": len(excerpt.indexes)}
    yield canonical_json(opening)[:-1] + b',"entries":[\n'
    for index in excerpt.indexes:
        entry = Entry.objects.select_related("leaf").get(leaf__index=index)
        is_last = index == excerpt.indexes[-1]
        yield _line(entry, index, excerpt.cover) + (b"\n" if is_last else b",\n")
    yield b"]}\n"


def _line(entry: Entry, index: int, cover: Checkpoint) -> bytes:
    proof = queries.proof_for(entry, cover)
    assert proof is not None  # the cover holds every place of the excerpt
    text = queries.leaf_document(entry).decode()
    return json.dumps(
        {"index": index, "path": _hex(proof.path), "text": text},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def _hex(path: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in path]
