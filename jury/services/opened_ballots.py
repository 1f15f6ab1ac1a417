"""Opening a hearing's ballots in steps, counting what was opened, publishing it in parts."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from core.canonical import canonical_json
from jury import vault
from jury.brief import question_codes
from jury.models import Ballot, BallotOpening, Hearing
from jury.tally import Count, OpenedBallot
from jury.unsealing import ALONE, Opened, Place, SealedBallot, read_all
from record.services import append_entry
from record.sizes import room_for_body

CHUNK = 1000
#: So many ballots are opened by one transaction; the next continues after the last of them.
STEP = 50_000
#: What surrounds the ballots in an entry: the hearing, the round, which part of how many.
AROUND = 200

Progress = Callable[[int, int], None]


def open_ballots(hearing: Hearing, now: datetime, progress: Progress | None = None) -> bool:
    """Open the next ballots in the order of their receipts; say whether all are open.

    Rows are written once and never changed, so that a step after a crash goes on where the
    last one ended.
    """
    done, total = opened_of(hearing)
    position, left = done, total - done
    place = Place(
        hearing.reference,
        hearing.round,
        vault.read(hearing.reference).opening_key,
        tuple(question_codes(hearing.brief)),
    )
    for opened in read_all(place, _chunks(hearing, done), many=left > ALONE):
        _write(hearing, opened, position, now)
        position += len(opened)
        if progress is not None:
            progress(position, total)
    return position == total


def opened_of(hearing: Hearing) -> tuple[int, int]:
    """Return how many of a hearing's ballots are open, and how many there are."""
    last = BallotOpening.objects.filter(hearing=hearing).order_by("-position").first()
    return (last.position if last else 0), Ballot.objects.filter(hearing=hearing).count()


def _chunks(hearing: Hearing, done: int) -> Iterator[list[SealedBallot]]:
    """Read one step's ballots after those that are open, a chunk at a time."""
    rows = Ballot.objects.filter(hearing=hearing, round=hearing.round)
    if done:
        last = BallotOpening.objects.select_related("ballot").get(hearing=hearing, position=done)
        rows = rows.filter(commitment__gt=last.ballot.commitment)
    values = rows.order_by("commitment").values_list(
        "pk", "seat__number", "ciphertext", "commitment"
    )
    chunk: list[SealedBallot] = []
    for pk, number, ciphertext, commitment in values[:STEP].iterator(chunk_size=CHUNK):
        chunk.append(SealedBallot(pk, number, bytes(ciphertext), commitment))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _write(hearing: Hearing, opened: Sequence[Opened], after: int, now: datetime) -> None:
    """Write a chunk by COPY; the guard looks at all of its rows."""
    text = io.StringIO()
    rows = csv.writer(text)
    for position, one in enumerate(opened, start=after + 1):
        values = (one.nonce, one.body, one.words_nonce, one.words, one.is_spoiled)
        rows.writerow((one.pk, hearing.pk, position, *values, now.isoformat()))
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY jury_ballotopening (ballot_id, hearing_id, position, nonce, body, words_nonce, "
            "words, is_spoiled, opened_at) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL "
            "(nonce, body, words_nonce, words))",
            text,
        )


@dataclass(slots=True)
class OpenedCount:
    """The running count with how the opened ballots are divided for the record."""

    tally: Count
    total: int = 0
    spoiled: int = 0
    ends: "_Parts" = field(default_factory=lambda: _Parts())
    ends_with_words: "_Parts" = field(default_factory=lambda: _Parts())


@dataclass(slots=True)
class _Parts:
    """At which position each part ends, none larger than an entry may be."""

    room: int = 0
    ends: list[int] = field(default_factory=list)
    used: int = 0

    def add(self, position: int, size: int) -> None:
        if not self.ends or self.used + size + 1 > self.room or self._length(position) > CHUNK:
            self.ends.append(position)
            self.used = 0
        self.ends[-1] = position
        self.used += size + 1

    def _length(self, position: int) -> int:
        return position - (self.ends[-2] if len(self.ends) > 1 else 0)


def count_opened(hearing: Hearing) -> OpenedCount:
    """Count what was opened, read row by row."""
    room = room_for_body("ballots_opened", hearing.reference) - AROUND
    count = OpenedCount(Count(question_codes(hearing.brief)))
    count.ends.room = count.ends_with_words.room = room
    for row in _rows(hearing):
        count.total += 1
        if row["is_spoiled"]:
            count.spoiled += 1
        else:
            said = json.loads(row["body"])
            count.tally.add(OpenedBallot(said["vote"], said["answers"]))
        for parts, withheld in ((count.ends, True), (count.ends_with_words, False)):
            parts.add(row["position"], len(canonical_json(opened_body(row, withheld))))
    return count


def _rows(hearing: Hearing) -> Iterator[dict[str, Any]]:
    names = ("position", "nonce", "body", "words_nonce", "words", "is_spoiled", "commitment")
    rows = BallotOpening.objects.filter(hearing=hearing).annotate(
        commitment=F("ballot__commitment")
    )
    yield from rows.order_by("position").values(*names).iterator(chunk_size=CHUNK)


def publish_openings(hearing: Hearing, count: OpenedCount, withheld: str, now: datetime) -> None:
    """Publish every ballot with its nonce, in parts, in the order of the receipts."""
    ends = (count.ends if withheld else count.ends_with_words).ends
    rows = _rows(hearing)
    for part, end in enumerate(ends, start=1):
        ballots: list[dict[str, Any]] = []
        for row in rows:
            ballots.append(opened_body(row, bool(withheld)))
            if row["position"] == end:
                break
        append_entry(
            kind="ballots_opened",
            subject=hearing.reference,
            body={
                "hearing": hearing.reference,
                "round": hearing.round,
                "part": part,
                "parts": len(ends),
                "ballots": ballots,
            },
            now=now,
        )


def opened_body(row: dict[str, Any], withheld: bool) -> dict[str, Any]:
    """Return an opened ballot as the record lists it, without the words where they stay back."""
    body: dict[str, Any] = {
        "pseudonym": pseudonym(row["position"]),
        "nonce": row["nonce"],
        "ballot": row["body"],
        "commitment": row["commitment"],
    }
    if not withheld and not row["is_spoiled"]:
        body["words"] = {"nonce": row["words_nonce"], "text": row["words"]}
    return body


def pseudonym(position: int) -> str:
    """Return a juror's name in one hearing: the place of their receipt among the sorted ones."""
    return f"J{position}"
