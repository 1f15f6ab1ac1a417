"""★31, 32, 34: what the database refuses, and what happens without it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims.services import declare_conflict
from core import clock
from jury import services
from jury.draw import numbers
from jury.models import DrawStep, Hearing, Seat
from tests.worlds_jury import JuryWorld, make_jury_world, run_raw, switched_off, travel

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
        "INSERT INTO jury_seat (hearing_id, claim_id, person_id, number, expert_kind, "
        "expert_number, state, reason_code, seated_at, answer_due_at) "
        "VALUES (%s, %s, %s, %s, '', 0, 'invited', '', core_now(), "
        "core_now() + interval '1 hour')"
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
    assert all(step.reason in ("declared", "repeat") for step in skipped)


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
        "INSERT INTO jury_drawstep (hearing_id, track, counter, number, outcome, reason, drawn_at) "
        "VALUES (%s, 'main', %s, %s, 'seated', '', core_now())"
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
        "INSERT INTO jury_drawstep (hearing_id, track, counter, number, outcome, reason, drawn_at) "
        "VALUES (%s, 'main', 9999, %s, 'seated', '', core_now())"
    )
    with switched_off(drop_guard, "jury_drawstep", "jury_drawstep_guard"):
        assert run_raw(app_connection, step, hearing.pk, number) == 1


SKIPPED = (
    "INSERT INTO jury_drawstep (hearing_id, track, counter, number, outcome, reason, drawn_at) "
    "VALUES (%s, 'main', %s, %s, 'skipped', %s, core_now())"
)


def _next_step(hearing: Hearing) -> tuple[int, int]:
    """The counter and number that the hearing's sequence gives next, not come up before."""
    taken = list(DrawStep.objects.filter(hearing=hearing).order_by("counter"))
    assert hearing.roll is not None
    ahead = numbers(
        hearing.reference, hearing.round, hearing.seed, hearing.roll.size, taken[-1].counter + 1
    )
    counter, number = next(ahead)
    return counter, number


def test_nobody_is_passed_over_without_their_reason(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    hearing = world.drawn_hearing()
    counter, number = _next_step(hearing)
    due = DrawStep.objects.filter(hearing=hearing, number=number).exists()
    for reason in ("household", "not_qualified", "declared" if due else "repeat"):
        with refused("should be"):
            run_raw(app_connection, SKIPPED, hearing.pk, counter, number, reason)


def test_without_the_guard_a_juror_is_passed_over_at_will(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    hearing = world.drawn_hearing()
    counter, number = _next_step(hearing)
    with switched_off(drop_guard, "jury_drawstep", "jury_drawstep_guard"):
        assert run_raw(app_connection, SKIPPED, hearing.pk, counter, number, "household") == 1


LAPSE = "UPDATE jury_seat SET state = 'lapsed', reason_code = 'no_answer' WHERE id = %s"
ACCEPT = "UPDATE jury_seat SET state = 'accepted' WHERE id = %s"


def test_nobody_lapses_before_their_time_and_nobody_accepts_after_it(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number").first()
    assert seat is not None
    assert seat.answer_due_at is not None
    with refused("still time to answer"):
        run_raw(app_connection, LAPSE, seat.pk)
    travel(seat.answer_due_at)
    with refused("time to answer is over"):
        run_raw(app_connection, ACCEPT, seat.pk)
    with refused("a panel of 9 has 8 seated"):
        run_raw(app_connection, LAPSE, seat.pk)
    with switched_off(drop_guard, "jury_seat", "jury_seat_change_guard"):
        assert run_raw(app_connection, ACCEPT, seat.pk) == 1


def test_voting_does_not_open_over_an_unanswered_seat(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    hearing = world.drawn_hearing()
    assert hearing.opens_at is not None
    travel(hearing.opens_at + timedelta(seconds=1))
    opening = "UPDATE jury_hearing SET state = 'open' WHERE id = %s"
    with refused("did not answer"):
        run_raw(app_connection, opening, hearing.pk)
    with switched_off(drop_guard, "jury_hearing", "jury_hearing_panel_guard"):
        assert run_raw(app_connection, opening, hearing.pk) == 1


def test_the_opening_moves_later_only_and_never_past_its_latest(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    world.drawn_hearing()
    shift = "UPDATE jury_hearing SET opens_at = opens_at + %s::interval, closes_at = closes_at + "
    with refused("fixed"):
        run_raw(app_connection, shift + "%s::interval", "-1 hour", "-1 hour")
    with refused("fixed"):
        run_raw(app_connection, shift + "%s::interval", "1 hour", "0 hours")
    with refused("hearing_opens_in_time"):
        run_raw(app_connection, shift + "%s::interval", "25 hours", "25 hours")
    with refused("fixed"):
        run_raw(app_connection, "UPDATE jury_hearing SET opens_latest_at = now()")
