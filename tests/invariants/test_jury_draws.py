"""★31, 32, 34: what the database refuses, and what happens without it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims.services import declare_conflict
from core import clock
from jury import services
from jury.models import DrawStep, Hearing, Seat
from tests.worlds_jury import JuryWorld, make_jury_world, run_raw, switched_off

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]


@pytest.fixture
def world() -> JuryWorld:
    return make_jury_world()


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
        run_raw(app_connection, COMMIT_SEED, hearing.pk)


def test_without_the_guard_the_seed_comes_first(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = _unfrozen(world)
    with switched_off(drop_guard, "jury_hearing", "jury_hearing_seed_guard"):
        assert run_raw(app_connection, COMMIT_SEED, hearing.pk) == 1


def test_a_frozen_roll_takes_nobody_and_loses_nobody(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.preparing_hearing()
    late = world.juror()
    with refused("frozen"):
        run_raw(
            app_connection,
            "INSERT INTO jury_rollentry (roll_id, number, person_id) VALUES (%s, 99, %s)",
            hearing.roll_id,
            late.person_id,
        )
    with refused("permission denied"):
        run_raw(app_connection, "DELETE FROM jury_rollentry")
    with refused("is frozen"):
        run_raw(app_connection, "UPDATE jury_roll SET digest = repeat('0', 64)")


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
        run_raw(app_connection, sql, *values)


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
        run_raw(app_connection, _second_round_sql(_columns()), hearing.pk)


def test_the_seed_and_the_steps_of_a_draw_cannot_be_chosen(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.drawn_hearing()
    with refused("fixed"):
        run_raw(app_connection, "UPDATE jury_hearing SET seed = repeat('0', 64)")
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
            run_raw(app_connection, step, hearing.pk, counter, drawn)


def test_without_the_guard_another_number_is_drawn(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.drawn_hearing()
    number, _person = _not_drawn(hearing)
    step = (
        "INSERT INTO jury_drawstep (hearing_id, counter, number, outcome, reason, drawn_at) "
        "VALUES (%s, 9999, %s, 'seated', '', now())"
    )
    with switched_off(drop_guard, "jury_drawstep", "jury_drawstep_guard"):
        assert run_raw(app_connection, step, hearing.pk, number) == 1
