"""What a server must have before the application trusts it."""

from typing import Any, Protocol

from config.postgres.errors import UnsafeServerError

MINIMUM_VERSION = 150000


class Cursor(Protocol):
    """What is used of a cursor."""

    def execute(self, query: str, args: Any = None, /) -> Any:
        """Runs one statement."""

    def fetchone(self) -> Any:
        """The next row."""


QUESTIONS = """
SELECT current_setting('server_version_num')::int,
       current_setting('synchronous_commit'),
       current_setting('fsync'),
       current_setting('full_page_writes'),
       current_user,
       (SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles
         WHERE rolname = current_user),
       (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND n.nspname NOT LIKE 'pg_temp%' AND n.nspname NOT LIKE 'pg_toast%'
           AND pg_has_role(current_user, c.relowner, 'MEMBER')),
       has_database_privilege(current_user, current_database(), 'TEMP')
"""


def unsafe_points(cursor: Cursor) -> list[str]:
    """Every reason not to trust this server under the connected role."""
    cursor.execute(QUESTIONS)
    version, commit, fsync, pages, role, is_powerful, owned, may_shadow = cursor.fetchone()
    points = []
    if version < MINIMUM_VERSION:
        points.append(f"the server is older than PostgreSQL 15 ({version})")
    if commit in {"off", "local"}:
        points.append(
            f"synchronous_commit is {commit}: a crash would lose acknowledged commits; set it to on"
        )
    if fsync != "on":
        points.append("fsync is off: a crash would damage the database; set it to on")
    if pages != "on":
        points.append("full_page_writes is off: a crash would damage pages; set it to on")
    if is_powerful:
        points.append(f"the application's role {role} is a superuser, makes roles or bypasses RLS")
    if owned:
        points.append(
            f"the application's role {role} owns {owned} tables, so it could drop their guards; "
            "let gongdao_owner own them (manage.py prepare_database shows how)"
        )
    if may_shadow:
        points.append(
            f"the application's role {role} may create temporary tables, which could stand in for "
            "real ones before the guards; REVOKE TEMP ON DATABASE … FROM PUBLIC"
        )
    return points


def refuse_unsafe(cursor: Cursor) -> None:
    """Raises UnsafeServerError with all reasons, if there are any."""
    points = unsafe_points(cursor)
    if points:
        raise UnsafeServerError("This database is refused: " + "; ".join(points) + ".")
