"""Promise 17 holds against raw SQL as the app role: a document is never changed in place."""

import secrets
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims.models import Claim
from claims.states import State
from tests.worlds import make_world

TABLES = (
    "claims_evidence",
    "claims_evidenceversion",
    "claims_evidencecheck",
    "claims_evidenceaccess",
)
CHANGES = {
    "claims_evidence": "kind = 'other'",
    "claims_evidenceversion": f"digest = '{'1' * 64}'",
    "claims_evidencecheck": "outcome = 'passed'",
    "claims_evidenceaccess": "purpose = 'another'",
}


def _execute(connection: Connection, sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Execute and commit, or roll back and raise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            found = cursor.fetchall() if cursor.description else []
        connection.commit()
        return found
    except BaseException:
        connection.rollback()
        raise


def _document(connection: Connection, claim: Claim) -> None:
    """One document with a version, a check and a read, inserted as the app may."""
    person = claim.claimant_id
    ((document,),) = _execute(
        connection,
        "INSERT INTO claims_evidence (reference, claim_id, kind, added_by_id, created_at) "
        "VALUES (%s, %s, 'identity', %s, core_now()) RETURNING id",
        f"E-{secrets.token_hex(2).upper()}-{secrets.token_hex(2).upper()}",
        claim.pk,
        person,
    )
    ((version,),) = _execute(
        connection,
        "INSERT INTO claims_evidenceversion (evidence_id, number, storage_key, digest, "
        "size_bytes, file_name, added_by_id, received_at) "
        "VALUES (%s, 1, %s, %s, 10, '身份证.jpg', %s, core_now()) RETURNING id",
        document,
        secrets.token_hex(16),
        secrets.token_hex(32),
        person,
    )
    _execute(
        connection,
        "INSERT INTO claims_evidencecheck (version_id, outcome, refusal, media_type, pages, "
        "width, height, checked_at) VALUES (%s, 'refused', 'broken', '', 0, 0, 0, core_now())",
        version,
    )
    _execute(
        connection,
        "INSERT INTO claims_evidenceaccess (version_id, person_id, duty, purpose, read_at) "
        "VALUES (%s, %s, 'claimant', '', core_now())",
        version,
        person,
    )


@pytest.fixture
def filed(app_connection: Connection) -> Claim:
    """A filed claim with a document."""
    claim = make_world().claim_in(State.FILED)
    _document(app_connection, claim)
    return claim


@pytest.fixture
def draft(app_connection: Connection) -> Claim:
    """A draft with a document."""
    claim = make_world().draft()
    _document(app_connection, claim)
    return claim


@pytest.mark.parametrize("table", TABLES)
def test_no_document_is_changed_in_place(
    filed: Claim, app_connection: Connection, refused: Any, table: str
) -> None:
    with refused("permission denied|evidence_kept|never changed"):
        _execute(app_connection, f"UPDATE {table} SET {CHANGES[table]}")


@pytest.mark.parametrize("table", TABLES[::-1])
def test_no_document_of_a_filed_claim_is_removed(
    filed: Claim, app_connection: Connection, refused: Any, table: str
) -> None:
    with refused("never changed or removed"):
        _execute(app_connection, f"DELETE FROM {table}")
    with refused():
        _execute(app_connection, f"TRUNCATE {table} CASCADE")
    ((count,),) = _execute(app_connection, f"SELECT count(*) FROM {table}")
    assert count == 1


def test_a_drafts_documents_may_be_erased(draft: Claim, app_connection: Connection) -> None:
    for table in TABLES[::-1]:
        _execute(app_connection, f"DELETE FROM {table}")
        assert _execute(app_connection, f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.parametrize("table", TABLES[::-1])
def test_twin_without_the_trigger_a_filed_claims_document_goes(
    filed: Claim, app_connection: Connection, drop_guard: Any, table: str
) -> None:
    below = TABLES[TABLES.index(table) + 1 :]
    off = ";".join(f"ALTER TABLE {name} DISABLE TRIGGER {name}_kept" for name in (table, *below))
    on = off.replace("DISABLE", "ENABLE")
    with drop_guard(off, on):
        order = sorted((table, *below), key=TABLES.index, reverse=True)
        for name in order:
            if name == "claims_evidencecheck" and table == "claims_evidenceaccess":
                continue
            _execute(app_connection, f"DELETE FROM {name}")
        assert _execute(app_connection, f"SELECT count(*) FROM {table}") == [(0,)]


@pytest.mark.parametrize("table", TABLES)
def test_twin_with_the_right_and_without_the_trigger_it_is_changed(
    filed: Claim, app_connection: Connection, drop_guard: Any, table: str
) -> None:
    trigger, right = f"TRIGGER {table}_kept", f"UPDATE ON {table}"
    off = f"ALTER TABLE {table} DISABLE {trigger}; GRANT {right} TO gongdao_app"
    on = f"ALTER TABLE {table} ENABLE {trigger}; REVOKE {right} FROM gongdao_app"
    with drop_guard(off, on):
        _execute(app_connection, f"UPDATE {table} SET {CHANGES[table]}")


@pytest.mark.parametrize("table", TABLES)
def test_the_trigger_holds_even_where_the_right_was_given(
    filed: Claim, app_connection: Connection, drop_guard: Any, refused: Any, table: str
) -> None:
    with (
        drop_guard(
            f"GRANT UPDATE ON {table} TO gongdao_app", f"REVOKE UPDATE ON {table} FROM gongdao_app"
        ),
        refused("never changed"),
    ):
        _execute(app_connection, f"UPDATE {table} SET {CHANGES[table]}")
