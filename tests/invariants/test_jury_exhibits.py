"""Exhibits and the brief's signature hold against raw SQL; each guard with its negative twin."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection

from core import clock
from jury.models import ExhibitAccess, JuryExhibit
from tests.worlds_exhibits import add_exhibit, drawn_from, hearing_with_exhibit, unsigned_hearing
from tests.worlds_jury import JuryWorld, make_jury_world, run_raw, switched_off

pytestmark = pytest.mark.django_db(transaction=True)
DropGuard = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> JuryWorld:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return make_jury_world()


READ = (
    "INSERT INTO jury_exhibitaccess (exhibit_id, page, person_id, duty, purpose, read_at) "
    "VALUES (%s, 1, %s, 'juror', '', now())"
)


def _refused(app: Connection, sql: str, *values: object) -> None:
    with pytest.raises(psycopg2.Error):
        run_raw(app, sql, *values)


def test_a_juror_is_given_signed_exhibits_of_a_live_hearing_only(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing, exhibit = hearing_with_exhibit(world)
    outsider = world.juror().person_id
    _refused(app_connection, READ, exhibit.pk, outsider)
    hearing = drawn_from(world, hearing)
    seated = world.panel(hearing)[0].person_id
    assert run_raw(app_connection, READ, exhibit.pk, seated) == 1
    _refused(app_connection, READ, exhibit.pk, outsider)
    with switched_off(drop_guard, "jury_exhibitaccess", "jury_exhibitaccess_guard"):
        assert run_raw(app_connection, READ, exhibit.pk, outsider) == 1


def test_reads_and_pages_are_never_rewritten(world: JuryWorld, app_connection: Connection) -> None:
    _hearing, exhibit = hearing_with_exhibit(world)
    assert ExhibitAccess.objects.exists()
    for sql in (
        "UPDATE jury_exhibitaccess SET purpose = 'x'",
        "DELETE FROM jury_exhibitaccess",
        "UPDATE jury_exhibitpage SET digest = 'x'",
        "DELETE FROM jury_exhibitpage",
        "DELETE FROM jury_juryexhibit",
    ):
        _refused(app_connection, sql)
    page = (
        "INSERT INTO jury_exhibitpage (exhibit_id, number, storage_key, digest, size_bytes, "
        "width, height) VALUES (%s, 9, 'k', 'd', 1, 1, 1)"
    )
    _refused(app_connection, page, exhibit.pk)


def test_a_signed_exhibit_is_fixed_and_nobody_signs_their_own(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = add_exhibit(world, hearing, version)
    sign = "UPDATE jury_juryexhibit SET signed_by_id = %s, signed_at = now() WHERE id = %s"
    _refused(app_connection, sign, exhibit.prepared_by_id, exhibit.pk)
    assert run_raw(app_connection, sign, world.ombudsman.person_id, exhibit.pk) == 1
    change = "UPDATE jury_juryexhibit SET text = 'another' WHERE id = %s"
    _refused(app_connection, change, exhibit.pk)
    with switched_off(drop_guard, "jury_juryexhibit", "jury_exhibit_guard"):
        assert run_raw(app_connection, change, exhibit.pk) == 1
        assert JuryExhibit.objects.get().text == "another"


def test_a_brief_is_not_signed_over_an_unsigned_exhibit(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing, version = unsigned_hearing(world)
    add_exhibit(world, hearing, version)
    sign = (
        "UPDATE jury_hearing SET brief_prepared_by_id = %s, brief_signed_by_id = %s, "
        "brief_signed_at = %s WHERE id = %s"
    )
    people = (world.jury_officer.person_id, world.ombudsman.person_id, clock.now(), hearing.pk)
    _refused(app_connection, sign, *people)
    with switched_off(drop_guard, "jury_hearing", "jury_hearing_brief_guard"):
        assert run_raw(app_connection, sign, *people) == 1


def test_a_signature_comes_off_a_brief_only_before_the_announcement(
    world: JuryWorld, app_connection: Connection
) -> None:
    hearing, _exhibit = hearing_with_exhibit(world)
    change = "UPDATE jury_hearing SET brief = '{}' WHERE id = %s"
    _refused(app_connection, change, hearing.pk)
    off = "UPDATE jury_hearing SET brief_signed_by_id = NULL, brief_signed_at = NULL WHERE id = %s"
    drawn_from(world, hearing)
    _refused(app_connection, off, hearing.pk)
