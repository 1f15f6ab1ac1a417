"""`draw`: a panel of 501 from a roll of 3,070,000, against look-ups and `ORDER BY random()`."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from bench.result import Result
from bench.scratch import as_owner
from bench.voting.voters import beside_triggers, copy_person
from core import clock
from jury import services, vault
from jury.draw import CheckpointRef, combine_seed, number_contribution, numbers
from jury.models import Hearing, Seat
from jury.services.seating import fill_panel
from jury.windows import latest_opening
from tests.worlds_jury import make_jury_world

ROLL = 3_070_000
PANEL = 501
PEOPLE = 700
ROUNDS = 7
GOAL = 3.0

ENTRIES = """
INSERT INTO jury_rollentry (roll_id, number, person_id)
SELECT {roll}, n, {people} + n FROM generate_series({first}, {last}) n
"""

SEATS = """
CREATE TABLE bench_seat (hearing_id bigint NOT NULL, person_id bigint NOT NULL,
                         PRIMARY KEY (hearing_id, person_id));
GRANT SELECT, INSERT ON bench_seat TO gongdao_app;
"""
SEAT = "INSERT INTO bench_seat SELECT %s, unnest(%s)"


def measure(scale: int) -> Result:
    """Draw and seat 501 of 3,070,000, or ten times as many from scale 10 on, several times.

    Ours hashes the sequence, looks every number up with conflicts and qualification, stores
    each step and seats the panel through its guards. The limit is 501 look-ups by number, each
    prepared, and the seats as one insert without a guard. The plain way is `ORDER BY random()`
    with the same insert; nobody can repeat it. The roll has all its entries; people stand behind
    the numbers that come up.
    """
    size = ROLL * min(scale, 10)
    hearing = _ready(size)
    as_owner(SEATS)
    ahead = (number for _counter, number in islice(_sequence(hearing, size), PEOPLE))
    sequence = list(dict.fromkeys(ahead))[:PANEL]
    took: dict[str, list[float]] = {"ours": [], "limit": [], "plain": []}
    for _round in range(ROUNDS):
        took["ours"].append(_ours(hearing))
        took["limit"].append(_limit(hearing, sequence))
        took["plain"].append(_plain(hearing))
    ours, limit, plain = (median(took[way][1:]) * 1000 for way in ("ours", "limit", "plain"))
    return Result(
        measure="draw",
        unit="ms",
        size=size,
        ours=round(ours, 2),
        limit=round(limit, 2),
        plain=round(plain, 2),
        ratio_to_limit=round(ours / limit, 3),
        ratio_to_plain=round(ours / plain, 3),
        p99_ms=round(max(took["ours"]) * 1000, 2),
        goal=f"≤ {GOAL:.0f} × the look-ups and seats",
        met=ours <= GOAL * limit,
    )


def _ready(size: int) -> Hearing:
    """Return a hearing about to be drawn from a roll of so many."""
    world = make_jury_world()
    hearing = world.announced_hearing()
    services.enter_claimant_number(
        reference=hearing.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
        number=314159,
    )
    found = Hearing.objects.select_related("claim", "roll", "checkpoint").get(pk=hearing.pk)
    roll, template = found.roll, world.jurors[0].person_id
    assert roll is not None  # it is announced with one
    assert template is not None
    coming = sorted({number for _c, number in islice(_sequence(found, size), PEOPLE)})
    with beside_triggers() as cursor:
        cursor.execute("DELETE FROM jury_rollentry WHERE roll_id = %s", [roll.pk])
        people = 10_000_000
        for first in range(1, size + 1, 500_000):
            last = min(first + 499_999, size)
            cursor.execute(ENTRIES.format(roll=roll.pk, people=people, first=first, last=last))
        copy_person(cursor, template, people, coming)
        cursor.execute("UPDATE jury_roll SET size = %s WHERE id = %s", [size, roll.pk])
        cursor.execute(
            "UPDATE jury_hearing SET panel_size = %s, seed_secret = %s, seed = %s, "
            "expert_seat = 'none' WHERE id = %s",
            [PANEL, vault.read(found.reference).seed, _seed(found), found.pk],
        )
    return Hearing.objects.select_related("claim__rulebook_version", "roll").get(pk=found.pk)


def _seed(hearing: Hearing) -> str:
    checkpoint = hearing.checkpoint
    assert checkpoint is not None  # taken before the number
    point = CheckpointRef(hearing.checkpoint_origin, checkpoint.size, bytes(checkpoint.root).hex())
    secret = vault.read(hearing.reference).seed
    return combine_seed(secret, point, number_contribution(314159))


def _sequence(hearing: Hearing, size: int) -> Iterator[tuple[int, int]]:
    return numbers(hearing.reference, hearing.round, hearing.seed or _seed(hearing), size)


def _ours(hearing: Hearing) -> float:
    now = clock.now()
    with transaction.atomic():
        hearing.drawn_at = now
        hearing.opens_at = now + timedelta(hours=24)
        hearing.opens_latest_at = latest_opening(now, 24)
        hearing.closes_at = hearing.opens_at + timedelta(hours=24)
        hearing.save(update_fields=["drawn_at", "opens_at", "opens_latest_at", "closes_at"])
        began = perf_counter()
        fill_panel(hearing, now)
        took = perf_counter() - began
        assert Seat.objects.filter(hearing=hearing).count() == PANEL
        transaction.set_rollback(True)
    return took


def _limit(hearing: Hearing, sequence: list[int]) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "PREPARE look_up (int) AS SELECT person_id FROM jury_rollentry "
            f"WHERE roll_id = {hearing.roll_id} AND number = $1"
        )
        began, people = perf_counter(), []
        for number in sequence:
            cursor.execute(f"EXECUTE look_up({number})")
            people.append(cursor.fetchone()[0])
        cursor.execute(SEAT, [hearing.pk, people])
        took = perf_counter() - began
        cursor.execute("DEALLOCATE look_up")
        transaction.set_rollback(True)
    return took


def _plain(hearing: Hearing) -> float:
    with transaction.atomic(), connection.cursor() as cursor:
        began = perf_counter()
        cursor.execute(
            "SELECT person_id FROM jury_rollentry WHERE roll_id = %s ORDER BY random() LIMIT %s",
            [hearing.roll_id, PANEL],
        )
        cursor.execute(SEAT, [hearing.pk, [person for (person,) in cursor.fetchall()]])
        took = perf_counter() - began
        transaction.set_rollback(True)
    return took
