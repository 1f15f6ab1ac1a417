"""Telling very many people one thing: a chunk at a time, each in its own transaction."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from members.messages import kind_of
from members.models import Broadcast
from members.services.inbox import CHUNK, Params, notify_many

# `(subject, after, size, now)` → the ids of the next people by id, at most `size`, none at the end.
Audience = Callable[[str, int, int, datetime], list[int]]

PASS_SECONDS = 4.0

_AUDIENCES: dict[str, Audience] = {}


def audience(name: str) -> Callable[[Audience], Audience]:
    """Register the function that names, by id, the people a broadcast goes to."""

    def register(function: Audience) -> Audience:
        known = _AUDIENCES.get(name)
        if known is not None and known is not function:
            raise ValueError(f"two audiences named {name}")
        _AUDIENCES[name] = function
        return function

    return register


@transaction.atomic
def broadcast(
    kind: str,
    params: Params,
    key: str,
    now: datetime,
    *,
    audience: str,
    subject_reference: str,
) -> None:
    """Have a registered audience told by the clock; the same kind and key again changes nothing.

    Who belongs to the audience is asked chunk by chunk when its turn comes, so that whoever has
    left it meanwhile is not told. Raises KeyError for an unknown kind or audience.
    """
    kind_of(kind)
    if audience not in _AUDIENCES:
        raise KeyError(audience)
    values: list[Any] = [kind, key, subject_reference, json.dumps(dict(params)), audience, now]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO members_broadcast (kind, key, subject_reference, params, audience, "
            "created_at, last_person_id, told) VALUES (%s, %s, %s, %s::jsonb, %s, %s, 0, 0) "
            "ON CONFLICT (kind, key) DO NOTHING",
            values,
        )


def work_broadcasts(
    now: datetime,
    *,
    chunk: int = CHUNK,
    seconds: float = PASS_SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
) -> int:
    """Go on with what is being told, for some seconds; return how many were told (clock).

    The cursor moves in the transaction that tells the chunk: after a crash the next pass goes
    on behind the last whole chunk. Two clocks never work on one broadcast at once.
    """
    until, told = monotonic() + seconds, 0
    while True:
        found = _one_chunk(now, chunk)
        if found is None:
            return told
        told += found
        if monotonic() >= until:
            return told


@transaction.atomic
def _one_chunk(now: datetime, size: int) -> int | None:
    """Tell the next chunk of the oldest open broadcast; None where nothing is open."""
    row = (
        Broadcast.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True)
        .order_by("id")
        .first()
    )
    if row is None:
        return None
    people = _AUDIENCES[row.audience](row.subject_reference, row.last_person_id, size, now)
    told = notify_many(people, row.kind, row.params, row.key, now, row.subject_reference)
    if len(people) < size:
        row.done_at = now
    if people:
        row.last_person_id = people[-1]
    row.told += told
    row.save(update_fields=["last_person_id", "told", "done_at"])
    return told
