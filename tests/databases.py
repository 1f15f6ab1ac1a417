"""The test databases: one template migrated by the owner, one copy for each worker."""

import fcntl
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg2 import extensions, sql

from config.postgres import users
from config.postgres.home import APP, AUDITOR, OWNER, SUPERUSER, PostgresHome, home_of
from config.postgres.roles import drop_database, make_database

ROLES = {"app": APP, "owner": OWNER, "auditor": AUDITOR, "superuser": SUPERUSER}
HASHED_TOO = ("config/postgres/roles.py", "config/postgres/grants.py", "tests/databases.py")

_seeded_rows: dict[str, str] = {}
_current = {"name": ""}


def _home() -> PostgresHome:
    return home_of(settings.GONGDAO.data_home)


def connect(role: str, database: str = "") -> extensions.connection:
    """A plain connection to the test database, or to another."""
    return users.connect(_home(), ROLES[role], database or _current["name"])


def _fingerprint() -> str:
    """Changes whenever a migration, or what it is made with, does."""
    paths = [Path(settings.BASE_DIR) / name for name in HASHED_TOO]
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if "site-packages" not in folder.parts:
            paths += list(folder.rglob("*.py"))
            paths += list(folder.rglob("*.json"))
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    descriptor = os.open(_home().root / "test-template.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _point_all_aliases_to(name: str) -> None:
    for alias in connections:
        connection = connections[alias]
        connection.close()
        settings.DATABASES[alias]["NAME"] = name
        connection.settings_dict["NAME"] = name
    _current["name"] = name


def _names(superuser: extensions.connection, pattern: str) -> list[str]:
    with superuser.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        return [row[0] for row in cursor.fetchall()]


def _make_template(superuser: extensions.connection, template: str) -> None:
    if template in _names(superuser, "template_gongdao_%"):
        return
    for old in _names(superuser, "template_gongdao_%"):
        drop_database(superuser, old)
    draft = "draft_gongdao"
    drop_database(superuser, draft)
    make_database(superuser, draft, lambda name: users.connect(_home(), SUPERUSER, name))
    _point_all_aliases_to(draft)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    with superuser.cursor() as cursor:
        cursor.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(draft), sql.Identifier(template)
            )
        )


def make(worker: str) -> str:
    """Makes this worker's database and points every alias to it; gives its name."""
    users.hold(_home())
    superuser = users.connect(_home(), SUPERUSER)
    superuser.autocommit = True
    template = f"template_gongdao_{_fingerprint()}"
    name = f"test_gongdao_{worker}"
    with _alone():
        _make_template(superuser, template)
        drop_database(superuser, name)
        with superuser.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
                )
            )
            cursor.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
            cursor.execute(
                sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                    sql.Identifier(name), sql.SQL(", ").join(map(sql.Identifier, ROLES.values()))
                )
            )
    superuser.close()
    _point_all_aliases_to(name)
    _seeded_rows.clear()
    _seeded_rows.update(_seeded())
    return name


def drop(name: str) -> None:
    """Drops a worker's database."""
    superuser = users.connect(_home(), SUPERUSER)
    superuser.autocommit = True
    drop_database(superuser, name)
    superuser.close()


def _tables(cursor: extensions.cursor) -> list[str]:
    cursor.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
        " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


def _rows(cursor: extensions.cursor, table: str) -> str:
    copied = io.StringIO()
    name = sql.Identifier(table).as_string(cursor)
    cursor.copy_expert(f"COPY {name} TO STDOUT", copied)
    return copied.getvalue()


def _seeded() -> dict[str, str]:
    superuser = connect("superuser")
    with superuser.cursor() as cursor:
        found = {table: _rows(cursor, table) for table in _tables(cursor)}
    superuser.close()
    return {table: rows for table, rows in found.items() if rows}


def empty() -> None:
    """Brings every table back to what the migrations left in it, whatever triggers guard it.

    Rows are deleted with triggers and foreign keys asleep: TRUNCATE would lock all tables that
    refer to one another.
    """
    superuser = connect("superuser")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET lock_timeout = '20s'")
        for table in _tables(cursor):
            rows = _rows(cursor, table) if table in _seeded_rows else None
            name = sql.Identifier(table)
            if rows is None:
                cursor.execute(sql.SQL("DELETE FROM {}").format(name))
            elif rows != _seeded_rows[table]:
                cursor.execute(sql.SQL("DELETE FROM {}").format(name))
                source = io.StringIO(_seeded_rows[table])
                cursor.copy_expert(f"COPY {name.as_string(cursor)} FROM STDIN", source)
    superuser.close()
