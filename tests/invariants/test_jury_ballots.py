"""★32, 35, 37, 38, 39, 45: what the database refuses, and what happens without it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from core import clock
from jury import services
from jury.models import Ballot, Seat
from tests.worlds_jury import JuryWorld, make_jury_world, run_raw, switched_off, travel

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture
def world() -> JuryWorld:
    return make_jury_world()


CONFLICT = (
    "INSERT INTO claims_conflict (claim_id, person_id, reason, declared_at) "
    "VALUES (%s, %s, 'test', now())"
)
VOTE = (
    "INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment) "
    "VALUES (%s, 1, %s, decode(repeat('00', 7984), 'hex'), repeat(%s, 64))"
)


def test_a_conflicted_juror_can_neither_be_drawn_nor_vote(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    run_raw(app_connection, CONFLICT, hearing.claim_id, seat.person_id)
    with refused("only a seated juror"):
        run_raw(app_connection, VOTE, hearing.pk, seat.pk, "a")


def test_without_the_guard_a_conflicted_juror_votes(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    run_raw(app_connection, CONFLICT, hearing.claim_id, seat.person_id)
    with switched_off(drop_guard, "jury_ballot", "jury_ballot_guard"):
        sql = VOTE.replace("commitment)", "commitment, cast_at)").replace("64))", "64), now())")
        assert run_raw(app_connection, sql, hearing.pk, seat.pk, "a") == 1


GIVE_UP = "UPDATE jury_seat SET state = 'recused' WHERE id = %s"
OPEN = "UPDATE jury_hearing SET state = 'open' WHERE id = %s"


def test_a_panel_is_exact_or_voting_does_not_open(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).first()
    assert seat is not None
    with refused("a panel of 9 has 8 seated"):
        run_raw(app_connection, GIVE_UP, seat.pk)
    with switched_off(drop_guard, "jury_seat", "jury_panel_whole_guard"):
        world.accept_all(hearing)
        run_raw(app_connection, GIVE_UP, seat.pk)
        assert hearing.opens_at is not None
        travel(hearing.opens_at + timedelta(seconds=1))
        with refused("a panel of 9 has 8 seated"):
            run_raw(app_connection, OPEN, hearing.pk)


def test_without_the_guard_an_incomplete_panel_votes(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).first()
    assert seat is not None
    world.accept_all(hearing)
    with (
        switched_off(drop_guard, "jury_seat", "jury_panel_whole_guard"),
        switched_off(drop_guard, "jury_hearing", "jury_hearing_state_guard"),
    ):
        assert run_raw(app_connection, GIVE_UP, seat.pk) == 1
        assert run_raw(app_connection, OPEN, hearing.pk) == 1


def test_one_seat_has_one_ballot(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    world.cast(hearing, juror)
    seat = Seat.objects.get(hearing=hearing, person_id=juror.person_id)
    with refused("ballot_one_per_juror"):
        run_raw(app_connection, VOTE, hearing.pk, seat.pk, "b")
    for change in ("UPDATE jury_ballot SET commitment = ''", "DELETE FROM jury_ballot"):
        with refused("permission denied"):
            run_raw(app_connection, change)


def test_without_the_constraint_a_juror_votes_twice(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    world.cast(hearing, juror)
    seat = Seat.objects.get(hearing=hearing, person_id=juror.person_id)
    with drop_guard(
        "ALTER TABLE jury_ballot DROP CONSTRAINT ballot_one_per_juror",
        "ALTER TABLE jury_ballot ADD CONSTRAINT ballot_one_per_juror "
        "UNIQUE (hearing_id, round, seat_id)",
    ):
        assert run_raw(app_connection, VOTE, hearing.pk, seat.pk, "b") == 1


def test_only_seated_unrecused_jurors_vote(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    leaving = world.panel(hearing)[0]
    services.recuse(
        reference=hearing.reference, actor=leaving, now=clock.now(), reason_code="unable"
    )
    seat = Seat.objects.get(hearing=hearing, person_id=leaving.person_id)
    with refused("only a seated juror"):
        run_raw(app_connection, VOTE, hearing.pk, seat.pk, "a")


def test_without_the_guard_a_recused_juror_votes(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.open_hearing()
    leaving = world.panel(hearing)[0]
    services.recuse(
        reference=hearing.reference, actor=leaving, now=clock.now(), reason_code="unable"
    )
    seat = Seat.objects.get(hearing=hearing, person_id=leaving.person_id)
    with switched_off(drop_guard, "jury_ballot", "jury_ballot_guard"):
        sql = VOTE.replace("commitment)", "commitment, cast_at)").replace("64))", "64), now())")
        assert run_raw(app_connection, sql, hearing.pk, seat.pk, "a") == 1


def test_no_ballot_before_the_opening_or_after_the_close_by_the_databases_clock(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    drawn = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=drawn).order_by("number").first()
    assert seat is not None
    with refused("voting is not open"):
        run_raw(app_connection, VOTE, drawn.pk, seat.pk, "a")
    hearing = world.open_now(drawn)
    with app_connection.cursor() as cursor:
        cursor.execute("SELECT now()")  # a transaction that began while voting was open
        assert hearing.closes_at is not None
        travel(hearing.closes_at)
        with refused("voting is not open"):
            cursor.execute(VOTE, [hearing.pk, seat.pk, "a"])
    app_connection.rollback()
    assert not Ballot.objects.exists()


def test_without_the_guard_a_ballot_comes_late(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    assert hearing.closes_at is not None
    travel(hearing.closes_at + timedelta(hours=1))
    with switched_off(drop_guard, "jury_ballot", "jury_ballot_guard"):
        sql = VOTE.replace("commitment)", "commitment, cast_at)").replace("64))", "64), now())")
        assert run_raw(app_connection, sql, hearing.pk, seat.pk, "a") == 1


OPENING = (
    "INSERT INTO jury_ballotopening (ballot_id, hearing_id, position, nonce, body, words_nonce, "
    "words, is_spoiled, opened_at) VALUES (%s, %s, 1, '', '', '', '', true, now())"
)


def test_ballots_of_a_withdrawn_hearing_are_never_opened(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    world.cast(hearing, world.panel(hearing)[0])
    ballot = Ballot.objects.get()
    with refused("only the ballots of a closed hearing"):
        run_raw(app_connection, OPENING, ballot.pk, hearing.pk)
    services.withdraw_hearing(
        reference=hearing.claim.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
    )
    with refused("only the ballots of a closed hearing"):
        run_raw(app_connection, OPENING, ballot.pk, hearing.pk)


def test_without_the_guard_a_withdrawn_ballot_is_opened(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.open_hearing()
    world.cast(hearing, world.panel(hearing)[0])
    ballot = Ballot.objects.get()
    with switched_off(drop_guard, "jury_ballotopening", "jury_ballotopening_guard"):
        assert run_raw(app_connection, OPENING, ballot.pk, hearing.pk) == 1


def test_a_temporary_table_does_not_stand_in_for_a_real_one(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    drawn = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=drawn).order_by("number").first()
    assert seat is not None
    with app_connection.cursor() as cursor, refused("permission denied|voting is not open"):
        cursor.execute("CREATE TEMP TABLE jury_hearing AS SELECT * FROM public.jury_hearing")
        cursor.execute(
            "UPDATE pg_temp.jury_hearing SET state = 'open', opens_at = now() - "
            "interval '9 years', closes_at = now() + interval '9 years'"
        )
        cursor.execute(VOTE, [drawn.pk, seat.pk, "a"])
    app_connection.rollback()
