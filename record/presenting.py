"""What a page shows of its own entries: their numbers, their hashes computed again, the proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from record.cosignatures import cosignatures_of, parse_cosigner
from record.kinds import kind_text
from record.models import Checkpoint, Cosignature, Entry, Leaf
from record.queries import latest_checkpoint, leaf_document
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


def proof_of(*subjects: str) -> RecordProof:
    """Return the latest entries about some subjects with their proofs; three queries.

    Each signed entry is hashed again from what is stored and compared with its leaf.
    """
    newest = latest_checkpoint()
    found = Entry.objects.filter(subject__in=subjects).order_by("-id").select_related("leaf")
    rows = list(found[:SHOWN_AT_MOST])[::-1]
    entries = [_proven(entry, newest.size if newest else 0) for entry in rows]
    title, text = _verdict(entries)
    return RecordProof(
        entries=entries,
        is_good=bool(entries) and all(one.is_same for one in entries if one.number is not None),
        title=title,
        text=text,
        signed_at=newest.created_at if newest else None,
        size=newest.size if newest else 0,
        witnesses=witness_words(cosignatures_of(newest)) if newest else "",
        checkpoint_url=reverse("record_checkpoint_size", args=[newest.size]) if newest else "",
    )


def proof_of_entry(leaf: Leaf, newest: Checkpoint) -> RecordProof:
    """Return the proof of one signed entry; one query."""
    entries = [_proven(leaf.entry, newest.size)]
    title, text = _verdict(entries)
    return RecordProof(
        entries=entries,
        is_good=entries[0].is_same,
        title=title,
        text=text,
        signed_at=newest.created_at,
        size=newest.size,
        witnesses=witness_words(cosignatures_of(newest)),
        checkpoint_url=reverse("record_checkpoint_size", args=[newest.size]),
    )


def checkpoint_proof(newest: Checkpoint, cosignatures: Sequence[Cosignature]) -> RecordProof:
    """Return what the record's own page shows: the checkpoint alone; no query."""
    return RecordProof(
        entries=(),
        is_good=True,
        title="",
        text="",
        signed_at=newest.created_at,
        size=newest.size,
        witnesses=witness_words(cosignatures),
        checkpoint_url=reverse("record_checkpoint_size", args=[newest.size]),
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


def witness_words(cosignatures: Sequence[Cosignature]) -> str:
    """Return in words who co-signed a checkpoint."""
    names = [parse_cosigner(one.vkey).name for one in cosignatures]
    if not names:
        return _("No witness has co-signed it.")
    return _("Co-signed by %(names)s.") % {"names": _(", ").join(names)}
