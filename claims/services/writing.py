"""Writing a step: the claim's row and its event in one statement."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field

from claims.models import Claim, ClaimEvent

Statement = tuple[str, Sequence[Any]]

ASSIGN = (
    "INSERT INTO claims_assignment (claim_id, person_id, assigned_by_id, state, reason, "
    "assigned_at) VALUES (%s, %s, %s, %s, %s, %s)"
)


def write_step(
    claim: Claim, event: ClaimEvent, saved: Sequence[str], along: Sequence[Statement] = ()
) -> None:
    """Save the named fields of a locked claim and append its event, in one round trip.

    Statements `along` go before them in the same round trip.

    The event is inserted from the row that the update returns, so there is never one without
    the other; every guard of the database sees both.
    """
    sql, claim_fields, event_fields = _statement(tuple(saved))
    values = [_stored(field, claim) for field in claim_fields]
    values.append(claim.pk)
    values += [_stored(field, event) for field in event_fields]
    together = "; ".join([*(statement for statement, _values in along), sql])
    before = [value for _statement, given in along for value in given]
    with connection.cursor() as cursor:
        cursor.execute(together, [*before, *values])
        assert cursor.rowcount == 1, "the claim vanished under its lock"


@lru_cache(maxsize=64)
def _statement(saved: tuple[str, ...]) -> tuple[str, list[Any], list[Any]]:
    by_name = {field.name: field for field in Claim._meta.concrete_fields}
    claim_fields = [by_name[name] for name in saved]
    event_fields = [
        field
        for field in ClaimEvent._meta.concrete_fields
        if not field.primary_key and field.name != "claim"
    ]
    changes = ", ".join(f"{field.column} = %s" for field in claim_fields)
    columns = ", ".join(str(field.column) for field in event_fields)
    places = ", ".join(f"%s::{field.db_type(connection)}" for field in event_fields)
    sql = (
        f"WITH moved AS (UPDATE claims_claim SET {changes} WHERE id = %s RETURNING id) "  # noqa: S608 - names of our own columns
        f"INSERT INTO claims_claimevent (claim_id, {columns}) SELECT id, {places} FROM moved"
    )
    return sql, claim_fields, event_fields


def _stored(field: "Field[Any, Any]", row: Claim | ClaimEvent) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)
