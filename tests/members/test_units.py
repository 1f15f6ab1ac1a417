"""The cohort counters against the count of memberships, one by one."""

import random
from datetime import date, timedelta
from time import perf_counter

import pytest

from core.actor import SYSTEM, Actor
from core.errors import Refusal
from core.zone import local_date, start_of_day
from members import services
from members.models import Membership, UnitDelta
from members.queries import recount_units, units_at
from members.services import Joining, NewPerson
from tests.members.world import World


@pytest.mark.parametrize("seed", range(4))
def test_the_sum_of_the_deltas_is_the_recount_on_every_day(world: World, seed: int) -> None:
    chance = random.Random(seed)
    now = world.now
    members: list[Membership] = []
    for _step in range(40):
        now += timedelta(hours=chance.randrange(1, 40))
        tier = chance.choice(["standard", "entry"])
        try:
            if not members or chance.random() < 0.4:
                members.append(world.member(now=now, tier=tier))
            elif chance.random() < 0.5:
                one = chance.choice(members)
                services.change_tier(reference=one.reference, tier=tier, actor=SYSTEM, now=now)
            else:
                one = chance.choice(members)
                services.leave(reference=one.reference, actor=SYSTEM, now=now)
        except Refusal:
            continue
    first, last = local_date(world.now), local_date(now) + timedelta(days=3)
    assert UnitDelta.objects.count() > 10
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        assert units_at(world.plan, start_of_day(day)) == recount_units(world.plan, day), day


def people(count: int) -> list[NewPerson]:
    """Invented people without identity numbers."""
    return [
        NewPerson(f"成员{number}", date(1980, 1, 1), "female", "430000") for number in range(count)
    ]


def test_thousands_are_enrolled_in_seconds_with_their_units(world: World) -> None:
    started = perf_counter()
    ids = services.register_people(people=people(6_000), actor=SYSTEM, now=world.now)
    joinings = [
        Joining(person_id, date(2020, 6, 2 + number % 3), "entry" if number % 4 else "standard")
        for number, person_id in enumerate(ids)
    ]
    count = services.enrol_many(
        plan_code=world.plan.code, joinings=joinings, actor=SYSTEM, now=world.now
    )
    assert count == 6_000
    assert perf_counter() - started < 20
    assert UnitDelta.objects.count() == 6
    for day in (date(2020, 6, 1), date(2020, 6, 3), date(2020, 6, 9)):
        assert units_at(world.plan, start_of_day(day)) == recount_units(world.plan, day)
    units = units_at(world.plan, start_of_day(date(2020, 6, 9)))
    assert (units["standard"].count, units["standard"].weight) == (1_500, 1000)
    assert (units["entry"].count, units["entry"].weight) == (4_500, 500)


def test_nobody_is_enrolled_into_a_day_that_has_begun(world: World) -> None:
    person = world.person()
    with pytest.raises(ValueError, match="has not begun"):
        services.enrol_many(
            plan_code=world.plan.code,
            joinings=[Joining(person.pk, date(2020, 6, 1))],
            actor=SYSTEM,
            now=world.now,
        )


def test_only_the_system_enrols_in_bulk(world: World) -> None:
    actor = Actor(None, None, frozenset({"admin"}))
    with pytest.raises(Refusal):
        services.register_people(people=people(1), actor=actor, now=world.now)
    with pytest.raises(Refusal):
        services.enrol_many(plan_code=world.plan.code, joinings=[], actor=actor, now=world.now)


def test_two_weights_in_one_tier_are_a_bug_that_surfaces(world: World) -> None:
    for weight in (1000, 900):
        UnitDelta.objects.create(
            plan=world.plan, tier="standard", weight=weight, effective_on=date(2020, 1, 1), delta=1
        )
    with pytest.raises(ValueError, match="two weights"):
        units_at(world.plan, world.now)
