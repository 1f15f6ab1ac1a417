"""A world of jurors, each with a seat, a draft and a session: one true hearing, then copies."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.urls import reverse
from django.utils.http import urlencode
from psycopg2 import extensions, sql
from psycopg2.extras import execute_values

from jury.brief import question_codes
from jury.draft_cookie import DRAFT_COOKIE
from jury.models import Hearing, Seat
from jury.sealing import info_of, seal_draft
from jury.services.voting import draft_bytes
from members.models import Account
from tests import databases
from tests.worlds_jury import make_jury_world

FIRST = 1_000_000
DRAFT_KEY = b"\x07" * 32
QUALIFYING = (
    "members_membership",
    "jury_jurorstanding",
    "jury_exampass",
    "jury_rulesacceptance",
)
TOKEN = "b" * 32
REASON = "入院记录与病理报告一致，复印件盖有医院公章，条款所列条件已经满足。"


@dataclass(frozen=True, slots=True)
class Voters:
    """The copies: `requests[n]` casts the ballot of the n-th seat; a seat's hearing by turns."""

    template: Hearing
    hearings: list[str]
    requests: list[bytes]


def make_voters(hearings: int, seats: int, sealed_bytes: int, first_gets: int = 0) -> Voters:
    """Open a hearing by the services, copy it, and give every seat a person who may sign in.

    The first so many seats are all in the first hearing, the others in the rest by turns.

    The copies are rows beside the triggers, as only the superuser can make them; casting then
    meets every guard.
    """
    template, seat, account = open_template()
    places = {
        n: 1 if n <= first_gets else 1 + n % hearings if not first_gets else 2 + n % (hearings - 1)
        for n in range(1, seats + 1)
    }
    with beside_triggers() as cursor:
        many = f"generate_series(1, {hearings}) n"
        where = {"id": f"{FIRST} + n", "reference": _reference("C")}
        where |= {"public_reference": _reference("K")}
        _copy(cursor, "claims_claim", template.claim_id, many, where)
        where = {"id": f"{FIRST} + n", "reference": _reference("H"), "claim_id": f"{FIRST} + n"}
        where |= {"sealed_bytes": str(sealed_bytes), "mode": "'open'"}
        _copy(cursor, "jury_hearing", template.pk, many, where)
        rest = f"1 + n % {hearings}" if not first_gets else f"2 + n % {hearings - 1}"
        place = f"{FIRST} + CASE WHEN n <= {first_gets} THEN 1 ELSE {rest} END"
        copy_people(cursor, seat, seats, {"hearing_id": place, "claim_id": place})
        where = {"id": f"{FIRST} + n", "username": "'bench' || n", "person_id": f"{FIRST} + n"}
        _copy(cursor, "members_account", account.pk, f"generate_series(1, {seats}) n", where)
        execute_values(
            cursor,
            "INSERT INTO jury_ballotdraft (seat_id, ciphertext, saved_at) VALUES %s",
            _drafts(template, [places[n] for n in range(1, seats + 1)], sealed_bytes),
            template="(%s, %s, now())",
            page_size=500,
        )
    names = [hearing_name(number) for number in range(1, hearings + 1)]
    hashed = account.get_session_auth_hash()
    requests = [
        _request(names[places[number] - 1], _session(FIRST + number, hashed), number)
        for number in range(1, seats + 1)
    ]
    return Voters(template, names, requests)


def open_template() -> tuple[Hearing, Seat, Account]:
    """Return a hearing open to vote, one of its seats, and an account for whoever sits there."""
    template = make_jury_world().open_hearing()
    seat = template.seats.order_by("number").first()
    assert seat is not None  # the panel is drawn
    account = Account.objects.create_user("bench", "bench", person_id=seat.person_id)
    return template, seat, account


@contextmanager
def beside_triggers() -> Iterator[extensions.cursor]:
    """Write rows as only the superuser can; the tables are analysed afterwards."""
    superuser = databases.connect("superuser")
    with superuser, superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    superuser.close()


def copy_people(cursor: extensions.cursor, seat: Seat, count: int, changed: dict[str, str]) -> None:
    """Copy a juror and the juror's seat so many times; what else changes in the seat is given."""
    each = f"generate_series(1, {count}) n"
    where = {"id": f"{FIRST} + n", "reference": _reference("P")}
    where |= {"identity_digest": "md5(n::text) || md5('x' || n)"}
    _copy(cursor, "members_person", seat.person_id, each, where)
    where = {"id": f"{FIRST} + n", "number": f"{FIRST} + n", "person_id": f"{FIRST} + n"}
    _copy(cursor, "jury_seat", seat.pk, each, where | changed)


def copy_person(
    cursor: extensions.cursor, template: int, first: int, numbers: Sequence[int]
) -> None:
    """Copy a qualified juror to `first + number` for each number, with all that qualifies."""
    given = f"unnest(ARRAY[{','.join(map(str, numbers))}]) n"
    where = {"id": f"{first} + n", "reference": _reference("P")}
    where |= {"identity_digest": "md5(n::text) || md5('x' || n)"}
    _copy(cursor, "members_person", template, given, where)
    for table in QUALIFYING:
        cursor.execute(
            sql.SQL("SELECT id FROM {} WHERE person_id = %s").format(sql.Identifier(table)),
            [template],
        )
        for place, (pk,) in enumerate(cursor.fetchall()):
            where = {"id": f"{first * (place + 1)} + n", "person_id": f"{first} + n"}
            _copy(cursor, table, pk, given, where | {"reference": _reference("M")})


def _reference(letter: str) -> str:
    """Return the SQL of a copy's reference, in the form all references have."""
    return f"regexp_replace(to_char(n, 'FM00000000'), '(....)(....)', '{letter}-\\1-\\2')"


def hearing_name(number: int) -> str:
    """Return the reference of the n-th copied hearing."""
    digits = f"{number:08}"
    return f"H-{digits[:4]}-{digits[4:]}"


def _copy(
    cursor: extensions.cursor, table: str, pk: int, rows: str, changed: Mapping[str, str]
) -> None:
    """Copy one row as often as `rows` says, with some columns computed from `n`."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s "
        "AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    names = [name for (name,) in cursor.fetchall()]
    values = [
        sql.SQL(changed[name]) if name in changed else sql.SQL("t.{}").format(sql.Identifier(name))
        for name in names
    ]
    cursor.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} t, {} WHERE t.id = {}").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join(values),
            sql.Identifier(table),
            sql.SQL(rows),
            sql.Literal(pk),
        )
    )


def draft_of(hearing: Hearing, number: int) -> dict[str, Any]:
    """Return what a juror has answered: every third one is against payment."""
    answer = "met" if number % 3 else "not_met"
    return {
        "vote": "pay" if number % 3 else "deny",
        "answers": dict.fromkeys(question_codes(hearing.brief), answer),
        "notes": {},
        "reason": REASON,
    }


def _drafts(template: Hearing, places: Sequence[int], sealed_bytes: int) -> list[tuple[int, bytes]]:
    return [
        (
            FIRST + number,
            seal_draft(
                draft_bytes(draft_of(template, number)),
                key=DRAFT_KEY,
                iv=os.urandom(12),
                info=info_of(hearing_name(place), template.round, FIRST + number),
                size=sealed_bytes,
            ),
        )
        for number, place in enumerate(places, start=1)
    ]


def _session(account: int, hashed: str) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(account)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = hashed
    session.save()
    return str(session.session_key)


def _request(hearing: str, session: str, number: int) -> bytes:
    """Return the final POST of the review page, byte for byte as a browser sends it."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "idempotency_key": f"bench-{number:012}"})
    cookies = {
        settings.CSRF_COOKIE_NAME: TOKEN,
        settings.SESSION_COOKIE_NAME: session,
        DRAFT_COOKIE: DRAFT_KEY.hex(),
    }
    return post(reverse("jury_review", args=[hearing]), body, cookies)


def post(path: str, body: str, cookies: Mapping[str, str]) -> bytes:
    """Return a form's request as a browser sends it over a kept connection."""
    lines: Sequence[str] = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile",
        "Accept: text/html,application/xhtml+xml",
        "Accept-Language: zh-CN,zh;q=0.9",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
    )
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
