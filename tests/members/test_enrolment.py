"""Joining, leaving, changing tier and payer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.actor import ANONYMOUS, SYSTEM
from core.errors import Blocked, NotAllowed, WrongState
from core.zone import start_of_day
from members import services
from members.models import (
    HealthStatement,
    Membership,
    MembershipTier,
    Message,
    UnitDelta,
)
from members.queries import membership_on, recount_units, rulebook_for, tier_on, units_at
from members.services.enrolment import joining_blockers
from tests.members.world import World

TOMORROW = date(2020, 6, 2)


def written() -> tuple[int, int, int, int]:
    """How many rows there are of everything that joining and leaving write."""
    return (
        Membership.objects.count(),
        MembershipTier.objects.count(),
        UnitDelta.objects.count(),
        Message.objects.count(),
    )


def test_a_membership_starts_at_the_next_midnight_of_the_plan(world: World) -> None:
    late = datetime(2020, 6, 1, 15, 59, tzinfo=UTC)
    assert world.member(now=late).starts_on == TOMORROW
    assert world.member(now=late + timedelta(minutes=1)).starts_on == date(2020, 6, 3)


def test_joining_writes_tier_unit_and_health_statement_at_once(world: World) -> None:
    membership = world.member(tier="entry")
    assert tier_on(membership.pk, TOMORROW).tier == "entry"
    statement = HealthStatement.objects.get(membership=membership)
    assert statement.version == world.versions[1]
    assert "如实回答" in statement.shown_text
    assert {row["code"]: row["answer"] for row in statement.answers} == world.answers()
    assert units_at(world.plan, start_of_day(TOMORROW))["entry"].count == 1
    assert units_at(world.plan, start_of_day(date(2020, 6, 1))) == {}


def test_a_membership_covers_its_first_day_and_not_its_last(world: World) -> None:
    membership = world.member()
    person_id = membership.person_id
    services.leave(
        reference=membership.reference,
        actor=SYSTEM,
        now=world.now,
        ends_on=date(2020, 6, 5),
    )
    assert membership_on(person_id, world.plan, date(2020, 6, 1)) is None
    assert membership_on(person_id, world.plan, TOMORROW) == membership
    assert membership_on(person_id, world.plan, date(2020, 6, 4)) == membership
    assert membership_on(person_id, world.plan, date(2020, 6, 5)) is None


def test_a_stranger_cannot_enrol_somebody(world: World) -> None:
    person, stranger = world.person(), world.person("李四")
    before = written()
    for actor in (world.actor(stranger), ANONYMOUS):
        with pytest.raises(NotAllowed):
            services.enrol(
                person_id=person.pk,
                plan_code=world.plan.code,
                answers=world.answers(),
                actor=actor,
                now=world.now,
            )
    assert written() == before


def test_a_payer_may_enrol_a_dependant(world: World) -> None:
    payer, child = world.person(), world.person("张小宝", date(2015, 1, 1))
    membership = services.enrol(
        person_id=child.pk,
        payer_id=payer.pk,
        plan_code=world.plan.code,
        answers=world.answers(),
        actor=world.actor(payer),
        now=world.now,
    )
    assert membership.payer == payer
    assert Message.objects.filter(kind="welcome").count() == 2


def test_joining_twice_is_refused_and_writes_nothing(world: World) -> None:
    membership = world.member()
    before = written()
    with pytest.raises(Blocked) as refusal:
        world.member(membership.person)
    assert refusal.value.code == "membership_exists"
    assert written() == before


def test_every_reason_against_joining_is_given_at_once(world: World) -> None:
    old = world.person("王老", date(1950, 1, 1))
    services.wind_down_plan(plan_code=world.plan.code, actor=SYSTEM, now=world.now)
    world.plan = type(world.plan).objects.get(pk=world.plan.pk)
    blockers = joining_blockers(old, old, world.plan, "gold", {}, TOMORROW)
    assert {blocker.code for blocker in blockers} == {
        "plan_not_open",
        "tier_unknown",
        "too_old",
        "health_unanswered",
    }


@pytest.mark.parametrize(
    ("born_on", "code"),
    [
        (date(2020, 5, 4), "too_young"),
        (date(2020, 5, 3), None),
        (date(1960, 6, 3), None),
        (date(1960, 6, 2), "too_old"),
    ],
)
def test_the_age_on_the_first_day_decides_about_joining(
    world: World, born_on: date, code: str | None
) -> None:
    person = world.person(born_on=born_on)
    found = joining_blockers(person, person, world.plan, "standard", world.answers(), TOMORROW)
    assert [blocker.code for blocker in found] == ([code] if code else [])


def test_a_health_statement_against_the_conditions_keeps_out(world: World) -> None:
    person = world.person()
    with pytest.raises(Blocked) as refusal:
        services.enrol(
            person_id=person.pk,
            plan_code=world.plan.code,
            answers=world.answers() | {"serious_illness": "yes"},
            actor=world.actor(person),
            now=world.now,
        )
    assert refusal.value.code == "health_not_met"
    assert not Membership.objects.exists()


def test_nobody_joins_before_the_plan_has_rules(world: World) -> None:
    with pytest.raises(Blocked) as refusal:
        world.member(now=datetime(2018, 1, 1, tzinfo=UTC))
    assert refusal.value.code == "plan_without_rules"
    with pytest.raises(LookupError):
        rulebook_for(world.plan, date(2018, 1, 1))


def test_leaving_takes_the_unit_back_from_the_day_it_ends(world: World) -> None:
    membership = world.member()
    later = world.now + timedelta(days=9)
    left = services.leave(
        reference=membership.reference, actor=world.actor(membership.person), now=later
    )
    assert (left.ends_on, left.end_reason) == (date(2020, 6, 11), "left")
    assert units_at(world.plan, start_of_day(date(2020, 6, 10)))["standard"].count == 1
    assert units_at(world.plan, start_of_day(date(2020, 6, 11))) == {}


def test_whoever_leaves_during_a_notice_was_counted_at_its_lock_instant(world: World) -> None:
    membership = world.member()
    during = datetime(2020, 6, 7, 10, 0, tzinfo=UTC)
    services.leave(reference=membership.reference, actor=world.actor(membership.person), now=during)
    assert units_at(world.plan, start_of_day(date(2020, 6, 7)))["standard"].count == 1


def test_leaving_before_the_first_day_leaves_no_day(world: World) -> None:
    membership = world.member()
    left = services.leave(
        reference=membership.reference, actor=world.actor(membership.person), now=world.now
    )
    assert left.ends_on == left.starts_on
    assert units_at(world.plan, start_of_day(TOMORROW)) == {}
    assert recount_units(world.plan, TOMORROW) == {}


def test_leaving_twice_is_the_wrong_state(world: World) -> None:
    membership = world.member()
    services.leave(reference=membership.reference, actor=SYSTEM, now=world.now)
    before = written()
    with pytest.raises(WrongState) as refusal:
        services.leave(reference=membership.reference, actor=SYSTEM, now=world.now)
    assert refusal.value.code == "membership_ended"
    assert written() == before


def test_a_stranger_cannot_end_a_membership(world: World) -> None:
    membership, stranger = world.member(), world.person("李四")
    before = written()
    with pytest.raises(NotAllowed):
        services.leave(reference=membership.reference, actor=world.actor(stranger), now=world.now)
    assert written() == before


def test_a_member_only_leaves_and_gives_no_other_reason(world: World) -> None:
    membership = world.member()
    with pytest.raises(NotAllowed):
        services.leave(
            reference=membership.reference,
            reason="aid_received",
            actor=world.actor(membership.person),
            now=world.now,
        )


def test_a_membership_does_not_end_in_the_past(world: World) -> None:
    membership = world.member()
    with pytest.raises(Blocked) as refusal:
        services.leave(
            reference=membership.reference,
            actor=SYSTEM,
            now=world.now + timedelta(days=5),
            ends_on=date(2020, 6, 6),
        )
    assert refusal.value.code == "end_in_the_past"


def test_dependants_leave_before_who_pays_for_them(world: World) -> None:
    payer = world.person()
    own = world.member(payer)
    child = world.person("张小宝", date(2015, 1, 1))
    services.enrol(
        person_id=child.pk,
        payer_id=payer.pk,
        plan_code=world.plan.code,
        answers=world.answers(),
        actor=world.actor(payer),
        now=world.now,
    )
    with pytest.raises(Blocked) as refusal:
        services.leave(reference=own.reference, actor=world.actor(payer), now=world.now)
    assert refusal.value.code == "dependants_first"


def test_a_member_may_come_back_after_leaving(world: World) -> None:
    membership = world.member()
    services.leave(reference=membership.reference, actor=SYSTEM, now=world.now)
    again = world.member(membership.person, now=world.now + timedelta(days=3))
    assert again.starts_on == date(2020, 6, 5)
    assert again.reference != membership.reference


def test_changing_tier_moves_the_unit_from_the_next_day_on(world: World) -> None:
    membership = world.member()
    later = world.now + timedelta(days=4)
    services.change_tier(
        reference=membership.reference,
        tier="entry",
        actor=world.actor(membership.person),
        now=later,
    )
    before, after = date(2020, 6, 5), date(2020, 6, 6)
    assert {t: u.count for t, u in units_at(world.plan, start_of_day(before)).items()} == {
        "standard": 1
    }
    assert {t: u.count for t, u in units_at(world.plan, start_of_day(after)).items()} == {
        "entry": 1
    }
    assert recount_units(world.plan, after) == units_at(world.plan, start_of_day(after))


@pytest.mark.parametrize(
    ("tier", "days", "codes"),
    [
        ("gold", 4, {"tier_unknown"}),
        ("standard", 4, {"tier_held"}),
        ("entry", 0, {"tier_changed_today"}),
    ],
)
def test_a_tier_change_is_refused_with_its_reasons(
    world: World, tier: str, days: int, codes: set[str]
) -> None:
    membership = world.member()
    before = written()
    with pytest.raises(Blocked) as refusal:
        services.change_tier(
            reference=membership.reference,
            tier=tier,
            actor=SYSTEM,
            now=world.now + timedelta(days=days),
        )
    assert {blocker.code for blocker in refusal.value.details} == codes
    assert written() == before


def test_a_new_payer_agrees_by_taking_over(world: World) -> None:
    membership, payer = world.member(), world.person("李四")
    changed = services.change_payer(
        reference=membership.reference,
        payer_id=payer.pk,
        actor=world.actor(payer),
        now=world.now,
    )
    assert changed.payer == payer
    with pytest.raises(NotAllowed):
        services.change_payer(
            reference=membership.reference,
            payer_id=payer.pk,
            actor=world.actor(world.person("王五")),
            now=world.now,
        )
