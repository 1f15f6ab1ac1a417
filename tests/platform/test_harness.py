"""The test harness itself: roles, truncation, threads."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_tests_run_as_the_application_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, session_user")
        assert cursor.fetchone() == ("gongdao_app", "gongdao_app")


@pytest.mark.django_db
def test_the_application_role_owns_no_table():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_transactional_test_commits_is_gone_in_the_next(owner_connection, turn):
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO django_session VALUES ('a', 'b', now())")
    owner_connection.commit()


@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_changes_in_a_seeded_table_is_put_back(owner_connection, turn):
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'nonsense'")
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('nonsense', 'x', now())"
        )
    owner_connection.commit()


def test_threads_have_connections_of_their_own(in_threads):
    def backend(_index: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    assert len(set(in_threads(4, backend))) == 4
