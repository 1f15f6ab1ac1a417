"""The sequencer: numbers entries and audit rows, grows the tree, signs checkpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from core.clock import now as database_now
from record import tree
from record.audit_chain import append_head, chain_rows
from record.models import Checkpoint, Entry, Leaf, Node, VerificationKey
from record.notes import CheckpointText, Signer, sign_by_all
from record.queries import TIME_FORMAT, latest_checkpoint, leaf_document, read_node
from record.second_path import RecordBroken, check_root

#: "gongdao record" cut to eight bytes: one sequencer at a time in a database.
ADVISORY_LOCK = 0x676F6E6764616F72
#: Ids are drawn before commits, so a late one may be lower than one already numbered.
LATE_IDS = 10_000


@dataclass(frozen=True, slots=True)
class SequenceReport:
    """What one pass did; `is_held` where another sequencer was at work."""

    entries: int = 0
    audit_rows: int = 0
    checkpoint_size: int = 0
    is_held: bool = False


def sequence(
    batch: int = 1000,
    signer: Signer | None = None,
    now: datetime | None = None,
    is_full: bool = True,
) -> SequenceReport:
    """Number what is committed, chain the audit, sign a checkpoint; one at a time.

    Without a signer entries are numbered and nothing is signed. `is_full` looks for late
    entries among all ids; otherwise only among the last ones. Raises RecordBroken, and leaves
    everything as it was, where the root's second path does not agree with the first.
    """
    with transaction.atomic():
        if not _take_lock():
            return SequenceReport(is_held=True)
        at = now or database_now()
        audit_rows = chain_rows(batch, is_full=is_full)
        append_head(at)
        entries = _unnumbered(batch, is_full)
        size = _number(entries)
        signed = _sign(signer, size) if signer else 0
    return SequenceReport(len(entries), audit_rows, signed)


def sequence_all(signer: Signer | None = None, batch: int = 1000) -> SequenceReport:
    """Repeat until nothing is left to number; for commands and tests."""
    entries = rows = size = 0
    while True:
        report = sequence(batch, signer)
        entries += report.entries
        rows += report.audit_rows
        size = report.checkpoint_size or size
        if report.is_held or (report.entries < batch and report.audit_rows < batch):
            return SequenceReport(entries, rows, size, report.is_held)


def wait_for_lock() -> None:
    """Take the sequencer's lock in the caller's transaction, after whoever has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def number_all() -> int:
    """Number every committed entry and the caller's own; return the tree's size.

    The caller holds the sequencer's lock.
    """
    return _number(list(Entry.objects.filter(leaf__isnull=True).order_by("id")))


def _take_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        return bool(cursor.fetchone()[0])


def _unnumbered(batch: int, is_full: bool) -> list[Entry]:
    newest = Leaf.objects.order_by("-entry_id").values_list("entry_id", flat=True).first()
    floor = 0 if is_full or newest is None else newest - LATE_IDS
    found = Entry.objects.filter(leaf__isnull=True, id__gt=floor).order_by("id")
    return list(found[:batch])


def _number(entries: Sequence[Entry]) -> int:
    """Append the entries' leaves and the subtrees they complete; return the tree's new size."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    size = 0 if last is None else last + 1
    peaks = _peaks(size)
    leaves: list[Leaf] = []
    nodes: list[Node] = []
    for entry in entries:
        value = tree.leaf_hash(leaf_document(entry))
        leaves.append(Leaf(index=size, entry=entry, leaf_hash=value))
        level, index = 0, size
        while index & 1:
            value = tree.node_hash(peaks.pop(), value)
            level, index = level + 1, index >> 1
            nodes.append(Node(level=level, index=index, hash=value))
        peaks.append(value)
        size += 1
    Leaf.objects.bulk_create(leaves)
    Node.objects.bulk_create(nodes)
    return size


def _peaks(size: int) -> list[bytes]:
    """Return the hashes of the complete subtrees that make up a tree, the largest first."""
    found: list[bytes] = []
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append(read_node(level, start >> level))
            start += 1 << level
    return found


def _fold(peaks: Sequence[bytes]) -> bytes:
    value = peaks[-1]
    for peak in reversed(peaks[:-1]):
        value = tree.node_hash(peak, value)
    return value


def _sign(signer: Signer, size: int) -> int:
    """Sign a checkpoint of the tree where it has grown; return its size, 0 where it has not.

    A key that was replaced meanwhile signs nothing: the next pass opens its successor.
    """
    if VerificationKey.objects.filter(replaces__vkey=signer.verifier().vkey()).exists():
        return 0
    return sign_checkpoint([signer], size)


def sign_checkpoint(signers: Sequence[Signer], size: int) -> int:
    """Sign a checkpoint of the tree by all of the signers, who share the record's name.

    The caller holds the sequencer's lock. Returns 0 where the tree has not grown. Raises
    RecordBroken where the second path, or the growth from the last checkpoint, does not agree.
    """
    last = latest_checkpoint()
    if size == 0 or (last is not None and last.size >= size):
        return 0
    root = _fold(_peaks(size))
    check_root(last, size, root)
    if last is not None:
        proof = tree.consistency_proof(read_node, last.size, size)
        if not tree.verify_consistency(last.size, size, bytes(last.root), root, proof):
            raise RecordBroken(f"size {size} does not continue the checkpoint of {last.size}")
    signed_at = database_now()
    at, previous = signed_at.strftime(TIME_FORMAT), last.size if last else 0
    said = CheckpointText(signers[0].name, size, root, at, previous)
    note = sign_by_all(signers, said.text())
    for signer in signers:
        signer.verifier().verify(note)
    Checkpoint.objects.create(size=size, root=root, note=note, created_at=signed_at)
    return size
