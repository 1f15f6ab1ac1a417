"""A rulebook version's way, and which version holds on a day."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.actor import CLOCK, SYSTEM
from core.canonical import canonical_json, sha256_hex
from core.deadlines import due_at, sweep
from core.errors import Blocked, NotAllowed, Refusal, WrongState
from core.zone import start_of_day
from members import rulebooks, services
from members.models import RulebookVersion
from members.queries import rulebook_version_on
from members.services.rulebooks import announcing_blockers
from record.models import Entry
from tests.members.world import World

DAY = date(2020, 9, 1)
STATES = ("draft", "consultation", "announced", "in_force", "superseded")
LEADS_TO = {
    ("draft", "open_consultation"): "consultation",
    ("consultation", "announce_rulebook"): "announced",
    ("announced", "put_in_force"): "in_force",
}


def at(day: date) -> datetime:
    """Noon of a day in the plan's zone."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def steps() -> dict[str, Callable[[int], RulebookVersion]]:
    """The three steps on a version, each at a time when nothing else is in its way."""
    return {
        "open_consultation": lambda pk: services.open_consultation(
            version_id=pk, actor=SYSTEM, now=at(date(2020, 7, 1))
        ),
        "announce_rulebook": lambda pk: services.announce_rulebook(
            version_id=pk, effective_on=DAY, actor=SYSTEM, now=at(date(2020, 8, 1))
        ),
        "put_in_force": lambda pk: services.put_in_force(version_id=pk, actor=CLOCK, now=at(DAY)),
    }


def draft(world: World) -> RulebookVersion:
    """The plan's next version as a draft."""
    return services.draft_rulebook(
        plan_code=world.plan.code,
        body=rulebooks.load("critical-illness-2"),
        actor=SYSTEM,
        now=world.now,
    )


def version_in(world: World, state: str) -> RulebookVersion:
    """A version in a state."""
    if state == "superseded":
        return world.versions[0]
    version = draft(world)
    for step in steps().values():
        if version.state == state:
            break
        version = step(version.pk)
    return version


@pytest.mark.parametrize("step", sorted(steps()))
@pytest.mark.parametrize("state", STATES)
def test_every_state_and_step(world: World, state: str, step: str) -> None:
    version = version_in(world, state)
    entries = Entry.objects.count()
    expected = LEADS_TO.get((state, step))
    if expected:
        assert steps()[step](version.pk).state == expected
        return
    with pytest.raises(Refusal) as refusal:
        steps()[step](version.pk)
    if state != "draft" or step != "announce_rulebook":
        assert isinstance(refusal.value, WrongState)
    assert RulebookVersion.objects.get(pk=version.pk).state == state
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("step", sorted(steps()))
def test_only_administrators_touch_rulebooks(world: World, step: str) -> None:
    actor = world.actor(world.person(), "reviewer", "auditor")
    version = draft(world)
    extra: dict[str, Any] = {"effective_on": DAY} if step == "announce_rulebook" else {}
    with pytest.raises(NotAllowed):
        getattr(services, step)(version_id=version.pk, actor=actor, now=world.now, **extra)
    with pytest.raises(NotAllowed):
        services.draft_rulebook(plan_code=world.plan.code, body={}, actor=actor, now=world.now)


def test_announcing_and_taking_effect_are_entries_of_the_record(world: World) -> None:
    version = version_in(world, "in_force")
    entries = Entry.objects.filter(kind="rulebook_version", subject="critical-illness@3")
    bodies = [json.loads(entry.body) for entry in entries.order_by("pk")]
    assert [body["state"] for body in bodies] == ["announced", "in_force"]
    assert {body["body_digest"] for body in bodies} == {version.body_digest}
    assert sha256_hex(canonical_json(bodies[0]["rules"])) == version.body_digest


def test_a_version_in_force_replaces_the_one_before_it(world: World) -> None:
    version_in(world, "in_force")
    states = list(world.plan.versions.order_by("number").values_list("state", "superseded_on"))
    assert states == [
        ("superseded", date(2020, 1, 1)),
        ("superseded", DAY),
        ("in_force", None),
    ]


@pytest.mark.parametrize(
    ("effective_on", "today", "codes"),
    [
        (date(2020, 1, 1), date(2020, 8, 1), {"rulebook_before_last", "rulebook_notice_too_short"}),
        (date(2020, 8, 7), date(2020, 8, 1), {"rulebook_notice_too_short"}),
        (date(2020, 9, 1), date(2020, 7, 7), {"rulebook_comments_open"}),
        (date(2020, 8, 8), date(2020, 8, 1), set()),
        (date(2020, 9, 1), date(2020, 7, 8), set()),
    ],
)
def test_a_change_gives_the_days_that_the_rules_lay_down(
    world: World, effective_on: date, today: date, codes: set[str]
) -> None:
    version = version_in(world, "consultation")
    blockers = announcing_blockers(version, effective_on, today)
    assert {blocker.code for blocker in blockers} == codes


def test_a_version_announced_too_late_stays_where_it_was(world: World) -> None:
    version = version_in(world, "consultation")
    with pytest.raises(Blocked) as refusal:
        services.announce_rulebook(
            version_id=version.pk, effective_on=DAY, actor=SYSTEM, now=at(DAY)
        )
    assert refusal.value.code == "rulebook_notice_too_short"
    assert RulebookVersion.objects.get(pk=version.pk).state == "consultation"


def test_a_version_does_not_take_effect_before_its_day(world: World) -> None:
    version = version_in(world, "announced")
    late = at(DAY) - timedelta(hours=12, seconds=1)
    with pytest.raises(Blocked) as refusal:
        services.put_in_force(version_id=version.pk, actor=CLOCK, now=late)
    assert refusal.value.code == "rulebook_not_due"


def test_the_clock_puts_an_announced_version_in_force_at_midnight(world: World) -> None:
    version = version_in(world, "announced")
    midnight = start_of_day(DAY)
    assert due_at("put_in_force", "critical-illness@3") == midnight
    sweep(now=midnight - timedelta(seconds=1))
    assert RulebookVersion.objects.get(pk=version.pk).state == "announced"
    sweep(now=midnight)
    assert RulebookVersion.objects.get(pk=version.pk).state == "in_force"
    assert due_at("put_in_force", "critical-illness@3") is None


def test_the_announced_day_decides_even_before_the_clock_has_acted(world: World) -> None:
    version = version_in(world, "announced")
    assert rulebook_version_on(world.plan, DAY - timedelta(days=1)) == world.versions[1]
    assert rulebook_version_on(world.plan, DAY) == version


def test_the_version_of_a_day_is_the_last_that_took_effect(world: World) -> None:
    first, second = world.versions
    assert rulebook_version_on(world.plan, date(2018, 10, 15)) is None
    assert rulebook_version_on(world.plan, date(2018, 10, 16)) == first
    assert rulebook_version_on(world.plan, date(2019, 12, 31)) == first
    assert rulebook_version_on(world.plan, date(2020, 1, 1)) == second


def test_a_body_of_another_plan_is_not_drafted(world: World) -> None:
    with pytest.raises(ValueError, match="elderly-cancer"):
        services.draft_rulebook(
            plan_code=world.plan.code,
            body=rulebooks.load("elderly-cancer-1"),
            actor=SYSTEM,
            now=world.now,
        )


def test_a_plan_winds_down_before_it_closes(world: World) -> None:
    with pytest.raises(WrongState):
        services.close_plan(plan_code=world.plan.code, actor=SYSTEM, now=world.now)
    services.wind_down_plan(plan_code=world.plan.code, actor=SYSTEM, now=world.now)
    with pytest.raises(WrongState):
        services.wind_down_plan(plan_code=world.plan.code, actor=SYSTEM, now=world.now)
    closed = services.close_plan(plan_code=world.plan.code, actor=SYSTEM, now=world.now)
    assert closed.state == "closed"
