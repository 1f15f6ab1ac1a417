"""Reading sealed ballots as a pure function, for many at once also on other cores."""

import json
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from jury.sealing import FORMAT, NotOpenable, commitment_of, digest_under, info_of, unseal
from jury.tally import OpenedBallot, check_ballot

READERS = 2
AHEAD = 4
#: Fewer ballots are read faster here than it takes to start others.
ALONE = 4000
#: Whoever votes in another hearing meanwhile goes first.
BEHIND = 10


@dataclass(frozen=True, slots=True)
class SealedBallot:
    """A ballot as it is stored: its row, the juror's number, ciphertext and receipt."""

    pk: int
    number: int
    ciphertext: bytes
    commitment: str


@dataclass(frozen=True, slots=True)
class Opened:
    """One ballot as it came out of its seal; without a body it is spoiled."""

    pk: int
    nonce: str = ""
    body: str = ""
    words_nonce: str = ""
    words: str = ""

    @property
    def is_spoiled(self) -> bool:
        """Whether it does not open, or is no ballot of this hearing."""
        return not self.body


@dataclass(frozen=True, slots=True)
class Place:
    """The hearing whose ballots are read, with its key and the questions it asks."""

    hearing: str
    round: int
    opening_key: bytes
    codes: tuple[str, ...]


def read_ballot(place: Place, sealed: SealedBallot) -> Opened:
    """Open one ballot; one copied from elsewhere, garbled, or no ballot at all is spoiled."""
    info = info_of(place.hearing, place.round, sealed.number)
    try:
        content = unseal(sealed.ciphertext, private_key=place.opening_key, info=info)
        if commitment_of(content.nonce, content.ballot) != sealed.commitment:
            return Opened(sealed.pk)
        body, words = content.ballot.decode(), content.words.decode()
        said = json.loads(body)
        if (said["format"], said["hearing"], said["round"], said["words"]) != (
            FORMAT,
            place.hearing,
            place.round,
            digest_under(content.words_nonce, content.words),
        ):
            return Opened(sealed.pk)
        check_ballot(OpenedBallot(said["vote"], said["answers"]), place.codes)
    except (NotOpenable, ValueError, KeyError, TypeError, AttributeError):
        return Opened(sealed.pk)
    if "\0" in words or "\0" in body:
        return Opened(sealed.pk)
    return Opened(sealed.pk, content.nonce.hex(), body, content.words_nonce.hex(), words)


def _read_chunk(place: Place, chunk: Sequence[SealedBallot]) -> list[Opened]:
    return [read_ballot(place, sealed) for sealed in chunk]


def read_all(
    place: Place, chunks: Iterable[Sequence[SealedBallot]], many: bool
) -> Iterator[list[Opened]]:
    """Read chunk after chunk in their order; many of them on all cores, a few chunks ahead."""
    if not many or (os.cpu_count() or 1) < READERS:
        for chunk in chunks:
            yield _read_chunk(place, chunk)
        return
    with _readers() as readers:
        waiting: deque[Future[list[Opened]]] = deque()
        for chunk in chunks:
            waiting.append(readers.submit(_read_chunk, place, chunk))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _readers() -> Iterator[ProcessPoolExecutor]:
    """Fresh processes that know nothing but this module: no settings, no database, no vault."""
    readers = ProcessPoolExecutor(
        READERS, mp_context=get_context("spawn"), initializer=os.nice, initargs=(BEHIND,)
    )
    try:
        yield readers
    finally:
        readers.shutdown(cancel_futures=True)
