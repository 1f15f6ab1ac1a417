"""Whole panels looked up at once: the same reasons as one by one, and nobody left out."""

from itertools import islice
from random import Random
from typing import Any

import pytest
from django.db import connection

from claims.services import declare_conflict
from core import clock
from jury import services
from jury.draw import numbers
from jury.models import Hearing
from jury.services.ties import state_affiliation
from members.models import Household, Person
from tests.worlds_jury import JuryWorld, make_jury_world, run_clock

pytestmark = pytest.mark.django_db(transaction=True)

TOGETHER = "SELECT person_id, reason FROM jury_pass_overs(%s, %s, %s, %s, %s)"
ALONE = """
SELECT p.id, jury_pass_over(%(hearing)s, p.id, %(at)s),
       EXISTS (SELECT FROM jury_seat s WHERE s.hearing_id = %(hearing)s AND s.person_id = p.id),
       EXISTS (SELECT FROM jury_seat s WHERE s.claim_id = %(claim)s AND s.person_id = p.id),
       jury_conflict(%(claim)s, p.id), jury_may_serve(p.id, %(plan)s, %(at)s)
  FROM members_person p
"""
ACCUSING = {"disqualified", "suspended", "fraud", "non_disclosure"}


def _disturb(world: JuryWorld, hearing: Hearing, random: Random) -> None:
    """Give each juror at random nothing, or one or two reasons to be passed over."""
    claimant = Person.objects.get(pk=hearing.claim.claimant_id)
    home = claimant.household or Household.objects.create(reference="HH-1")
    Person.objects.filter(pk=claimant.pk).update(household=home)
    for juror in world.jurors:
        for what in random.sample(range(5), random.randint(0, 2)):
            if what == 0:
                Person.objects.filter(pk=juror.person_id or 0).update(household=home)
            elif what == 1:
                declare_conflict(
                    reference=hearing.claim.reference,
                    actor=juror,
                    now=clock.now(),
                    reason="同乡",
                )
            elif what == 2:
                state_affiliation(
                    kind="works", hospital_name="湘雅 医院", actor=juror, now=clock.now()
                )
            elif what == 3:
                random.choice((world.suspend, world.disqualify))(juror)


def _together(hearing: Hearing, people: list[int]) -> dict[int, str]:
    values: list[Any] = [hearing.pk, hearing.claim_id, hearing.claim.plan_id, clock.now(), people]
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER, values)
        rows = cursor.fetchall()
    assert len(rows) == len(people)
    return dict(rows)


def _alone(hearing: Hearing) -> dict[int, str]:
    """Each person's reason, put together from the questions asked of one person."""
    values: dict[str, Any] = {"hearing": hearing.pk, "claim": hearing.claim_id, "at": clock.now()}
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(ALONE, values | {"plan": hearing.claim.plan_id})
        for person, given, sits, sat, close, barred in cursor.fetchall():
            other = close or ("not_qualified" if barred in ACCUSING else barred)
            found[person] = "repeat" if sits else "sat_before" if sat else other
            assert given == found[person]
    return found


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_panel_asked_at_once_has_the_reasons_of_each_asked_alone(
    transactional_db: None, seed: int
) -> None:
    world, random = make_jury_world(24), Random(seed)
    hearing = world.drawn_hearing() if seed % 2 else world.announced_hearing()
    _disturb(world, hearing, random)
    alone = _alone(hearing)
    assert len(set(alone.values())) >= 4
    everybody = sorted(alone)
    assert _together(hearing, everybody) == alone
    some = random.sample(everybody, len(everybody) // 2)
    assert _together(hearing, some) == {person: alone[person] for person in some}
    assert _together(hearing, []) == {}


def test_the_databases_numbers_are_the_sequences(transactional_db: None) -> None:
    for label, size in (("H-0000-0001", 7), ("H-0000-0001/expert", 3_070_000), ("甲", 2**47 + 1)):
        ahead = numbers(label, 2, "ab" * 32, size, 5)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT * FROM jury_draw_numbers(%s, 2, %s, %s, 5, 300)", [label, "ab" * 32, size]
            )
            given = cursor.fetchall()
        assert given == list(islice(ahead, len(given)))
        assert next(ahead)[0] > 300


def test_a_panel_is_filled_though_most_of_the_roll_is_passed_over(transactional_db: None) -> None:
    world = make_jury_world(40)
    hearing = world.announced_hearing()
    for juror in world.jurors[:31]:
        world.suspend(juror)
    services.enter_claimant_number(
        reference=hearing.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
        number=7,
    )
    run_clock(2)
    drawn = world.reload(hearing)
    assert drawn.state == "drawn"
    seated = {juror.person_id for juror in world.panel(drawn)}
    assert seated == {juror.person_id for juror in world.jurors[31:]}
