"""The plain way's tables, as Django would make them, with as many users, sessions and seats."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.db import SessionStore
from django.utils.http import urlencode
from psycopg2.extras import execute_values

from bench.voting.voters import REASON, TOKEN, post
from config.postgres.home import APP, home_of
from members.models import Account
from tests import databases

TABLES = """
CREATE SCHEMA plain;
SET search_path = plain;
CREATE TABLE auth_user (
    id serial PRIMARY KEY, password varchar(128) NOT NULL, last_login timestamptz,
    is_superuser boolean NOT NULL, username varchar(150) UNIQUE NOT NULL,
    first_name varchar(150) NOT NULL, last_name varchar(150) NOT NULL,
    email varchar(254) NOT NULL, is_staff boolean NOT NULL, is_active boolean NOT NULL,
    date_joined timestamptz NOT NULL);
CREATE TABLE django_session (
    session_key varchar(40) PRIMARY KEY, session_data text NOT NULL,
    expire_date timestamptz NOT NULL);
CREATE INDEX ON django_session (expire_date);
CREATE TABLE plain_hearing (
    id bigserial PRIMARY KEY, reference varchar(16) UNIQUE NOT NULL,
    opens_at timestamptz NOT NULL, closes_at timestamptz NOT NULL);
CREATE TABLE plain_seat (
    id bigserial PRIMARY KEY, hearing_id bigint NOT NULL REFERENCES plain_hearing,
    user_id int NOT NULL REFERENCES auth_user, UNIQUE (hearing_id, user_id));
CREATE INDEX ON plain_seat (hearing_id);
CREATE INDEX ON plain_seat (user_id);
CREATE TABLE plain_ballot (
    id bigserial PRIMARY KEY, seat_id bigint UNIQUE NOT NULL REFERENCES plain_seat,
    vote varchar(8) NOT NULL, answers jsonb NOT NULL, reason text NOT NULL,
    receipt varchar(64) NOT NULL, cast_at timestamptz NOT NULL);
GRANT USAGE ON SCHEMA plain TO gongdao_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA plain TO gongdao_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA plain TO gongdao_app;
INSERT INTO plain_hearing (reference, opens_at, closes_at)
SELECT 'H' || n, now() - interval '1 day', now() + interval '1 day'
  FROM generate_series(1, {hearings}) n;
INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,
                       is_active, date_joined)
SELECT '{password}', false, 'user' || n, '', '', '', false, true, now()
  FROM generate_series(1, {seats}) n;
INSERT INTO plain_seat (hearing_id, user_id)
SELECT 1 + n % {hearings}, n FROM generate_series(1, {seats}) n;
"""


def environment() -> dict[str, str]:
    """Return what the plain project needs to be told."""
    home = home_of(settings.GONGDAO.data_home)
    return {
        "GONGDAO_BENCH_SECRET": settings.SECRET_KEY,
        "GONGDAO_BENCH_DATABASE": str(settings.DATABASES["default"]["NAME"]),
        "GONGDAO_BENCH_USER": APP,
        "GONGDAO_BENCH_HOST": home.address().host,
        "GONGDAO_BENCH_PORT": str(home.address().port),
        "GONGDAO_BENCH_PASSFILE": str(home.passfile(APP)),
        "DJANGO_SETTINGS_MODULE": "",
    }


def make_plain_world(hearings: int, seats: int) -> list[bytes]:
    """Make it and return one request for each seat."""
    account = Account.objects.get(username="bench")
    proof = AbstractBaseUser.get_session_auth_hash(account)  # Django's own, not our account's
    owner = databases.connect("owner")
    with owner, owner.cursor() as cursor:
        cursor.execute(TABLES.format(hearings=hearings, seats=seats, password=account.password))
        execute_values(
            cursor,
            "INSERT INTO django_session (session_key, session_data, expire_date) VALUES %s",
            [(_session_key(number), _session(number, proof)) for number in range(1, seats + 1)],
            template="(%s, %s, now() + interval '14 days')",
            page_size=500,
        )
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    owner.close()
    return [_request(1 + number % hearings, number) for number in range(1, seats + 1)]


def _session_key(number: int) -> str:
    return f"session{number:025}"


def _session(user: int, hashed: str) -> str:
    return SessionStore().encode(
        {
            SESSION_KEY: str(user),
            BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend",
            HASH_SESSION_KEY: hashed,
        }
    )


def _request(hearing: int, number: int) -> bytes:
    said = {
        "csrfmiddlewaretoken": TOKEN,
        "vote": "pay" if number % 3 else "deny",
        "answers": '{"a": "met", "b": "met", "c": "not_met", "d": "not_shown"}',
        "reason": REASON,
    }
    cookies = {"csrftoken": TOKEN, "sessionid": _session_key(number)}
    return post(f"/hearings/H{hearing}/ballot/", urlencode(said), cookies)
