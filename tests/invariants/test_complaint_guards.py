"""What the database refuses about complaints, as the app role, each with its negative twin."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, transaction

from disclosure.models import Complaint
from tests.worlds_complaints import DAY, ComplaintWorld, make_complaint_world
from tests.worlds_disclosure import OPENS_AT, make_disclosure_world, set_clock

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]
GUARDS = import_module("disclosure.migrations.0002_guards")


@pytest.fixture
def complaints(transactional_db: None) -> Iterator[ComplaintWorld]:
    """Officers, committed."""
    set_clock(OPENS_AT)
    yield make_complaint_world(make_disclosure_world())
    set_clock(None)


def run(sql: str, *values: object) -> None:
    """One statement as the app role, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def answer_by_hand(found: Complaint, person_id: int | None) -> None:
    """What an answer would be, past the service."""
    run(
        "UPDATE disclosure_complaint SET state = 'answered', outcome = 'upheld', answer = 'x', "
        "answered_at = now(), answered_by_id = %s WHERE id = %s",
        person_id,
        found.pk,
    )


@pytest.mark.parametrize(
    "change",
    [
        "text = 'other'",
        "category = 'money'",
        "contact = ''",
        "due_at = due_at + interval '30 days'",
        "received_at = received_at - interval '9 days'",
        "reference = 'G-0000-0000'",
        "page = '/me/'",
    ],
)
def test_a_complaint_stays_as_it_was_made(
    complaints: ComplaintWorld, refused: Refused, drop_guard: DropGuard, change: str
) -> None:
    found = complaints.filed()
    sql = f"UPDATE disclosure_complaint SET {change} WHERE id = %s"
    with refused("stays as it was made"):
        run(sql, found.pk)
    with drop_guard(
        "DROP TRIGGER disclosure_complaint_keeps_its_word ON disclosure_complaint",
        GUARDS.COMPLAINT_TRIGGER,
    ):
        run(sql, found.pk)


def test_an_answer_is_final_and_goes_along_the_way(
    complaints: ComplaintWorld, refused: Refused, drop_guard: DropGuard
) -> None:
    done = complaints.answered(OPENS_AT)
    sql = "UPDATE disclosure_complaint SET outcome = 'not_upheld' WHERE id = %s"
    back = (
        "UPDATE disclosure_complaint SET state = 'received', outcome = '', answer = '', "
        "answered_at = NULL, answered_by_id = NULL WHERE id = %s"
    )
    for statement in (sql, back):
        with refused("stays as it was made"):
            run(statement, done.pk)
    with drop_guard(
        "DROP TRIGGER disclosure_complaint_keeps_its_word ON disclosure_complaint",
        GUARDS.COMPLAINT_TRIGGER,
    ):
        run(sql, done.pk)


def test_a_complaint_changes_only_with_a_row_of_its_history(
    complaints: ComplaintWorld, refused: Refused, drop_guard: DropGuard
) -> None:
    found = complaints.filed()
    with refused("row of its history"):
        answer_by_hand(found, complaints.ombudsman.person_id)
    with drop_guard(
        "DROP TRIGGER disclosure_complaint_has_its_history ON disclosure_complaint",
        GUARDS.COMPLAINT_HISTORY_TRIGGER,
    ):
        answer_by_hand(found, complaints.ombudsman.person_id)


def test_nobody_answers_or_owns_their_own(complaints: ComplaintWorld, refused: Refused) -> None:
    found = complaints.filed(actor=complaints.ombudsman)
    with refused("complaint_answered_by_another"):
        answer_by_hand(found, complaints.ombudsman.person_id)
    with refused("complaint_owned_by_another"):
        run(
            "UPDATE disclosure_complaint SET owner_id = %s WHERE id = %s",
            complaints.ombudsman.person_id,
            found.pk,
        )


def test_the_history_is_append_only_and_no_complaint_is_removed(
    complaints: ComplaintWorld, refused: Refused
) -> None:
    complaints.answered(OPENS_AT + DAY - timedelta(hours=1))
    for statement in (
        "UPDATE disclosure_complaintevent SET event = 'x'",
        "DELETE FROM disclosure_complaintevent",
        "TRUNCATE disclosure_complaintevent",
        "DELETE FROM disclosure_complaint",
    ):
        with refused():
            run(statement)
