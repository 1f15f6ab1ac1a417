"""Reading the record: entries, checkpoints and the proofs that join them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from core.canonical import canonical_json
from record import tree
from record.models import Checkpoint, Entry, Leaf, Node

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry stands in the tree of a checkpoint."""

    index: int
    leaf_hash: bytes
    path: list[bytes]
    checkpoint: Checkpoint


def leaf_document(entry: Entry) -> bytes:
    """Return the canonical bytes that the entry's leaf hashes.

    The stored body stands in them byte for byte: it is canonical already.
    """
    rest = canonical_json(
        {
            "commitment": entry.private_commitment,
            "kind": entry.kind,
            "occurred_at": entry.occurred_at.strftime(TIME_FORMAT),
            "subject": entry.subject,
        }
    )
    return b'{"body":' + entry.body.encode() + b"," + rest[1:]


def entries_for(subject: str, kind: str = "") -> QuerySet[Entry]:
    """Return what the record says about a subject, oldest first."""
    found = Entry.objects.filter(subject=subject).order_by("id").select_related("leaf")
    return found.filter(kind=kind) if kind else found


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest signed checkpoint."""
    return Checkpoint.objects.order_by("-size").first()


def first_checkpoint_at_or_after(at: datetime) -> Checkpoint | None:
    """Return the first checkpoint signed at or after an instant, if there is one yet."""
    return Checkpoint.objects.filter(created_at__gte=at).order_by("created_at", "size").first()


def checkpoint_of(entry: Entry) -> Checkpoint | None:
    """Return the first checkpoint that covers the entry."""
    leaf = Leaf.objects.filter(entry=entry).first()
    if leaf is None:
        return None
    return Checkpoint.objects.filter(size__gt=leaf.index).order_by("size").first()


def read_node(level: int, index: int) -> bytes:
    """Return a complete subtree's hash from the tables."""
    if level == 0:
        return bytes(Leaf.objects.values_list("leaf_hash", flat=True).get(index=index))
    return bytes(Node.objects.values_list("hash", flat=True).get(level=level, index=index))


def proof_for(entry: Entry, checkpoint: Checkpoint | None = None) -> InclusionProof | None:
    """Return the proof of an entry in a checkpoint (the newest by default), once it is covered."""
    leaf = Leaf.objects.filter(entry=entry).first()
    found = checkpoint or latest_checkpoint()
    if leaf is None or found is None or leaf.index >= found.size:
        return None
    path = tree.inclusion_proof(read_node, leaf.index, found.size)
    return InclusionProof(leaf.index, bytes(leaf.leaf_hash), path, found)


def consistency_between(first: int, second: int) -> list[bytes]:
    """Return the proof that the tree of the first size begins that of the second."""
    return tree.consistency_proof(read_node, first, second)
