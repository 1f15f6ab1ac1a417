"""Ballots sealed as jurors seal them, many at once, beside the web and the triggers."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context

from jury.sealing import (
    OPEN_BYTES,
    Content,
    canonical_ballot,
    canonical_words,
    digest_under,
    info_of,
    seal,
)

REASON = "入院记录与病理报告一致，复印件盖有医院公章，条款所列条件已经满足。"


@dataclass(frozen=True, slots=True)
class Batch:
    """Whose ballots are sealed: jurors' numbers in one hearing."""

    hearing: str
    round: int
    public_key: str
    codes: tuple[str, ...]
    numbers: Sequence[int]


def seal_batch(batch: Batch) -> list[tuple[int, bytes, str]]:
    """Seal a ballot for each number; every third one is against payment."""
    rows = []
    for number in batch.numbers:
        words_nonce = secrets.token_bytes(32)
        words = canonical_words(reason=REASON, notes={}, explanation="")
        ballot = canonical_ballot(
            hearing=batch.hearing,
            round_number=batch.round,
            vote="pay" if number % 3 else "deny",
            answers=dict.fromkeys(batch.codes, "met" if number % 3 else "not_met"),
            words_digest=digest_under(words_nonce, words),
        )
        sealed = seal(
            Content(secrets.token_bytes(32), ballot, words_nonce, words),
            public_key=bytes.fromhex(batch.public_key),
            info=info_of(batch.hearing, batch.round, number),
            size=OPEN_BYTES,
        )
        rows.append((number, sealed.ciphertext, sealed.commitment))
    return rows


def seal_all(batches: Iterable[Batch]) -> Iterable[list[tuple[int, bytes, str]]]:
    """Seal them on two cores, in order."""
    with get_context("spawn").Pool(2) as pool:
        yield from pool.imap(seal_batch, batches)
