"""Two at once: identities, roles, accounts, memberships, rulebooks, messages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core.actor import SYSTEM
from core.errors import Blocked, Refusal, WrongState
from core.zone import start_of_day
from members import rulebooks, services
from members.identity import compose_identity
from members.models import Account, Membership, Message, Person, RoleGrant, UnitDelta
from members.queries import recount_units, units_at
from tests.members.world import World, announce, make_world

pytestmark = pytest.mark.django_db(transaction=True)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def world(transactional_db: None) -> World:
    """A plan with its rules, and people on demand."""
    return make_world()


def refusals(results: list[Any]) -> list[str]:
    """The codes of the refusals; anything else that was raised is raised again."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, Refusal):
            raise result
    return [result.code for result in results if isinstance(result, Refusal)]


def test_finance_and_reviewer_granted_at_once_leave_one(
    world: World, in_threads: InThreads
) -> None:
    for _round in range(5):
        person = world.person()
        roles = ["finance", "reviewer", "finance", "investigator"]
        in_threads(
            4,
            lambda n, person=person, roles=roles: services.grant_role(
                person_id=person.pk, role=roles[n], actor=SYSTEM, now=world.now
            ),
        )
        held = set(RoleGrant.objects.filter(person=person).values_list("role", flat=True))
        assert held in ({"finance"}, {"reviewer"}, {"investigator"}, {"reviewer", "investigator"})


def test_one_identity_verified_at_once_for_many_is_one_person(
    world: World, in_threads: InThreads
) -> None:
    born_on = date(1990, 1, 1)
    people = [
        services.register_person(
            full_name="同一", born_on=born_on, sex="male", actor=SYSTEM, now=world.now
        )
        for _number in range(8)
    ]
    number = compose_identity("430103", born_on, 777)
    results = in_threads(
        8,
        lambda n: services.verify_identity(
            person_id=people[n].pk, identity_number=number, actor=SYSTEM, now=world.now
        ),
    )
    assert refusals(results) == ["identity_taken"] * 7
    assert Person.objects.filter(full_name="同一", is_identity_verified=True).count() == 1


def test_one_person_opening_accounts_at_once_has_one(world: World, in_threads: InThreads) -> None:
    person = world.person()
    results = in_threads(
        8,
        lambda n: services.create_account(
            username=f"name{n}",
            password="demo",
            person_id=person.pk,
            actor=SYSTEM,
            now=world.now,
        ),
    )
    assert refusals(results) == ["account_exists"] * 7
    assert Account.objects.filter(person=person).count() == 1


def test_joining_many_times_at_once_makes_one_membership(
    world: World, in_threads: InThreads
) -> None:
    person = world.person()
    results = in_threads(8, lambda _n: world.member(person))
    assert refusals(results) == ["membership_exists"] * 7
    assert (Membership.objects.count(), UnitDelta.objects.count()) == (1, 1)


def test_leaving_and_changing_tier_at_once_keep_the_units_right(
    world: World, in_threads: InThreads
) -> None:
    membership = world.member()
    later = world.now + timedelta(days=5)

    def act(number: int) -> object:
        if number % 2:
            return services.leave(reference=membership.reference, actor=SYSTEM, now=later)
        return services.change_tier(
            reference=membership.reference, tier="entry", actor=SYSTEM, now=later
        )

    refusals(in_threads(8, act))
    for number in range(10):
        day = date(2020, 6, 2) + timedelta(days=number)
        assert units_at(world.plan, start_of_day(day)) == recount_units(world.plan, day)


def test_putting_a_version_in_force_at_once_happens_once(
    world: World, in_threads: InThreads
) -> None:
    day = date(2020, 9, 1)
    body = rulebooks.load("critical-illness-2") | {"title_en": "Third"}
    version = services.draft_rulebook(
        plan_code=world.plan.code, body=body, actor=SYSTEM, now=world.now
    )
    announce(version, day)
    results = in_threads(
        4,
        lambda _n: services.put_in_force(
            version_id=version.pk, actor=SYSTEM, now=start_of_day(day)
        ),
    )
    assert refusals(results) == ["rulebook_wrong_state"] * 3
    assert sum(isinstance(result, WrongState) for result in results) == 3
    assert world.plan.versions.filter(state="in_force").count() == 1


def test_the_same_event_told_at_once_is_one_message(world: World, in_threads: InThreads) -> None:
    person = world.person()
    results = in_threads(
        8,
        lambda _n: services.notify(
            person.pk, "role_granted", {"role": "reviewer"}, "event-1", world.now
        ),
    )
    assert results == [None] * 8
    assert Message.objects.filter(person=person).count() == 1


def test_one_number_for_two_drafts_at_once_becomes_two_numbers(
    world: World, in_threads: InThreads
) -> None:
    body = rulebooks.load("critical-illness-2")
    results = in_threads(
        4,
        lambda _n: services.draft_rulebook(
            plan_code=world.plan.code, body=body, actor=SYSTEM, now=world.now
        ),
    )
    assert sorted(version.number for version in results) == [3, 4, 5, 6]
    assert not any(isinstance(result, Blocked) for result in results)
