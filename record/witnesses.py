"""Submitting checkpoints to the configured witnesses and keeping what they co-sign."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from record import queries, witness_client
from record.cosignatures import Cosigner, find_line, parse_cosigner, text_of
from record.models import Checkpoint, Cosignature, Witness
from record.witness_client import Answer, WitnessUnreachable

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
FIRST_BACKOFF = timedelta(seconds=10)
LONGEST_BACKOFF = timedelta(minutes=10)
_TRIES = 2


class WitnessRefused(Exception):
    """The witness answered, and not with a cosignature that verifies."""


@dataclass(frozen=True, slots=True)
class Configured:
    """A witness of the settings: its key and its address."""

    cosigner: Cosigner
    url: str


def configured() -> list[Configured]:
    """Return the witnesses of the settings; raises NotANote for a key that is none."""
    return [Configured(parse_cosigner(one.vkey), one.url) for one in settings.RECORD_WITNESSES]


def submit_due(now: datetime) -> int:
    """Submit the newest checkpoint to every witness that lacks it and is due; return how many
    co-signed.

    No transaction is open while a witness is asked; a lease keeps two clocks apart.
    """
    newest = queries.latest_checkpoint()
    if newest is None:
        return 0
    return sum(_submit_one(witness, newest, now) for witness in configured())


def _submit_one(found: Configured, newest: Checkpoint, now: datetime) -> bool:
    vkey = found.cosigner.vkey()
    if Cosignature.objects.filter(checkpoint=newest, vkey=vkey).exists():
        return False
    row = _lease(vkey, now)
    if row is None:
        return False
    try:
        line, timestamp = ask(found, newest, row.size)
    except (WitnessUnreachable, WitnessRefused) as error:
        log.warning("witness %s: %s", found.cosigner.name, error)
        wait = min(FIRST_BACKOFF * 2 ** min(row.attempts, 10), LONGEST_BACKOFF)
        Witness.objects.filter(pk=row.pk).update(
            attempts=row.attempts + 1, next_try_at=now + wait, last_error=str(error)[:200]
        )
        return False
    with transaction.atomic():
        Cosignature.objects.bulk_create(
            [Cosignature(checkpoint=newest, vkey=vkey, line=line, timestamp=timestamp)],
            ignore_conflicts=True,
        )
        Witness.objects.filter(pk=row.pk).update(
            size=newest.size, attempts=0, next_try_at=now, answered_at=now, last_error=""
        )
    return True


def _lease(vkey: str, now: datetime) -> Witness | None:
    """Take the witness for a minute, unless it waits for its next try or another clock has it."""
    Witness.objects.bulk_create([Witness(vkey=vkey, next_try_at=now)], ignore_conflicts=True)
    due = Witness.objects.filter(vkey=vkey, next_try_at__lte=now)
    if not due.update(next_try_at=now + LEASE):
        return None
    return Witness.objects.get(vkey=vkey)


def ask(found: Configured, checkpoint: Checkpoint, known_size: int) -> tuple[str, int]:
    """Return the witness's line over a checkpoint and its time, verified.

    Where the witness says that it stands elsewhere, it is asked once more from there. Raises
    WitnessUnreachable or WitnessRefused.
    """
    old_size = known_size if known_size <= checkpoint.size else 0
    for _try in range(_TRIES):
        answer = _post(found, checkpoint, old_size)
        if answer.status != 409:
            return _line(found.cosigner, checkpoint, answer)
        told = _told_size(answer)
        if told > checkpoint.size:
            raise WitnessRefused(f"it has seen {told} entries, more than the record has")
        if told == old_size:
            raise WitnessRefused(f"it has seen another tree of {told} entries")
        old_size = told
    raise WitnessRefused("it names another size at each try")


def _post(found: Configured, checkpoint: Checkpoint, old_size: int) -> Answer:
    is_grown = 0 < old_size < checkpoint.size
    proof = queries.consistency_between(old_size, checkpoint.size) if is_grown else []
    body = witness_client.submission(old_size, proof, checkpoint.note)
    return witness_client.post(found.url, body, may_be_private=settings.MAY_WITNESSES_BE_PRIVATE)


def _told_size(answer: Answer) -> int:
    told = answer.body.removesuffix("\n")
    is_size = told.isascii() and told.isdecimal() and len(told) <= 18
    if answer.content_type != witness_client.SIZE_TYPE or not is_size:
        raise WitnessRefused("409 without a size")
    return int(told)


def _line(cosigner: Cosigner, checkpoint: Checkpoint, answer: Answer) -> tuple[str, int]:
    if answer.status != 200:
        raise WitnessRefused(f"it answered {answer.status}")
    line = find_line(cosigner, text_of(checkpoint.note), answer.body.split("\n"))
    if line is None:
        raise WitnessRefused("no line of its answer verifies under its key")
    return line
