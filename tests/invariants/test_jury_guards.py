"""★31, 32, 34, 35, 37, 38, 39, 45: what the database refuses, and what happens without it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims.services import declare_conflict
from core import clock
from jury import services
from jury.models import Ballot, DrawStep, Hearing, Seat
from tests.worlds_jury import JuryWorld, make_jury_world, travel

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]
WithoutGuard = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture
def world() -> JuryWorld:
    return make_jury_world()


@pytest.fixture
def without(drop_guard: DropGuard) -> WithoutGuard:
    """`with without(table, trigger):` the guard is off, as only the owner can switch it."""

    @contextmanager
    def off(table: str, trigger: str) -> Iterator[None]:
        change = f"ALTER TABLE {table} {{}} TRIGGER {trigger}"
        with drop_guard(change.format("DISABLE"), change.format("ENABLE")):
            yield

    return off


def _run(app: Connection, sql: str, *values: object) -> int:
    """Run raw SQL as the application's role and commit it; return the rows it touched."""
    try:
        with app.cursor() as cursor:
            cursor.execute(sql, values)
            touched = cursor.rowcount
        app.commit()
    finally:
        app.rollback()
    return touched


COMMIT_SEED = "UPDATE jury_hearing SET seed_commitment = repeat('a', 64) WHERE id = %s"


def _unfrozen(world: JuryWorld) -> Hearing:
    return services.open_hearing(
        reference=world.disputed_claim().reference, actor=world.jury_officer, now=clock.now()
    )


def test_no_seed_is_committed_to_before_the_roll_is_frozen_and_published(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = _unfrozen(world)
    with refused("frozen, published roll"):
        _run(app_connection, COMMIT_SEED, hearing.pk)


def test_without_the_guard_the_seed_comes_first(
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = _unfrozen(world)
    with without("jury_hearing", "jury_hearing_seed_guard"):
        assert _run(app_connection, COMMIT_SEED, hearing.pk) == 1


def test_a_frozen_roll_takes_nobody_and_loses_nobody(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.preparing_hearing()
    late = world.juror()
    with refused("frozen"):
        _run(
            app_connection,
            "INSERT INTO jury_rollentry (roll_id, number, person_id) VALUES (%s, 99, %s)",
            hearing.roll_id,
            late.person_id,
        )
    with refused("permission denied"):
        _run(app_connection, "DELETE FROM jury_rollentry")
    with refused("is frozen"):
        _run(app_connection, "UPDATE jury_roll SET digest = repeat('0', 64)")


CONFLICT = (
    "INSERT INTO claims_conflict (claim_id, person_id, reason, declared_at) "
    "VALUES (%s, %s, 'test', now())"
)
VOTE = (
    "INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment) "
    "VALUES (%s, 1, %s, decode(repeat('00', 8240), 'hex'), repeat(%s, 64))"
)


def _seat_sql(hearing: Hearing, number: int, person_id: int) -> tuple[str, tuple[object, ...]]:
    sql = (
        "INSERT INTO jury_seat (hearing_id, claim_id, person_id, number, state, reason_code, "
        "seated_at) VALUES (%s, %s, %s, %s, 'invited', '', now())"
    )
    return sql, (hearing.pk, hearing.claim_id, person_id, number)


def _not_drawn(hearing: Hearing) -> tuple[int, int]:
    """A number of the roll that was not drawn, with its person."""
    taken = Seat.objects.filter(hearing=hearing).values("number")
    assert hearing.roll is not None
    entry = hearing.roll.entries.exclude(number__in=taken).order_by("number").first()
    assert entry is not None
    return entry.number, entry.person_id


def test_nobody_is_seated_whom_the_draw_did_not_seat(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.drawn_hearing()
    sql, values = _seat_sql(hearing, *_not_drawn(hearing))
    with refused("was not drawn"):
        _run(app_connection, sql, *values)


def test_a_conflicted_juror_can_neither_be_drawn_nor_vote(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    _run(app_connection, CONFLICT, hearing.claim_id, seat.person_id)
    with refused("only a seated juror"):
        _run(app_connection, VOTE, hearing.pk, seat.pk, "a")


def test_a_conflicted_juror_is_passed_over_and_the_reason_recorded(world: JuryWorld) -> None:
    claim = world.disputed_claim()
    for juror in world.jurors[:4]:
        declare_conflict(reference=claim.reference, actor=juror, now=clock.now(), reason="同乡")
    hearing = world.drawn_hearing(claim)
    close = {juror.person_id for juror in world.jurors[:4]}
    assert not close & {juror.person_id for juror in world.panel(hearing)}
    assert hearing.roll is not None
    numbers = set(hearing.roll.entries.filter(person_id__in=close).values_list("number", flat=True))
    skipped = DrawStep.objects.filter(hearing=hearing, number__in=numbers)
    assert all(step.reason in ("conflict", "repeat") for step in skipped)


def test_without_the_guard_a_conflicted_juror_votes(
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    _run(app_connection, CONFLICT, hearing.claim_id, seat.person_id)
    with without("jury_ballot", "jury_ballot_guard"):
        sql = VOTE.replace("commitment)", "commitment, cast_at)").replace("64))", "64), now())")
        assert _run(app_connection, sql, hearing.pk, seat.pk, "a") == 1


def _second_round_sql(columns: list[str]) -> str:
    """Copy a hearing's row as round 2 with a new reference and an empty seed."""
    replaced = {
        "reference": "'H-0000-0002'",
        "round": "2",
        "replaces_id": "id",
        "state": "'preparing'",
        "seed_commitment": "''",
        "seed": "''",
        "seed_secret": "''",
        "ballots_root": "''",
        "opening_public_key": "''",
        "contribution": "''",
        "checkpoint_id": "NULL",
        "opens_at": "NULL",
        "closes_at": "NULL",
    }
    names = [name for name in columns if name != "id"]
    values = ", ".join(replaced.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO jury_hearing ({quoted}) SELECT {values} FROM jury_hearing WHERE id = %s"


def _columns() -> list[str]:
    return [field.column for field in Hearing._meta.concrete_fields]


def test_a_second_draw_needs_the_public_record_of_a_void_one(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.drawn_hearing()
    with refused("public record of the void one"):
        _run(app_connection, _second_round_sql(_columns()), hearing.pk)


def test_the_seed_and_the_steps_of_a_draw_cannot_be_chosen(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.drawn_hearing()
    with refused("fixed"):
        _run(app_connection, "UPDATE jury_hearing SET seed = repeat('0', 64)")
    last = DrawStep.objects.filter(hearing=hearing).order_by("-counter").first()
    assert last is not None
    number, _person = _not_drawn(hearing)
    step = (
        "INSERT INTO jury_drawstep (hearing_id, counter, number, outcome, reason, drawn_at) "
        "VALUES (%s, %s, %s, 'seated', '', now())"
    )
    wrong = [
        (last.counter + 1, 10**6),
        (last.counter + 50, number),
    ]
    for counter, drawn in wrong:
        with refused("draw step"):
            _run(app_connection, step, hearing.pk, counter, drawn)


def test_without_the_guard_another_number_is_drawn(
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = world.drawn_hearing()
    number, _person = _not_drawn(hearing)
    step = (
        "INSERT INTO jury_drawstep (hearing_id, counter, number, outcome, reason, drawn_at) "
        "VALUES (%s, 9999, %s, 'seated', '', now())"
    )
    with without("jury_drawstep", "jury_drawstep_guard"):
        assert _run(app_connection, step, hearing.pk, number) == 1


GIVE_UP = "UPDATE jury_seat SET state = 'recused' WHERE id = %s"
OPEN = "UPDATE jury_hearing SET state = 'open' WHERE id = %s"


def test_a_panel_is_exact_or_voting_does_not_open(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).first()
    assert seat is not None
    assert hearing.opens_at is not None
    _run(app_connection, GIVE_UP, seat.pk)
    travel(hearing.opens_at + timedelta(seconds=1))
    with refused("a panel of 9 has 8 seated"):
        _run(app_connection, OPEN, hearing.pk)


def test_without_the_guard_an_incomplete_panel_votes(
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).first()
    assert seat is not None
    _run(app_connection, GIVE_UP, seat.pk)
    with without("jury_hearing", "jury_hearing_state_guard"):
        assert _run(app_connection, OPEN, hearing.pk) == 1


def test_one_seat_has_one_ballot(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    world.cast(hearing, juror)
    seat = Seat.objects.get(hearing=hearing, person_id=juror.person_id)
    with refused("ballot_one_per_juror"):
        _run(app_connection, VOTE, hearing.pk, seat.pk, "b")
    for change in ("UPDATE jury_ballot SET commitment = ''", "DELETE FROM jury_ballot"):
        with refused("permission denied"):
            _run(app_connection, change)


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
        assert _run(app_connection, VOTE, hearing.pk, seat.pk, "b") == 1


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
        _run(app_connection, VOTE, hearing.pk, seat.pk, "a")


def test_without_the_guard_a_recused_juror_votes(
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = world.open_hearing()
    leaving = world.panel(hearing)[0]
    services.recuse(
        reference=hearing.reference, actor=leaving, now=clock.now(), reason_code="unable"
    )
    seat = Seat.objects.get(hearing=hearing, person_id=leaving.person_id)
    with without("jury_ballot", "jury_ballot_guard"):
        sql = VOTE.replace("commitment)", "commitment, cast_at)").replace("64))", "64), now())")
        assert _run(app_connection, sql, hearing.pk, seat.pk, "a") == 1


def test_no_ballot_before_the_opening_or_after_the_close_by_the_databases_clock(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    drawn = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=drawn).order_by("number").first()
    assert seat is not None
    with refused("voting is not open"):
        _run(app_connection, VOTE, drawn.pk, seat.pk, "a")
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
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    assert hearing.closes_at is not None
    travel(hearing.closes_at + timedelta(hours=1))
    with without("jury_ballot", "jury_ballot_guard"):
        sql = VOTE.replace("commitment)", "commitment, cast_at)").replace("64))", "64), now())")
        assert _run(app_connection, sql, hearing.pk, seat.pk, "a") == 1


OPENING = (
    "INSERT INTO jury_ballotopening (ballot_id, hearing_id, position, nonce, body, is_spoiled, "
    "opened_at) VALUES (%s, %s, 1, '', '', true, now())"
)


def test_ballots_of_a_withdrawn_hearing_are_never_opened(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.open_hearing()
    world.cast(hearing, world.panel(hearing)[0])
    ballot = Ballot.objects.get()
    with refused("only the ballots of a closed hearing"):
        _run(app_connection, OPENING, ballot.pk, hearing.pk)
    services.withdraw_hearing(
        reference=hearing.claim.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
    )
    with refused("only the ballots of a closed hearing"):
        _run(app_connection, OPENING, ballot.pk, hearing.pk)


def test_without_the_guard_a_withdrawn_ballot_is_opened(
    world: JuryWorld, app_connection: Connection, without: WithoutGuard
) -> None:
    hearing = world.open_hearing()
    world.cast(hearing, world.panel(hearing)[0])
    ballot = Ballot.objects.get()
    with without("jury_ballotopening", "jury_ballotopening_guard"):
        assert _run(app_connection, OPENING, ballot.pk, hearing.pk) == 1


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
