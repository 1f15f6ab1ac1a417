"""A hearing's part of the public record as one file: enough to repeat draw and count offline."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jury.draw import fallback_contribution
from record import excerpts
from record.models import Checkpoint, Entry
from record.queries import entries_for

FORMAT = "gongdao-hearing-1"
NEXT_CHECKPOINT = fallback_contribution("next-checkpoint", "")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The file in pieces, and what names this version of it: it changes with the record only."""

    parts: Iterator[bytes]
    tag: str


def record_file(reference: str) -> RecordFile | None:
    """Return a hearing's signed entries with their proofs; None where nothing is signed yet.

    The roll it was drawn from stands first, then its entries in the order of the record; the
    checkpoints are those that the draw and the count speak of, and the first that covers all.
    """
    bodies = _bodies(reference)
    subjects = [reference]
    if "seed_committed" in bodies:
        subjects.append(str(bodies["seed_committed"]["roll"]))
    own = excerpts.signed_indexes([reference])
    if not own:
        return None
    cover = excerpts.cover_of(own[-1])
    assert cover is not None  # a checkpoint covers what is signed
    earlier = {point.size: point for point in _points(reference, bodies) if point.size < cover.size}
    excerpt = excerpts.Excerpt(
        indexes=excerpts.signed_indexes(subjects),
        cover=cover,
        earlier=[earlier[size] for size in sorted(earlier)],
    )
    head: dict[str, object] = {"format": FORMAT, "hearing": reference}
    return RecordFile(excerpts.excerpt_parts(excerpt, head), f"{reference}-{cover.size}")


def _bodies(reference: str) -> dict[str, Any]:
    wanted = ("seed_committed", "panel_drawn")
    return {
        entry.kind: json.loads(entry.body)
        for entry in entries_for(reference).filter(kind__in=wanted)
    }


def _points(reference: str, bodies: dict[str, Any]) -> Iterator[Checkpoint]:
    """Yield the checkpoints that matter, each with the one before it.

    Those that went into the seed, and the first that held the receipts' root: it must have
    been signed before a ballot was opened.
    """
    panel = bodies.get("panel_drawn")
    if panel is not None:
        yield from _with_the_one_before(Checkpoint.objects.filter(size=panel["checkpoint"]["size"]))
        contribution = str(panel["contribution"])
        if contribution.startswith(NEXT_CHECKPOINT):
            root = bytes.fromhex(contribution.removeprefix(NEXT_CHECKPOINT))
            yield from _with_the_one_before(Checkpoint.objects.filter(root=root))
    sealed = entries_for(reference, "ballots_sealed").filter(leaf__isnull=False).last()
    if sealed is not None:
        yield from _first_over(sealed)


def _with_the_one_before(points: Any) -> Iterator[Checkpoint]:
    point = points.order_by("size").first()
    if point is not None:
        yield point
        previous = excerpts.before(point)
        if previous is not None:
            yield previous


def _first_over(entry: Entry) -> Iterator[Checkpoint]:
    point = excerpts.cover_of(entry.leaf.index)
    if point is not None:
        yield point
