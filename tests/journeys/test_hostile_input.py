"""Absurd queries, forms and bodies at every address: answered in plain words, never with a 500."""

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client

from tests import databases
from tests.journeys.access import OWN, Address, Sweep, addresses
from tests.journeys.scenery import make_scenery
from tests.journeys.world import make_journey_world

pytestmark = pytest.mark.xdist_group("every_url")

ORDER = (
    "claimant", "reviewer", "finance", "jury_officer", "juror", "ombudsman", "investigator",
    "admin", "auditor", "member", "anonymous",
)
QUERY = (
    "after", "before", "cursor", "page", "state", "view", "until", "q", "plan", "disease",
    "province", "result", "month", "year", "return", "replaces", "purpose", "from", "receipt",
    "reference", "next", "lang",
)


def cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(values)).encode()).decode().rstrip("=")


CURSORS = [
    cursor(*[value] * count)
    for count in (1, 2, 3)
    for value in (
        10**30, -1, "x", "\x00", "\ud800", True, None, ["at", 5], ["at", "9999-99-99"],
        ["on", "0001-01-01"], ["at", "0001-01-01T00:00:00+14:00"], 2**63, 1,
        ["at", "2020-01-01"],
    )
] + [base64.urlsafe_b64encode(b"[" * 100_000).decode().rstrip("=")]
TEXTS = [
    "%00", "%FF%FE", "%ED%A0%80", "9" * 40, "-1", "0", "1e400", "NaN", "%E2%80%AE",
    quote("'; DROP TABLE claims_claim; --"), quote("<script>alert(1)</script>"), "%",
    quote("𠮷" * 300), "２０２０", "..%2F..%2Fetc%2Fpasswd", "%D9%A3", "%C2%B2",
]
HOSTILE = [
    "9" * 40, "-99999999999999999999", "NaN", "Infinity", "\u202e", "²", "1e400", "0001-01-01",
    "9999-12-31", "=cmd|' /C calc'!A0", "A" * 20_000, "\x00", "\ufffd", "",
]


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sweep]:
    with django_db_blocker.unblock():
        yield Sweep(make_scenery(make_journey_world()))
        databases.empty()


def seen(found: list[str]) -> Any:
    def note(sender: Any, request: Any, **_kw: Any) -> None:
        import sys, traceback
        kind, value, tb = sys.exc_info()
        where = [f for f in traceback.extract_tb(tb) if "/.venv/" not in f.filename][-1:]
        found.append(f"{kind.__name__}: {str(value)[:100]} at {where}")
    return note


def test_probe(sweep: Sweep) -> None:
    import time
    broken: dict[str, Any] = {}
    notes: list[str] = []
    hook = seen(notes)
    got_request_exception.connect(hook, weak=False)
    count = [0]

    def ask(role: str, method: str, path: str, body: Any = None, kind: str = "") -> Any:
        client = sweep.clients[role]
        notes.clear()
        count[0] += 1
        cookies = dict(client.cookies)
        with transaction.atomic():
            if method == "GET":
                answer = client.get(path)
            elif kind:
                answer = client.generic("POST", path, body, content_type=kind)
            else:
                answer = client.post(path, body)
            answer.close()
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            broken.setdefault(" | ".join(notes[:1]) or f"{answer.status_code}", []).append((role, method, path[:150], str(body)[:80]))
        return answer

    start = time.time()
    doors: dict[str, str] = {}
    try:
        for address in addresses():
            if "logout" in address.name:
                continue
            path = sweep.path(address, OWN)
            role_found = "anonymous"
            page = None
            for role in ORDER:
                answer = ask(role, "GET", path)
                if answer.status_code == 200:
                    role_found, page = role, answer
                    break
            doors[address.name] = role_found
            if page is not None:
                for value in TEXTS:
                    ask(role_found, "GET", path + "?" + "&".join(f"{n}={value}" for n in QUERY))
                if not getattr(page, "streaming", False) and re.search(r"after|before|cursor|api|board|console|notice|inbox", path):
                    for value in CURSORS:
                        ask(role_found, "GET", path + f"?after={value}&before={value}")
            if path.startswith("/api/"):
                roles = {role_found, "claimant", "reviewer", "finance"}
                for role in roles:
                    for body, kind in (
                        ("[" * 50_000, "application/json"), ('{"a":' * 5000 + "1" + "}" * 5000, "application/json"),
                        ("[1]", "application/json"), ("null", "application/json"), ('"x"', "application/json"),
                        ('{"note":"\\ud800","reference":"\\u0000"}', "application/json"), (b"\xff\xfe", "application/json"),
                        ("{}", "text/plain"), ("<a/>", "application/xml"), (b"--x\r\n", "multipart/form-data; boundary=x"),
                        ("a=1", "application/x-www-form-urlencoded"), ("{}", "application/json; charset=utf-32"), ("{}", "application/json; charset=nonsense"),
                        ('{"a":1e999,"b":NaN}', "application/json"),('{"' + "9"*5000 + '":' + "9"*5000 + '}', "application/json"),
                    ):
                        ask(role, "POST", path, body, kind)
            elif page is not None and not getattr(page, "streaming", False):
                text = page.content.decode(errors="replace")
                names = set(map(html.unescape, re.findall(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"', text)))
                names -= {"csrfmiddlewaretoken", "_language"}
                if names and 'method="post"' in text:
                    for value in HOSTILE:
                        ask(role_found, "POST", path, {n: value for n in names})
                ask(role_found, "POST", path, b"\xff\xfe=\xed\xa0\x80", "application/x-www-form-urlencoded")
                ask(role_found, "POST", path, b"--x\r\n", "multipart/form-data; boundary=x")
                ask(role_found, "POST", path, b"_language=%ED%A0%80&idempotency_key=%00", "application/x-www-form-urlencoded; charset=nonsense")
    finally:
        got_request_exception.disconnect(hook)
        json.dump({"broken": broken, "doors": doors, "count": count[0], "seconds": time.time() - start},
                  open("/tmp/proof/fuzz.json", "w"), indent=1, ensure_ascii=False)
