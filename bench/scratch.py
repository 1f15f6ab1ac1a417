"""A database that is made from the migrations for one measure and dropped after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from tests import databases


@contextmanager
def scratch_database() -> Iterator[None]:
    """Make the database, point every alias to it, drop it again. Used as the app role."""
    name = databases.make("bench")
    try:
        yield
    finally:
        connections.close_all()
        databases.drop(name)


def as_owner(*statements: str) -> None:
    """Run statements as the tables' owner, e.g. to make the tables of the plain way."""
    connection = databases.connect("owner")
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()
