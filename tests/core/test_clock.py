"""The database's clock and who may set it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from psycopg2.extensions import connection as Connection

from core import clock
from core.readiness import findings

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]


def test_the_clock_reads_aware_utc_and_is_the_databases_own() -> None:
    at = clock.now()
    assert at.utcoffset() == timedelta(0)
    assert clock.offset() == timedelta(0)
    assert clock.check_offset_is_zero(databases=["default"]) == []


def test_the_owner_shifts_the_clock_and_production_would_refuse_it(
    owner_connection: Connection,
) -> None:
    past = datetime(2020, 1, 7, 16, tzinfo=UTC)
    with owner_connection.cursor() as cursor:
        cursor.execute("UPDATE core_clock SET shift = %s - clock_timestamp()", [past])
        owner_connection.commit()
    assert timedelta(0) <= clock.now() - past < timedelta(seconds=30)
    assert [found.id for found in clock.check_offset_is_zero(databases=["default"])] == [
        "core.C001"
    ]


def test_production_neither_serves_nor_runs_its_clock_on_a_shifted_time(
    owner_connection: Connection, settings: Any
) -> None:
    settings.IS_PRODUCTION = True
    assert all(one.is_well for one in findings() if one.name == "time")
    with owner_connection.cursor() as cursor:
        cursor.execute("UPDATE core_clock SET shift = '1 day'")
        owner_connection.commit()
    assert [one.stops_serving for one in findings() if not one.is_well and one.name == "time"] == [
        True
    ]
    with pytest.raises(CommandError, match="shifted"):
        call_command("clock", "--passes", "1")


def test_set_now_needs_the_owners_connection(refused: Refused) -> None:
    with refused("permission denied"):
        clock.set_now(datetime(2020, 1, 7, tzinfo=UTC))
    with refused("permission denied"):
        clock.set_offset(timedelta(days=1))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE core_clock SET shift = '1 day'",
        "DELETE FROM core_clock",
        "INSERT INTO core_clock VALUES (false, '1 day')",
        "TRUNCATE core_clock",
    ],
)
def test_the_app_role_cannot_touch_the_clock(
    app_connection: Connection, refused: Refused, sql: str
) -> None:
    with app_connection.cursor() as cursor, refused("permission denied"):
        cursor.execute(sql)


def test_a_temporary_table_of_the_clocks_name_is_never_read(
    superuser_connection: Connection,
) -> None:
    with superuser_connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE core_clock AS SELECT interval '9 days' AS shift")
        cursor.execute("SELECT core_now() - clock_timestamp() < interval '1 minute'")
        assert cursor.fetchone() == (True,)
        cursor.execute("DROP TABLE pg_temp.core_clock")
