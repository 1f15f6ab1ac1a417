"""What every answer carries, and the two health pages."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, RequestFactory

from config import views
from core.clockwork import HEARTBEAT, beat


def test_healthz_asks_no_database(rf: RequestFactory):
    assert views.healthz(rf.get("/healthz")).status_code == 200


@pytest.mark.django_db
def test_readyz_is_ready_when_all_migrations_are_in_and_the_clock_beats(client: Client):
    beat(HEARTBEAT)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "serves": True})


@pytest.mark.django_db
def test_readyz_tells_a_silent_clock_while_pages_are_served(client: Client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert (answer.json()["reason"], answer.json()["serves"]) == ("clock", True)


def test_readyz_says_when_migrations_wait(owner_connection, client: Client):
    with owner_connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'sessions' AND name = '0001_initial'"
        )
    owner_connection.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "migrations")


@pytest.mark.django_db
def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(client: Client):
    answer = client.get("/accounts/login/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_there_is_no_admin_site():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS


@pytest.mark.django_db
def test_the_schema_is_public(client: Client):
    assert client.get("/api/schema/").status_code == 200


@pytest.mark.django_db
def test_migrations_leave_the_application_without_rights_to_the_catalogue_of_migrations():
    from django.db import ProgrammingError

    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("DELETE FROM django_migrations")
