"""Steps taken by SQL alone, and guards taken away: what the invariants of claims are tried with."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg2.extensions import connection as Connection

from claims.models import Claim
from tests.worlds import World

ROW = ("claims_claim", "claims_claim_row")
KEEPS = ("claims_claim", "claims_claim_keeps")
MATCH = ("claims_claim", "claims_claim_events_match")
EDGE = ("claims_claimevent", "claims_event_1_edge")
CHAIN = ("claims_claimevent", "claims_event_2_chain")
DUTIES = ("claims_claimevent", "claims_event_3_duties")


@contextmanager
def without(drop_guard: Any, *triggers: tuple[str, str]) -> Iterator[None]:
    """Triggers taken away and restored."""
    off = ";".join(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in triggers)
    on = ";".join(f"ALTER TABLE {table} ENABLE TRIGGER {name}" for table, name in triggers)
    with drop_guard(off, on):
        yield


def run(connection: Connection, sql: str, *params: Any) -> None:
    """Execute and commit, or roll back and raise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def step(
    connection: Connection,
    claim: Claim,
    event: str,
    to_state: str,
    actor_id: int | None,
    *,
    second_id: int | None = None,
    reason: str = "",
    kind: str = "person",
    moves: bool = True,
    previous: str | None = None,
) -> None:
    """Take a step by SQL alone: the claim's row and one event, in one transaction."""
    digest = secrets.token_hex(32)
    fresh = Claim.objects.get(pk=claim.pk)
    try:
        with connection.cursor() as cursor:
            if moves:
                cursor.execute(
                    "UPDATE claims_claim SET state = %s, event_count = event_count + 1, "
                    "head_digest = %s WHERE id = %s",
                    [to_state, digest, claim.pk],
                )
            cursor.execute(
                "INSERT INTO claims_claimevent (claim_id, seq, event, from_state, to_state, "
                "actor_person_id, second_person_id, actor_kind, role, reason_code, note, facts, "
                "occurred_at, previous_digest, digest) VALUES "
                "(%s, %s, %s, %s, %s, %s, %s, %s, 'x', %s, '', '{}', core_now(), %s, %s)",
                [
                    claim.pk,
                    fresh.event_count + 1,
                    event,
                    fresh.state,
                    to_state,
                    actor_id,
                    second_id,
                    kind,
                    reason,
                    fresh.head_digest if previous is None else previous,
                    digest,
                ],
            )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def id_of(world: World, name: str) -> int:
    person_id = world.actors[name].person_id
    assert person_id is not None
    return person_id
