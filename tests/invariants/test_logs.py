"""Logs tell what happened and where, never a name, an identity number or an account."""

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import IntegrityError, connection
from django.test import Client

from config.logs import PlainFormatter
from members.models import Person
from tests.members.world import World, make_world

NAME, CARD = "欧阳肯娜瑞", "6222020200112230"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def failing_row(world: World) -> logging.LogRecord:
    """A log record of a row that the database refused, told in full by the database."""
    person = world.person(NAME)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO members_person SELECT (jsonb_populate_record(p, jsonb_build_object("
                "'id', 0, 'reference', 'P-0', 'sex', NULL, 'full_name', full_name || %s))).* "
                "FROM members_person p WHERE id = %s",
                [CARD, person.pk],
            )
    except IntegrityError as error:
        raised = (type(error), error, error.__traceback__)
        return logging.LogRecord("django.request", 40, __file__, 1, "It failed", (), raised)
    raise AssertionError("the database took it")


@pytest.fixture
def record(world: World) -> Iterator[logging.LogRecord]:
    from django.db import transaction

    with transaction.atomic():
        found = failing_row(world)
        transaction.set_rollback(True)
    return found


def test_a_refused_row_is_not_told(record: logging.LogRecord) -> None:
    told = PlainFormatter("{message}", style="{").format(record)
    assert "IntegrityError" in told and "not-null" in told and "test_logs.py" in told
    assert NAME not in told and CARD not in told and "Failing row" not in told


def test_with_the_usual_formatter_it_would_be(record: logging.LogRecord) -> None:
    told = logging.Formatter("{message}", style="{").format(record)
    assert NAME in told and CARD in told


def test_names_and_numbers_in_messages_are_taken_out() -> None:
    record = logging.LogRecord(
        "x", 30, __file__, 1, "unreadable: %s of %s, 43010319850302211X", (CARD, NAME), None
    )
    assert PlainFormatter("{message}", style="{").format(record) == "unreadable: … of …, …"


def test_every_handler_writes_by_it() -> None:
    used = {one["formatter"] for one in settings.LOGGING["handlers"].values()}
    assert {settings.LOGGING["formatters"][name]["()"] for name in used} == {
        "config.logs.PlainFormatter"
    }


def test_a_request_that_breaks_tells_nothing_of_its_body(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: object, *_args: object, **_kwargs: object) -> None:
        raise ValueError(f"{NAME} {CARD}")

    monkeypatch.setattr("members.api.CredentialsInput.is_valid", broken)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(PlainFormatter("{message}", style="{"))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    seen: list[object] = []

    def note(**signal: object) -> None:
        seen.append(signal)

    got_request_exception.connect(note)
    try:
        answer = Client(raise_request_exception=False).post(
            "/api/v1/token/",
            {"username": NAME, "password": CARD},
            content_type="application/json",
        )
    finally:
        logger.removeHandler(handler)
        got_request_exception.disconnect(note)
    assert answer.status_code == 500 and seen
    assert NAME not in answer.content.decode() and CARD not in answer.content.decode()
    told = written.getvalue()
    assert "ValueError" in told
    assert NAME not in told and CARD not in told and "username" not in told
    assert Person.objects.filter(full_name=NAME).count() == 0
