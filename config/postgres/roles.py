"""The three roles and their default privileges, the same for every PostgreSQL.

owner: owns database, tables and functions; migrates. app: reads and inserts; UPDATE and DELETE
are granted table by table by each app's guards migration. auditor: reads named views only.
"""

from collections.abc import Callable, Mapping

from psycopg2 import extensions, sql

from config.postgres.home import APP, AUDITOR, OWNER

NEW_ROLES = (OWNER, APP, AUDITOR)


def make_roles(superuser: extensions.connection, passwords: Mapping[str, str]) -> None:
    """Creates missing roles; a role that exists keeps its password."""
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        for role in NEW_ROLES:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(
                    sql.SQL(
                        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
                        " NOBYPASSRLS PASSWORD {}"
                    ).format(sql.Identifier(role), sql.Literal(passwords[role]))
                )


def make_database(
    superuser: extensions.connection, name: str, connect_to: Callable[[str], extensions.connection]
) -> None:
    """Creates a database of the owner, if there is none, and sets its default privileges.

    One made by hand, or whose making was interrupted, gets its privileges too.
    """
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
    inside = connect_to(name)
    try:
        set_default_privileges(inside, name)
        inside.commit()
    finally:
        inside.close()


def drop_database(superuser: extensions.connection, name: str) -> None:
    """Drops a database, ending whoever is still connected to it."""
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def set_default_privileges(superuser: extensions.connection, database: str) -> None:
    """What the owner's new tables and sequences grant, in the connected database of that name."""
    with superuser.cursor() as cursor:
        name = sql.Identifier(database)
        for statement in DEFAULT_PRIVILEGES:
            cursor.execute(
                sql.SQL(statement).format(
                    database=name,
                    owner=sql.Identifier(OWNER),
                    app=sql.Identifier(APP),
                    auditor=sql.Identifier(AUDITOR),
                )
            )


DEFAULT_PRIVILEGES = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT ON DATABASE {database} TO {owner}, {app}, {auditor}",
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}, {auditor}",
    (
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT ON TABLES TO {app}"
    ),
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT USAGE ON SEQUENCES TO {app}",
)
