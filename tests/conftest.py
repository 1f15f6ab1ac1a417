"""Fixtures for all tests: real PostgreSQL, migrated by the owner, used as the app role."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

import psycopg2
import pytest
from django.conf import settings
from django.db import connections
from psycopg2 import extensions

from tests import databases

Result = TypeVar("Result")


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the migrated template, one for each worker; every alias points to it."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock():
        test_database = databases.make(worker)
    settings.RECORD_FOLDER = settings.DATA_HOME / f"record-{worker}"
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        databases.drop(test_database)


@pytest.fixture(scope="session", autouse=True)
def _truncate_as_superuser() -> Iterator[None]:
    """Transactional tests are cleaned over the superuser's connection, sparing seeded tables.

    For the whole session: a test's own fixtures may be taken down before its database is.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: databases.empty())
        yield


@contextmanager
def _connection(role: str) -> Iterator[extensions.connection]:
    found = databases.connect(role)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def app_connection(transactional_db: None) -> Iterator[extensions.connection]:
    """A plain connection as the application's role; commits are the test's."""
    with _connection("app") as found:
        yield found


@pytest.fixture
def owner_connection(transactional_db: None) -> Iterator[extensions.connection]:
    """A plain connection as the tables' owner; commits are the test's."""
    with _connection("owner") as found:
        yield found


@pytest.fixture
def auditor_connection(transactional_db: None) -> Iterator[extensions.connection]:
    """A plain connection as the auditor's role."""
    with _connection("auditor") as found:
        yield found


@pytest.fixture
def superuser_connection(transactional_db: None) -> Iterator[extensions.connection]:
    """A plain connection as the cluster's superuser, in autocommit."""
    with _connection("superuser") as found:
        found.autocommit = True
        yield found


@pytest.fixture
def in_threads(transactional_db: None) -> Callable[[int, Callable[[int], Any]], list[Any]]:
    """`in_threads(n, fn)` runs fn(0)…fn(n-1) at once, each with its own real connection.

    Gives the results in order; an exception raised by a call stands in its place.
    """

    def run(count: int, call: Callable[[int], Any]) -> list[Any]:
        barrier = threading.Barrier(count)
        results: list[Any] = [None] * count

        def one(index: int) -> None:
            try:
                barrier.wait(timeout=30)
                results[index] = call(index)
            except Exception as raised:  # noqa: BLE001 - handed to the test, which judges it
                results[index] = raised
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
            assert not thread.is_alive(), "a thread hangs, probably on a lock"
        return results

    return run


@pytest.fixture
def drop_guard(transactional_db: None) -> Callable[[str, str], AbstractContextManager[None]]:
    """`with drop_guard(sql, restore_sql):` takes a guard away as superuser, then restores it."""

    @contextmanager
    def without(sql: str, restore_sql: str) -> Iterator[None]:
        with _connection("superuser") as superuser:
            superuser.autocommit = True
            with superuser.cursor() as cursor:
                cursor.execute("SET ROLE gongdao_owner")
                cursor.execute(sql)
                try:
                    yield
                finally:
                    databases.empty()
                    cursor.execute(restore_sql)

    return without


@pytest.fixture
def refused() -> Callable[..., AbstractContextManager[Any]]:
    """`with refused():` expects the database to refuse; `refused("name")` by that name or word."""

    def expect(words: str | None = None) -> AbstractContextManager[Any]:
        from django.db import Error

        return pytest.raises((psycopg2.Error, Error), match=words)

    return expect
