"""A rulebook version and a plan: every state × step × role, taken or refused as the table says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.actor import SYSTEM
from members import rulebooks, services
from members.models import Plan, RulebookVersion
from members.rulebook import parse
from members.states import PlanState, RulebookState
from tests.members.world import PLAN, World, announce
from tests.step_tables import Row, check, people_of_every_role, row

EFFECTIVE_ON = date(2020, 9, 1)
AT = datetime(2020, 9, 1, 4, 0, tzinfo=UTC)
LONG_BEFORE = AT - timedelta(days=80)

VERSION_ROWS: dict[str, Row] = {
    "open_consultation": row(
        lambda found, actor: services.open_consultation(
            version_id=found.pk, actor=actor, now=LONG_BEFORE
        ),
        "admin clock",
        "draft",
    ),
    "announce_rulebook": row(
        lambda found, actor: services.announce_rulebook(
            version_id=found.pk,
            effective_on=EFFECTIVE_ON,
            actor=actor,
            now=AT - timedelta(days=parse(found.body).rule_notice_days),
        ),
        "admin clock",
        "consultation",
    ),
    "put_in_force": row(
        lambda found, actor: services.put_in_force(version_id=found.pk, actor=actor, now=AT),
        "admin clock",
        "announced",
    ),
}
PLAN_ROWS: dict[str, Row] = {
    "wind_down_plan": row(
        lambda found, actor: services.wind_down_plan(plan_code=found.code, actor=actor, now=AT),
        "admin clock",
        "open",
    ),
    "close_plan": row(
        lambda found, actor: services.close_plan(plan_code=found.code, actor=actor, now=AT),
        "admin clock",
        "winding_down",
    ),
}


def _in_state(world: World, state: str) -> RulebookVersion:
    body = {**rulebooks.load("critical-illness-2")}
    found = services.draft_rulebook(plan_code=PLAN, body=body, actor=SYSTEM, now=LONG_BEFORE)
    if state == RulebookState.CONSULTATION:
        services.open_consultation(version_id=found.pk, actor=SYSTEM, now=LONG_BEFORE)
    elif state != RulebookState.DRAFT:
        announce(found, EFFECTIVE_ON)
    if state in (RulebookState.IN_FORCE, RulebookState.SUPERSEDED):
        services.put_in_force(version_id=found.pk, actor=SYSTEM, now=AT)
    if state == RulebookState.SUPERSEDED:
        after = AT + timedelta(days=120)
        nextone = services.draft_rulebook(plan_code=PLAN, body=body, actor=SYSTEM, now=AT)
        announce(nextone, after.date())
        services.put_in_force(version_id=nextone.pk, actor=SYSTEM, now=after)
    return RulebookVersion.objects.get(pk=found.pk)


@pytest.mark.parametrize("state", RulebookState.values)
def test_every_step_of_a_version_by_every_role(world: World, state: str) -> None:
    found = _in_state(world, state)
    assert found.state == state
    check(VERSION_ROWS, state, found, people_of_every_role(world))


@pytest.mark.parametrize("state", PlanState.values)
def test_every_step_of_a_plan_by_every_role(world: World, state: str) -> None:
    actors = people_of_every_role(world)
    if state != PlanState.OPEN:
        services.wind_down_plan(plan_code=PLAN, actor=SYSTEM, now=AT)
    if state == PlanState.CLOSED:
        services.close_plan(plan_code=PLAN, actor=SYSTEM, now=AT)
    check(PLAN_ROWS, state, Plan.objects.get(code=PLAN), actors)
