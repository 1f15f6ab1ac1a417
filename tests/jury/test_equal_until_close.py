"""Two hearings with opposite votes look alike until the close, to everybody and everywhere (40)."""

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse

from core import clock
from core.actor import SYSTEM, Actor
from jury.brief import question_codes
from jury.models import Hearing
from members import services as member_services
from members.models import Account, Person
from tests.worlds_jury import JuryWorld, run_clock, travel

pytestmark = pytest.mark.django_db(transaction=True)

#: What differs between any two readings whatever was voted: chance and the time of day.
CHANCE = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])"), "ID"),
    (re.compile(r"\b[0-9a-f]{4}([ -][0-9a-f]{4}){3,}\b", re.IGNORECASE), "RECEIPT"),
    (re.compile(r'name="csrfmiddlewaretoken" value="\w{64}"'), "CSRF"),
    (re.compile(r'name="idempotency_key" value="[\w-]+"'), "KEY"),
    (re.compile(r"MS(-[0-9A-Z]{4}){3}"), "MESSAGE"),
    (re.compile(r"data:image/svg\+xml[^\"]*"), "QR"),
    (re.compile(r"T\d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
    (re.compile(r"\d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
    (re.compile(r"%PDF-.*", re.DOTALL), "PDF"),
    (re.compile(r"\b\d+(\.\d+)? ?ms\b"), "MS"),
    (re.compile(r"\b0\.\d{2,}\b"), "SECONDS"),
)
HEADERS = {"Content-Length", "ETag", "X-Request-Id", "Date", "Set-Cookie", "Expires"}
#: Addresses that are no reading, or that say how long something took.
LEFT_OUT = re.compile(r"logout|schema|healthz|readyz|metrics|status|socialaccount|mfa|account_")
Seen = dict[str, Any]


def _plain(text: str) -> str:
    for pattern, word in CHANCE:
        text = pattern.sub(word, text)
    return text


def _addresses(hearing: Hearing) -> list[str]:
    """Every readable address that takes nothing, or the hearing's or its claim's reference."""
    found: set[str] = set()
    table = get_resolver().reverse_dict
    for name in {key for key in table if isinstance(key, str)}:
        if LEFT_OUT.search(name):
            continue
        for possibilities, *_rest in table.getlist(name):
            for _pattern, parameters in possibilities:
                if not parameters:
                    found.add(reverse(name))
                elif parameters == ["reference"]:
                    found.update(_reversed(name, hearing.reference, hearing.claim.reference))
    return sorted(found)


def _reversed(name: str, *references: str) -> Iterator[str]:
    """An address with each reference that it takes: some take no hearing's or no claim's."""
    for reference in references:
        with suppress(NoReverseMatch):
            yield reverse(name, args=[reference])


def _client(actor: Actor | None) -> Client:
    client = Client(headers={"accept-language": "en"})
    if actor is not None:
        person = Person.objects.get(pk=actor.person_id or 0)
        account, _made = Account.objects.get_or_create(
            person=person, defaults={"username": f"u{person.pk}", "language": "en"}
        )
        client.force_login(account)
    return client


@contextmanager
def _undone() -> Iterator[None]:
    """Whatever is done inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class _Lines(logging.Handler):
    """Every log line of every logger, as text."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, with whatever was attached to it."""
        extra = {key: str(value) for key, value in vars(record).items() if key == "args"}
        self.lines.append(f"{record.name} {record.getMessage()} {len(extra)}")


@contextmanager
def _listening() -> Iterator[list[str]]:
    handler, root = _Lines(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield handler.lines
    root.setLevel(level)
    root.removeHandler(handler)


def _answer(response: Any) -> Seen:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace")
    headers = {name: value for name, value in response.items() if name not in HEADERS}
    # A receipt's QR code is as long as chance makes it, on its page and in its PDF.
    has_code = text.startswith("%PDF") or "data:image/svg" in text
    return {
        "status": response.status_code,
        "headers": {name: _plain(value) for name, value in headers.items()},
        "cookies": sorted(f"{one.key} {len(one.value)}" for one in response.cookies.values()),
        "size": len(_plain(text)) if has_code else len(body),
        "body": _plain(text),
    }


def _cast(hearing: Hearing, jurors: list[Actor], vote: str, answer: str, reason: str) -> list[Seen]:
    seen: list[Seen] = []
    for juror in jurors:
        client = _client(juror)
        address = reverse("api_ballot", args=[hearing.reference])
        ballot = {
            "vote": vote,
            "answers": dict.fromkeys(question_codes(hearing.brief), answer),
            "reason": reason,
        }
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.post(address, json.dumps(ballot), content_type="application/json")
        assert response.status_code == 201, response.content.decode()
        shapes = [re.sub(r"'[^']*'|\d+", "?", one["sql"])[:60] for one in queries.captured_queries]
        seen.append(_answer(response) | {"statements": shapes})
    return seen


def _rows() -> Seen:
    """How many rows every table holds, and what the told ones say."""
    counts = {model._meta.label: model.objects.count() for model in apps.get_models()}  # type: ignore[attr-defined]  # every model has a manager
    told: dict[str, list[str]] = {}
    for label in ("record.Entry", "members.InboxMessage", "core.AuditRow", "jury.HearingEvent"):
        app, _, name = label.partition(".")
        try:
            model: Any = apps.get_model(app, name)
        except LookupError:
            continue
        hidden = {"id", "digest", "created_at", "occurred_at", "previous_digest", "request_id"}
        fields = [
            field.attname for field in model._meta.concrete_fields if field.attname not in hidden
        ]
        told[label] = [
            _plain(str(row)) for row in model.objects.order_by("pk").values_list(*fields)
        ]
    assert told["record.Entry"]
    assert told["core.AuditRow"]
    return {"counts": counts, "told": told}


def _readings(
    hearing: Hearing, actors: dict[str, Actor | None], open_to: dict[str, list[str]]
) -> Seen:
    """What each reader sees at every address that is open to them."""
    seen: Seen = {}
    for who, actor in actors.items():
        client = _client(actor)
        for address in open_to[who]:
            with CaptureQueriesContext(connection) as queries:
                response = client.get(address)
            seen[f"{who} {address}"] = _answer(response) | {"statements": len(queries)}
    return seen


def _open_to(hearing: Hearing, actors: dict[str, Actor | None]) -> dict[str, list[str]]:
    """The addresses that answer each reader with more than a refusal."""
    addresses = _addresses(hearing)
    found: dict[str, list[str]] = {}
    for who, actor in actors.items():
        client = _client(actor)
        found[who] = [one for one in addresses if client.get(one).status_code in (200, 302)]
    return found


def _observed(
    hearing: Hearing,
    jurors: list[Actor],
    actors: dict[str, Actor | None],
    open_to: dict[str, list[str]],
    at: datetime,
    votes: tuple[str, str, str],
) -> Seen:
    travel(at)
    with _undone(), _listening() as lines:
        casts = _cast(hearing, jurors, *votes)
        travel(at + timedelta(minutes=1))
        readings = _readings(hearing, actors, open_to)
        rows = _rows()
        sizes = sorted(
            len(bytes(value)) for value in hearing.ballots.values_list("ciphertext", flat=True)
        )
        said = Counter(map(_plain, lines))
    return {"casts": casts, "readings": readings, "rows": rows, "sizes": sizes, "lines": said}


def test_opposite_votes_are_the_same_to_everybody_until_the_close(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    panel = world.panel(hearing)
    auditor = world.base.actor(world.base.person("auditor"), "auditor")
    member_services.grant_role(
        person_id=auditor.person_id or 0,
        role="auditor",
        actor=SYSTEM,
        now=clock.now(),
        reason="test",
    )
    actors: dict[str, Actor | None] = {
        "anonymous": None,
        "member": world.base.actor(world.base.person("member")),
        "claimant": world.claimant_of(hearing.claim),
        "reviewer": world.reviewer,
        "officer": world.jury_officer,
        "ombudsman": world.ombudsman,
        "auditor": auditor,
        "other juror": panel[-1],
        "voter": panel[0],
    }
    for actor in (*actors.values(), *panel):
        _client(actor)
    run_clock(1)
    at = (clock.now() + timedelta(minutes=30)).replace(second=20, microsecond=0)
    with _undone():
        _cast(hearing, panel[:-1], "pay", "met", "付。")
        open_to = _open_to(hearing, actors)
    short, long = ("pay", "met", "付。"), ("deny", "not_met", "材料不足，复印件无法证实，" * 12)
    first = _observed(hearing, panel[:-1], actors, open_to, at, short)
    second = _observed(hearing, panel[:-1], actors, open_to, at, long)
    assert len(first["readings"]) > 150
    assert any("/board/hearings/" in one for one in first["readings"])
    assert set(first["sizes"]) == {hearing.sealed_bytes + 48}
    assert first["casts"] == second["casts"]
    assert first["sizes"] == second["sizes"]
    assert first["rows"]["counts"] == second["rows"]["counts"]
    for label, told in first["rows"]["told"].items():
        assert sorted(told) == sorted(second["rows"]["told"][label]), label
    assert first["lines"] - second["lines"] == second["lines"] - first["lines"] == Counter()
    assert first["readings"].keys() == second["readings"].keys()
    unlike = {
        address: _difference(answer, second["readings"][address])
        for address, answer in first["readings"].items()
        if answer != second["readings"][address]
    }
    assert unlike == {}


def _difference(one: Seen, other: Seen) -> Seen:
    return {
        name: (one[name], other[name]) if name != "body" else _first_unlike(one[name], other[name])
        for name in one
        if one[name] != other[name]
    }


def _first_unlike(one: str, other: str) -> tuple[str, str]:
    place = next(
        (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
    return one[max(place - 60, 0) : place + 60], other[max(place - 60, 0) : place + 60]
