"""The one clock: `core_now()` in the database, with an offset that only the owner may set."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.core.checks import CheckMessage, Critical
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import DateTimeField, Func


class CoreNow(Func):
    """`core_now()` as an expression, e.g. for a column's database default."""

    function = "core_now"
    template = "%(function)s()"
    arity = 0
    output_field = DateTimeField()


def now(using: str = DEFAULT_DB_ALIAS) -> datetime:
    """Return the time of the database's clock with its offset, as aware UTC."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT core_now()")
        (at,) = cursor.fetchone()
    return cast(datetime, at)


def offset(using: str = DEFAULT_DB_ALIAS) -> timedelta:
    """Return how far `core_now()` is ahead of the database's own clock."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT shift FROM core_clock")
        (shift,) = cursor.fetchone()
    return cast(timedelta, shift)


def set_offset(shift: timedelta, using: str = DEFAULT_DB_ALIAS) -> None:
    """Set the offset. The connection must be the owner's: the app role is refused."""
    with connections[using].cursor() as cursor:
        seconds = shift.total_seconds()
        cursor.execute("UPDATE core_clock SET shift = make_interval(secs => %s)", [seconds])


def set_now(at: datetime, using: str = DEFAULT_DB_ALIAS) -> None:
    """Set the offset so that `core_now()` reads `at` and runs on from there (owner only)."""
    with connections[using].cursor() as cursor:
        cursor.execute("UPDATE core_clock SET shift = %s - clock_timestamp()", [at])


def check_offset_is_zero(
    *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse production while the clock is shifted; a database check, run with `--database`."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if "core_clock" not in connection.introspection.table_names():
            continue
        if offset(alias) != timedelta(0):
            found.append(
                Critical(
                    "The database's clock is shifted. Production runs only on the real time.",
                    hint="Restore a database that was not simulated, or set the shift to zero.",
                    id="core.C001",
                )
            )
    return found
