"""Recomputing the whole record from its rows, in constant memory, naming everything wrong."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from core.canonical import canonical_json, sha256_hex
from record import audit_chain, tree
from record.cosignatures import parse_cosigner, text_of, verify_line
from record.models import Checkpoint, Cosignature, Entry, Leaf, Node, VerificationKey
from record.notes import CheckpointText, NotANote, Verifier, parse_vkey, verify_every_line
from record.queries import TIME_FORMAT, leaf_document
from record.second_path import Peaks, leaves_by_the_database

CHUNK = 1_000

Tell = Callable[[int, int], object]


@dataclass(slots=True)
class Checked:
    """How much was looked at; complete once `check` has been read to its end."""

    entries: int = 0
    nodes: int = 0
    checkpoints: int = 0
    cosignatures: int = 0


@dataclass(slots=True)
class RecordCheck:
    """One reading of the whole record: every fault it yields is one line for the operator."""

    checked: Checked = field(default_factory=Checked)
    _verifiers: list[Verifier] = field(default_factory=list)
    _previous: int = 0
    _peaks: Peaks = field(default_factory=Peaks)
    _made: dict[int, list[tuple[int, bytes]]] = field(default_factory=dict)

    def faults(self, tell: Tell | None = None) -> Iterator[str]:
        """Yield what does not hold: leaves, entries, nodes, checkpoints, cosignatures, audit.

        `tell` is given how many entries were read, and of how many.
        """
        last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
        size = 0 if last is None else last + 1
        self._verifiers = _verifiers()
        points = _checkpoints()
        point = next(points, None)
        for start in range(0, size, CHUNK):
            for index, document, faults in self._read(start, min(start + CHUNK, size)):
                yield from faults
                self._add(index, tree.leaf_hash(document))
                while point is not None and point.size == index + 1:
                    yield from self._check_point(point)
                    point = next(points, None)
            yield from self._compare_nodes()
            if tell is not None:
                tell(min(start + CHUNK, size), size)
        while point is not None:
            yield f"checkpoint {point.size}: the record has only {size} entries"
            point = next(points, None)
        yield from self._rest(size)

    def _read(self, start: int, end: int) -> Iterator[tuple[int, bytes, list[str]]]:
        """Yield each leaf's number, its bytes as Python makes them, and what is wrong with it."""
        leaves = Leaf.objects.filter(index__gte=start, index__lt=end).order_by("index")
        by_database = leaves_by_the_database(start, end)
        expected = start
        for leaf, (_index, _stored, computed) in zip(
            leaves.select_related("entry"), by_database, strict=True
        ):
            document = leaf_document(leaf.entry)
            faults = [f"leaf {n}: missing" for n in range(expected, leaf.index)]
            made = tree.leaf_hash(document)
            if made != bytes(leaf.leaf_hash):
                faults.append(f"leaf {leaf.index}: its hash is not its entry's")
            if made != computed:
                faults.append(f"entry {leaf.index}: Python and the database read it differently")
            yield leaf.index, document, faults + _entry_faults(leaf.index, leaf.entry)
            expected = leaf.index + 1
            self.checked.entries += 1

    def _add(self, index: int, value: bytes) -> None:
        """Grow the tree by a leaf and note the subtrees it completes."""
        place, above = index, value
        for level, left in reversed(self._peaks.found):
            if not place & 1:
                break
            place, above = place >> 1, tree.node_hash(left, above)
            self._made.setdefault(level + 1, []).append((place, above))
        self._peaks.add(value)

    def _compare_nodes(self) -> Iterator[str]:
        """Compare the subtrees completed since the last time with those that are stored."""
        for level, made in sorted(self._made.items()):
            first, last = made[0][0], made[-1][0]
            rows = Node.objects.filter(level=level, index__gte=first, index__lte=last)
            stored = dict(rows.values_list("index", "hash"))
            for index, value in made:
                self.checked.nodes += 1
                if bytes(stored.get(index, b"")) != value:
                    yield f"node {level}/{index}: it is not the hash of its entries"
        self._made.clear()

    def _check_point(self, point: Checkpoint) -> Iterator[str]:
        self.checked.checkpoints += 1
        if bytes(point.root) != self._peaks.root():
            yield f"checkpoint {point.size}: its root is not that of the entries"
        yield from note_faults(point, self._verifiers, self._previous)
        self._previous = point.size

    def _rest(self, size: int) -> Iterator[str]:
        nodes = Node.objects.count()
        if nodes != size - size.bit_count():
            yield f"nodes: {nodes} stored, {size - size.bit_count()} belong to {size} entries"
        for cosignature in Cosignature.objects.select_related("checkpoint").iterator():
            self.checked.cosignatures += 1
            yield from _cosignature_faults(cosignature)
        broken = audit_chain.find_break()
        if broken:
            yield f"audit {broken}: the chain does not hold there"


def _checkpoints() -> Iterator[Checkpoint]:
    reached = -1
    while True:
        rows = list(Checkpoint.objects.filter(size__gt=reached).order_by("size")[:CHUNK])
        if not rows:
            return
        yield from rows
        reached = rows[-1].size


def _verifiers() -> list[Verifier]:
    vkeys = VerificationKey.objects.order_by("-id").values_list("vkey", flat=True)
    return [parse_vkey(vkey) for vkey in vkeys]


def _entry_faults(index: int, entry: Entry) -> list[str]:
    body = entry.body.encode()
    faults = []
    if sha256_hex(body) != entry.body_digest:
        faults.append(f"entry {index}: its digest is not its body's")
    try:
        is_canonical = canonical_json(json.loads(entry.body)) == body
    except (ValueError, TypeError):
        is_canonical = False
    if not is_canonical:
        faults.append(f"entry {index}: its body is not canonical JSON")
    return faults


def note_faults(point: Checkpoint, verifiers: list[Verifier], previous: int) -> Iterator[str]:
    """Yield what is wrong with a checkpoint's note: its signature, or what it says."""
    try:
        said = CheckpointText.parse(verify_every_line(point.note, verifiers))
    except NotANote as error:
        yield f"checkpoint {point.size}: its note does not hold: {error}"
        return
    told = (said.size, said.root, said.time)
    if told != (point.size, bytes(point.root), point.created_at.strftime(TIME_FORMAT)):
        yield f"checkpoint {point.size}: its note says something else than its row"
    if said.previous != previous:
        yield f"checkpoint {point.size}: it follows that of {said.previous}, not {previous}"


def _cosignature_faults(found: Cosignature) -> Iterator[str]:
    size = found.checkpoint.size
    try:
        cosigner = parse_cosigner(found.vkey)
        timestamp = verify_line(cosigner, text_of(found.checkpoint.note), found.line)
    except NotANote as error:
        yield f"cosignature of checkpoint {size}: {error}"
        return
    if timestamp != found.timestamp:
        yield f"cosignature of checkpoint {size}: its time is not the line's"
