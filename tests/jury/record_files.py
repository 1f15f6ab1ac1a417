"""Entries of a count made by hand, a decided hearing's file, and what a forger could sign anew."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from core.canonical import canonical_json
from jury.record_file import record_file
from jury.rules import CountingRules
from jury.sealing import canonical_ballot, canonical_words, digest_under
from jury.services.opened_ballots import pseudonym
from jury.tally import Tally
from record import tree
from record.keys import load_or_make_signer
from record.models import Leaf
from record.notes import CheckpointText
from record.queries import leaf_document

Body = dict[str, Any]
HERE: Body = {"hearing": "H-1", "round": 1}


def opened_part(
    votes: Iterable[tuple[str, Mapping[str, str], str]],
    withheld: str = "",
    *,
    hearing: str = "H-1",
    random: Random | None = None,
) -> Body:
    """One `ballots_opened` entry over some votes, made by the production's own sealing."""
    chance = random or Random(7)
    listed: list[Body] = []
    for vote, answers, reason in votes:
        nonce, words_nonce = chance.randbytes(32), chance.randbytes(32)
        words = canonical_words(reason=reason, notes={}, explanation="")
        ballot = canonical_ballot(
            hearing=hearing,
            round_number=1,
            vote=vote,
            answers=answers,
            words_digest=digest_under(words_nonce, words),
        )
        one: Body = {
            "nonce": nonce.hex(),
            "ballot": ballot.decode(),
            "commitment": digest_under(nonce, ballot),
        }
        if not withheld:
            one["words"] = {"nonce": words_nonce.hex(), "text": words.decode()}
        listed.append(one)
    listed.sort(key=lambda one: str(one["commitment"]))
    for place, one in enumerate(listed, start=1):
        one["pseudonym"] = pseudonym(place)
    return {"hearing": hearing, "round": 1, "part": 1, "parts": 1, "ballots": listed}


def sealed_body(part: Body) -> Body:
    """The `ballots_sealed` entry over the same receipts."""
    leaves = [tree.leaf_hash(bytes.fromhex(one["commitment"])) for one in part["ballots"]]
    return HERE | {"count": len(leaves), "root": tree.root_of(leaves).hex()}


def verdict_body(
    found: Tally, rules: CountingRules, sealed: Body, withheld: str, shown_from: int
) -> Body:
    """The `verdict` entry of a count."""
    basis = "no_quorum" if not found.has_quorum else "tie" if found.is_tied else "vote"
    return HERE | {
        "seats": sealed["count"],
        "count": sealed["count"],
        "root": sealed["root"],
        "spoiled": 0,
        "tally": {"pay": found.pay, "deny": found.deny, "by_criterion": found.by_criterion},
        "quorum": rules.quorum,
        "threshold": rules.more_than_per_mille,
        "tie": rules.tie,
        "not_shown_counts_as": rules.not_shown_counts_as,
        "found": found.found,
        "basis": basis,
        "outcome": found.outcome if found.has_quorum else "uphold",
        "words_withheld": withheld,
        "reasons_shown_from": shown_from,
    }


def file_of(reference: str) -> Body:
    """A hearing's file as anyone downloads it."""
    found = record_file(reference)
    assert found is not None
    loaded: Body = json.loads(b"".join(found.parts))
    return loaded


class Forger:
    """The operator itself, rewriting the record and signing it with the true key.

    Everything the texts bind is made right again: leaves, paths, checkpoints from the changed
    entry on. What remains is only what the entries say.
    """

    def __init__(self, bundle: Body) -> None:
        self._bundle = bundle
        rows = Leaf.objects.order_by("index").select_related("entry")
        self._texts = [leaf_document(row.entry).decode() for row in rows]

    def forged(self, changed: Mapping[int, str]) -> Body:
        """The file with some entries' texts replaced, by their place in the record."""
        texts = [changed.get(index, text) for index, text in enumerate(self._texts)]
        leaves = [tree.leaf_hash(text.encode()) for text in texts]
        first = min(changed)
        notes = [self._note(point["note"], leaves, first) for point in self._bundle["checkpoints"]]
        sizes = [int(note.split("\n")[1]) for note in notes]
        read = tree.reader_over(leaves)
        points = [
            {
                "note": note,
                "path": []
                if size == sizes[-1]
                else [one.hex() for one in tree.consistency_proof(read, size, sizes[-1])],
            }
            for note, size in zip(notes, sizes, strict=True)
        ]
        entries = [
            {
                "index": one["index"],
                "path": [
                    step.hex() for step in tree.inclusion_proof(read, one["index"], sizes[-1])
                ],
                "text": texts[one["index"]],
            }
            for one in self._bundle["entries"]
        ]
        return self._bundle | {"checkpoints": points, "entries": entries}

    @staticmethod
    def _note(note: str, leaves: list[bytes], first: int) -> str:
        origin, size, _root, *more = note.split("\n\n")[0].split("\n")
        if int(size) <= first:
            return note
        time = next((line[5:] for line in more if line.startswith("time ")), "")
        root = tree.root_of(leaves[: int(size)])
        return load_or_make_signer().sign(CheckpointText(origin, int(size), root, time).text())


def changed_text(text: str, change: Any) -> str:
    """An entry's text with its body changed by a function, canonical again."""
    entry = json.loads(text)
    change(entry["body"])
    return canonical_json(entry).decode()


def opened(one: Body) -> Body:
    """A published ballot's content."""
    loaded: Body = json.loads(one["ballot"])
    return loaded


def reseal(one: Body, content: Body) -> None:
    """Give a published ballot another content, with the receipt that fits it."""
    one["ballot"] = canonical_json(content).decode()
    data = bytes.fromhex(one["nonce"]) + one["ballot"].encode()
    one["commitment"] = hashlib.sha256(data).hexdigest()
