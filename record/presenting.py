"""What a page shows of its own entries: their numbers, their hashes computed again, the proofs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from record.cosignatures import cosignatures_of, parse_cosigner
from record.kinds import kind_text
from record.models import Checkpoint, Cosignature, Entry, Leaf
from record.queries import leaf_document
from record.tree import leaf_hash

SHOWN_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """An entry as a page lists it; without a number it waits for the next checkpoint."""

    kind: str
    occurred_at: datetime
    number: int | None = None
    is_same: bool = False
    url: str = ""
    file_url: str = ""
    proof_url: str = ""


@dataclass(frozen=True, slots=True)
class RecordProof:
    """A page's entries, and in words what was checked for this answer."""

    entries: Sequence[ProvenEntry]
    is_good: bool
    title: str
    text: str
    signed_at: datetime | None
    size: int
    witnesses: str
    checkpoint_url: str


def signed_entries(*subjects: str) -> Sequence[Entry]:
    """Return the latest entries about some subjects, oldest first, in one query.

    Each brings its leaf and, as `signed_size`, `signed_at` and `cosigners`, what the newest
    checkpoint is and which witnesses co-signed it.
    """
    newest = Checkpoint.objects.order_by("-size")
    size = Subquery(newest.values("size")[:1])
    cosigners = Cosignature.objects.filter(checkpoint__size=size).order_by("id").values("vkey")
    found = (
        Entry.objects.filter(subject__in=subjects)
        .annotate(
            signed_size=size,
            signed_at=Subquery(newest.values("created_at")[:1]),
            cosigners=ArraySubquery(cosigners),
        )
        .order_by("-id")
        .select_related("leaf")
    )
    return list(found[:SHOWN_AT_MOST])[::-1]


def proof_of(*subjects: str) -> RecordProof:
    """Return the latest entries about some subjects with their proofs; one query.

    Each signed entry is hashed again from what is stored and compared with its leaf.
    """
    return proof_from(signed_entries(*subjects))


def proof_from(rows: Sequence[Entry]) -> RecordProof:
    """Return the proofs of entries that `signed_entries` read; no query."""
    told: dict[str, Any] = vars(rows[-1]) if rows else {}
    size = told.get("signed_size") or 0
    return _proof(
        [_proven(entry, size) for entry in rows],
        size,
        told.get("signed_at"),
        told.get("cosigners") or [],
    )


def proof_of_entry(leaf: Leaf, newest: Checkpoint) -> RecordProof:
    """Return the proof of one signed entry; one query."""
    vkeys = [one.vkey for one in cosignatures_of(newest)]
    return _proof([_proven(leaf.entry, newest.size)], newest.size, newest.created_at, vkeys)


def checkpoint_proof(newest: Checkpoint, cosignatures: Sequence[Cosignature]) -> RecordProof:
    """Return what the record's own page shows: the checkpoint alone; no query."""
    vkeys = [one.vkey for one in cosignatures]
    shown = _proof([], newest.size, newest.created_at, vkeys)
    return replace(shown, is_good=True, title="", text="")


def _proof(
    entries: Sequence[ProvenEntry], size: int, signed_at: datetime | None, vkeys: Sequence[str]
) -> RecordProof:
    title, text = _verdict(entries)
    return RecordProof(
        entries=entries,
        is_good=bool(entries) and all(one.is_same for one in entries if one.number is not None),
        title=title,
        text=text,
        signed_at=signed_at,
        size=size,
        witnesses=witness_words(vkeys) if size else "",
        checkpoint_url=reverse("record_checkpoint_size", args=[size]) if size else "",
    )


def _proven(entry: Entry, size: int) -> ProvenEntry:
    leaf: Leaf | None = getattr(entry, "leaf", None)
    if leaf is None or leaf.index >= size:
        return ProvenEntry(kind_text(entry.kind), entry.occurred_at)
    return ProvenEntry(
        kind=kind_text(entry.kind),
        occurred_at=entry.occurred_at,
        number=leaf.index,
        is_same=leaf_hash(leaf_document(entry)) == bytes(leaf.leaf_hash),
        url=reverse("record_entry", args=[leaf.index]),
        file_url=reverse("record_entry_json", args=[leaf.index]),
        proof_url=reverse("record_inclusion", args=[leaf.index, size]),
    )


def _verdict(entries: Sequence[ProvenEntry]) -> tuple[str, str]:
    signed = [one for one in entries if one.number is not None]
    changed = [str(one.number) for one in signed if not one.is_same]
    if changed:
        title = _("Entry %(number)s does not match the record") % {"number": ", ".join(changed)}
        return title, _("Its hash is not the one that was published. Tell the auditor.")
    if not signed:
        return (
            _("Published just now") if entries else _("Nothing published yet"),
            _("Within a minute what is published stands in a signed checkpoint of the record."),
        )
    count = len(signed)
    title = ngettext(
        "%(count)s entry, unchanged since publication",
        "%(count)s entries, unchanged since publication",
        count,
    )
    return title % {"count": count}, _("Each hash was computed again for this page.")


def witness_words(vkeys: Sequence[str]) -> str:
    """Return in words who co-signed a checkpoint."""
    names = [parse_cosigner(vkey).name for vkey in vkeys]
    if not names:
        return _("No witness has co-signed it.")
    return _("Co-signed by %(names)s.") % {"names": pgettext("list", ", ").join(names)}
