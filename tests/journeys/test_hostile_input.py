"""Absurd queries and bodies at every address: answered in plain words, never with a 500."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import transaction
from django.http import HttpResponseBase

from tests import databases
from tests.journeys.access import OWN, Address, Sweep, addresses
from tests.journeys.scenery import make_scenery
from tests.journeys.world import make_journey_world

pytestmark = pytest.mark.xdist_group("every_url")

# Every name any page or resource reads from its query.
NAMES = (
    "after before cursor page state view until q plan disease province result stage period "
    "hearing return replaces purpose from receipt reference next lang"
)
TEXTS = (
    "%00",
    "%FF%FE%ED%A0%80",
    "9" * 40,
    "-%C2%B2%D9%A3%E2%80%AE",
    "%27%22%3E%3Cscript%3Ealert(1)%3C/script%3E..%2F..%2Fetc%2Fpasswd",
)
BODIES: tuple[tuple[str | bytes, str], ...] = (
    ("[" * 50_000, "application/json"),
    ('{"a":' * 600 + "1" + "}" * 600, "application/json"),
    ("null", "application/json"),
    ('{"note":"\\ud800","reference":"\\u0000","a":1e999}', "application/json"),
    ('{"' + "9" * 5000 + '":' + "9" * 5000 + "}", "application/json"),
    (b"\xff\xfe", "application/json"),
    ("{}", "application/json; charset=nonsense"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"\xff=%ED%A0%80&b=%00&_language=%00", "application/x-www-form-urlencoded"),
)
DOORS = (
    ("/console/", "reviewer"),
    ("/me/", "claimant"),
    ("/jury/", "juror"),
    ("/notice/", "claimant"),
    ("/api/", "claimant"),
)


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sweep]:
    """One world for all; every request in it is undone."""
    with django_db_blocker.unblock():
        yield Sweep(make_scenery(make_journey_world()))
        databases.empty()


def cursors() -> list[str]:
    """Cursors as somebody would forge them, signed with another list's salt or not at all."""
    values: list[Any] = [10**30, "x", "\ud800", None, ["at", 5], ["on", "0001-01-01"], 1]
    found = []
    for value in values:
        plain = json.dumps([value, value]).encode()
        found.append(base64.urlsafe_b64encode(plain).decode().rstrip("="))
    return [*found, Signer(sep=".", salt="keyset:another").sign_object([1, 1])]


def roles_at(path: str) -> tuple[str, ...]:
    """Who is let in at a door; the API is asked by two."""
    if path.startswith("/api/"):
        return "claimant", "reviewer"
    return (next((role for door, role in DOORS if path.startswith(door)), "anonymous"),)


def asked() -> list[Address]:
    """Every address but the one that ends the session, and the probe that tells of the clock."""
    return [one for one in addresses() if one.name not in ("account_logout", "readyz")]


def send(
    sweep: Sweep, role: str, path: str, body: str | bytes | None = None, kind: str = ""
) -> HttpResponseBase:
    """One request, undone."""
    client = sweep.clients[role]
    with transaction.atomic():
        answer = (
            client.get(path)
            if body is None
            else client.generic("POST", path, body, content_type=kind)
        )
        answer.close()
        transaction.set_rollback(True)
    return answer


def test_no_query_breaks_a_page(sweep: Sweep) -> None:
    for address in asked():
        path = sweep.path(address, OWN)
        for role in roles_at(path):
            for text in TEXTS:
                query = "&".join(f"{name}={text}" for name in NAMES.split())
                answer = send(sweep, role, f"{path}?{query}")
                assert answer.status_code < 500, (role, path, text)


def test_no_forged_cursor_breaks_a_list(sweep: Sweep) -> None:
    lists = ("/api/v1/claims/", "/console/", "/console/?view=ended", "/notice/", "/me/inbox/")
    for path in (*lists, "/board/cases/", "/api/v1/board/cases/"):
        joint = "&" if "?" in path else "?"
        for one in cursors():
            for role in ("reviewer", "claimant"):
                answer = send(sweep, role, f"{path}{joint}after={one}&before={one[:16]}")
                assert answer.status_code < 500, (role, path, one)


def test_no_body_breaks_a_resource_or_a_page(sweep: Sweep) -> None:
    for address in asked():
        path = sweep.path(address, OWN)
        is_api = path.startswith("/api/")
        for role in roles_at(path):
            for body, kind in BODIES if is_api else BODIES[-2:]:
                answer = send(sweep, role, path, body, kind)
                assert answer.status_code < 500, (role, path, str(body)[:40], kind)
                if is_api and answer.status_code >= 400 and role != "anonymous":
                    assert answer["Content-Type"].startswith("application/problem+json"), path


def test_no_address_breaks(sweep: Sweep) -> None:
    for address in asked():
        if "(?P" in address.route or not address.parameters:
            continue
        for text in ("%F0%A0%AE%B7%27%3B%3C%C2%B2", "A" * 2000, "%2e%2e"):
            path = "/" + re.sub(r"<int:\w+>", "9" * 40, address.route)
            path = re.sub(r"<slug:\w+>", "a" * 300, path)
            path = re.sub(r"<(\w+:)?\w+>", text, path)
            role = roles_at(path)[-1]
            assert send(sweep, role, path).status_code < 500, (role, path)
            assert send(sweep, role, path, "{}", "application/json").status_code < 500, path
