"""The start-up check: what it refuses, seen on a real server."""

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from config.postgres import users
from config.postgres.base import DatabaseWrapper
from config.postgres.errors import UnsafeServerError
from config.postgres.home import APP, DATABASE, SUPERUSER
from config.postgres.roles import drop_database, make_database
from config.postgres.safety import refuse_unsafe, unsafe_points
from tests import databases

# Some of these change what the server or a role is set to, for all who connect meanwhile.
pytestmark = pytest.mark.xdist_group("server_settings")


def test_the_application_as_it_is_passes(app_connection):
    with app_connection.cursor() as cursor:
        assert unsafe_points(cursor) == []


@pytest.mark.parametrize("value", ["off", "local"])
def test_a_server_that_loses_commits_is_refused(app_connection, value):
    with app_connection.cursor() as cursor:
        cursor.execute(f"SET synchronous_commit = {value}")
        with pytest.raises(UnsafeServerError, match=f"synchronous_commit is {value}"):
            refuse_unsafe(cursor)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
def test_a_server_without_durable_writes_is_refused(home, name):
    users.hold(home)
    superuser = users.connect(home, SUPERUSER)
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET {name} = off")
        cursor.execute("SELECT pg_reload_conf()")
        for _ in range(100):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone() == ("off",):
                break
            cursor.execute("SELECT pg_sleep(0.05)")
    superuser.close()
    application = users.connect(home, APP, DATABASE)
    with application.cursor() as cursor:
        (point,) = unsafe_points(cursor)
    application.close()
    assert point.startswith(f"{name} is off")


def test_a_role_that_owns_tables_is_refused(owner_connection):
    with owner_connection.cursor() as cursor:
        with pytest.raises(UnsafeServerError, match="gongdao_owner owns"):
            refuse_unsafe(cursor)


def test_a_superuser_is_refused(superuser_connection):
    with superuser_connection.cursor() as cursor:
        with pytest.raises(UnsafeServerError, match="superuser"):
            refuse_unsafe(cursor)


def test_a_role_that_could_shadow_tables_is_refused(superuser_connection, app_connection):
    with superuser_connection.cursor() as superuser, app_connection.cursor() as cursor:
        superuser.execute("SELECT quote_ident(current_database())")
        (database,) = superuser.fetchone()
        superuser.execute(f"GRANT TEMP ON DATABASE {database} TO gongdao_app")
        superuser_connection.commit()
        try:
            assert ["temporary tables" in point for point in unsafe_points(cursor)] == [True]
        finally:
            superuser.execute(f"REVOKE TEMP ON DATABASE {database} FROM gongdao_app")
            superuser_connection.commit()


def test_a_database_made_by_hand_gets_its_privileges_all_the_same(superuser_connection):
    superuser_connection.autocommit = True
    with superuser_connection.cursor() as superuser:
        superuser.execute("CREATE DATABASE by_hand")
        superuser.execute("SELECT has_database_privilege('gongdao_app', 'by_hand', 'TEMP')")
        assert superuser.fetchone() == (True,)
        try:
            make_database(
                superuser_connection, "by_hand", lambda name: databases.connect("superuser", name)
            )
            superuser.execute("SELECT has_database_privilege('gongdao_app', 'by_hand', 'TEMP')")
            assert superuser.fetchone() == (False,)
        finally:
            drop_database(superuser_connection, "by_hand")


def test_the_first_connection_of_a_process_is_refused_on_an_unsafe_role(
    transactional_db, monkeypatch
):
    connection.close()
    superuser = databases.connect("superuser")
    superuser.autocommit = True
    monkeypatch.setattr(DatabaseWrapper, "is_safe", False)
    with superuser.cursor() as cursor:
        cursor.execute("ALTER ROLE gongdao_app SET synchronous_commit = off")
        try:
            with pytest.raises(UnsafeServerError, match="synchronous_commit"):
                connection.ensure_connection()
        finally:
            cursor.execute("ALTER ROLE gongdao_app RESET synchronous_commit")
            connection.close()
    superuser.close()
    connection.ensure_connection()
    assert DatabaseWrapper.is_safe


@pytest.mark.django_db
def test_the_system_check_reports_each_reason():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    found = [
        error
        for error in run_checks(tags=[Tags.database], databases=["default"])
        if error.id == "gongdao.E001"
    ]
    assert len(found) == 1
    assert "synchronous_commit" in found[0].msg
