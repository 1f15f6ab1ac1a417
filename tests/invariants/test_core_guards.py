"""★6, ★56: what the database refuses on core's tables, and what happens without the guard."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.management import call_command
from psycopg2.extensions import connection as Connection

from core import audit
from core.actor import SYSTEM
from core.models import AuditLink, AuditRow
from record.audit_chain import find_break
from record.sequencer import sequence

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]

CHANGES = [
    "UPDATE core_auditrow SET outcome = 'done'",
    "DELETE FROM core_auditrow",
    "TRUNCATE core_auditrow CASCADE",
    "UPDATE core_auditlink SET digest = repeat('a', 64)",
    "DELETE FROM core_auditlink",
    "TRUNCATE core_auditlink",
]
DROP_TRIGGER = "ALTER TABLE core_auditrow DISABLE TRIGGER core_auditrow_append_only"
RESTORE_TRIGGER = "ALTER TABLE core_auditrow ENABLE TRIGGER core_auditrow_append_only"
TAMPER = "UPDATE core_auditrow SET outcome = 'done' WHERE outcome = 'refused'"


@pytest.fixture
def chained() -> None:
    audit.write(SYSTEM, "test", "T-1", "done")
    audit.write(SYSTEM, "test", "T-2", "refused", "not_allowed", 403)
    sequence()


@pytest.mark.parametrize("sql", CHANGES)
def test_the_app_role_cannot_change_the_audit(
    chained: None, app_connection: Connection, refused: Refused, sql: str
) -> None:
    with app_connection.cursor() as cursor, refused("permission denied"):
        cursor.execute(sql)


@pytest.mark.parametrize("sql", CHANGES)
def test_the_owner_is_refused_too(
    chained: None, owner_connection: Connection, refused: Refused, sql: str
) -> None:
    with owner_connection.cursor() as cursor, refused("append-only"):
        cursor.execute(sql)


def test_without_the_trigger_the_owners_change_goes_through_and_the_chain_tells(
    chained: None, owner_connection: Connection, drop_guard: DropGuard
) -> None:
    assert find_break() == 0
    with drop_guard(DROP_TRIGGER, RESTORE_TRIGGER), owner_connection.cursor() as cursor:
        cursor.execute(TAMPER)
        assert cursor.rowcount == 1
        owner_connection.commit()
        assert find_break() == 2


def test_without_the_missing_right_the_trigger_still_refuses_the_app_role(
    chained: None, app_connection: Connection, drop_guard: DropGuard, refused: Refused
) -> None:
    grant = "GRANT UPDATE ON core_auditrow TO gongdao_app"
    revoke = "REVOKE UPDATE ON core_auditrow FROM gongdao_app"
    with drop_guard(grant, revoke), app_connection.cursor() as cursor, refused("append-only"):
        cursor.execute(TAMPER)


def test_without_right_and_trigger_the_app_role_changes_the_audit(
    chained: None, app_connection: Connection, drop_guard: DropGuard
) -> None:
    grant = "GRANT UPDATE ON core_auditrow TO gongdao_app"
    revoke = "REVOKE UPDATE ON core_auditrow FROM gongdao_app"
    with (
        drop_guard(grant, revoke),
        drop_guard(DROP_TRIGGER, RESTORE_TRIGGER),
        app_connection.cursor() as cursor,
    ):
        cursor.execute(TAMPER)
        assert cursor.rowcount == 1
        app_connection.commit()


LINK = (
    "INSERT INTO core_auditlink (seq, row_id, previous_digest, digest) "
    "VALUES (%s, %s, %s, repeat('f', 64))"
)
FOLLOWS_OFF = "ALTER TABLE core_auditlink DISABLE TRIGGER core_auditlink_follows"
FOLLOWS_ON = "ALTER TABLE core_auditlink ENABLE TRIGGER core_auditlink_follows"


def forgeries() -> list[tuple[int, str]]:
    """A gap, a fork from the first row, a link to nothing."""
    first = AuditLink.objects.get(seq=1)
    last = AuditLink.objects.get(seq=2)
    return [(4, last.digest), (3, first.digest), (3, "0" * 64)]


def test_the_chain_takes_no_gap_and_no_fork(
    chained: None, app_connection: Connection, refused: Refused
) -> None:
    row = audit.write(SYSTEM, "test", "T-3", "done")
    for seq, previous in forgeries():
        with app_connection.cursor() as cursor, refused("does not follow"):
            cursor.execute(LINK, [seq, row.pk, previous])
        app_connection.rollback()
    assert sequence().audit_rows == 1


def test_without_the_chains_guard_a_gap_goes_through(
    chained: None, app_connection: Connection, drop_guard: DropGuard
) -> None:
    row = audit.write(SYSTEM, "test", "T-3", "done")
    with drop_guard(FOLLOWS_OFF, FOLLOWS_ON), app_connection.cursor() as cursor:
        cursor.execute(LINK, [4, row.pk, AuditLink.objects.get(seq=2).digest])
        app_connection.commit()
        assert find_break() == 3


def test_an_answered_key_is_never_answered_differently(
    app_connection: Connection, refused: Refused
) -> None:
    with app_connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencykey (account_id, key, operation, request_digest, status,"
            " location, body) VALUES (1, 'k', 'o', 'd', 200, '', '')"
        )
        with refused("answered once"):
            cursor.execute("UPDATE core_idempotencykey SET status = 409")
        app_connection.rollback()
        with refused("permission denied"):
            cursor.execute("DELETE FROM core_idempotencykey")


def test_the_auditor_reads_named_views_and_no_table_and_changes_nothing(
    chained: None, auditor_connection: Connection, refused: Refused
) -> None:
    with auditor_connection.cursor() as cursor:
        for view in ("auditor_audit", "auditor_deadlines", "auditor_record"):
            cursor.execute(f"SELECT count(*) FROM {view}")
        for table in ("core_auditrow", "core_idempotencykey", "record_entry"):
            with refused("permission denied"):
                cursor.execute(f"SELECT 1 FROM {table}")
            auditor_connection.rollback()
        for view in ("auditor_audit", "auditor_deadlines"):
            with refused("permission denied|cannot delete"):
                cursor.execute(f"DELETE FROM {view}")
            auditor_connection.rollback()


def test_every_append_only_table_has_its_trigger_and_no_right_to_change(
    app_connection: Connection,
) -> None:
    with app_connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname LIKE '%\\_append\\_only' AND t.tgenabled = 'O'"
        )
        found = dict(cursor.fetchall())
    assert {"core_auditrow", "core_auditlink", "record_entry", "record_leaf"} <= set(found)
    assert not any(found.values())


def test_an_audit_row_has_no_column_for_anything_personal() -> None:
    names = {field.name for field in AuditRow._meta.get_fields() if not field.is_relation}
    assert names == {
        "id",
        "occurred_at",
        "request_id",
        "account_id",
        "actor_kind",
        "operation",
        "subject",
        "outcome",
        "code",
        "status",
    }


def test_the_code_and_the_migrations_agree() -> None:
    call_command("makemigrations", "core", "record", "--check", "--dry-run", verbosity=0)
