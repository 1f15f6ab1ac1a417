"""Period, entry, objection: every state × step × role, taken or refused as the table says."""

from datetime import timedelta

import pytest

from claims import services as claim_services
from core.actor import CLOCK
from disclosure import services
from disclosure.models import NoticeEntry, NoticePeriod, Objection
from disclosure.states import EntryState, ObjectionState, PeriodState
from members.models import Person
from tests.step_tables import Row, check, people_of_every_role, row
from tests.worlds_disclosure import FILED_AT, PERIOD, PLAN, DisclosureWorld, set_clock

HOUR = timedelta(hours=1)

PERIOD_ROWS: dict[str, Row] = {
    "open_period": row(
        lambda found, actor: services.open_period(key=PERIOD, actor=actor, now=found.opens_at),
        "clock",
        "planned",
    ),
    "close_period": row(
        lambda found, actor: services.close_period(key=PERIOD, actor=actor, now=found.closes_at),
        "clock",
        "open",
    ),
}
ENTRY_ROWS: dict[str, Row] = {
    "close_entry": row(
        lambda found, actor: services.close_entry(
            reference=found.reference, actor=actor, now=found.closes_at
        ),
        "clock",
        "open",
    ),
    # Only where the claim itself was withdrawn.
    "withdraw_entry": row(
        lambda found, actor: services.withdraw_entry(
            reference=found.reference, actor=actor, now=found.closes_at
        ),
        "clock",
        "",
    ),
    "publish_entry": row(
        lambda found, actor: services.publish_entry(
            reference=found.claim.reference, actor=actor, now=found.opens_at
        ),
        "clock",
        "",
    ),
}


def _at(found: Objection) -> dict[str, object]:
    return {"reference": found.reference, "now": found.received_at + HOUR}


def objection_rows(outcome: str) -> dict[str, Row]:
    """The steps on an objection whose drafted answer is this outcome."""
    return {
        "open_inquiry": row(
            lambda found, actor: services.open_inquiry(**_at(found), actor=actor),
            "reviewer",
            "received",
        ),
        "draft_answer": row(
            lambda found, actor: services.draft_answer(
                **_at(found), actor=actor, outcome=outcome, answer="已核实。", board_answer="无误。"
            ),
            "reviewer",
            "under_inquiry",
        ),
        "sustain": row(
            lambda found, actor: services.sustain(**_at(found), actor=actor),
            "reviewer",  # it suspends the claim
            "under_inquiry" if outcome == "sustained" else "",
        ),
        "dismiss": row(
            lambda found, actor: services.dismiss(**_at(found), actor=actor),
            "reviewer ombudsman",
            "under_inquiry" if outcome == "dismissed" else "",
        ),
        "mark_overdue": row(
            lambda found, actor: services.mark_overdue(**_at(found), actor=actor),
            "clock",
            "received under_inquiry",
        ),
    }


@pytest.mark.parametrize("state", PeriodState.values)
def test_every_step_of_a_period_by_every_role(world: DisclosureWorld, state: str) -> None:
    services.plan_periods(plan_code=PLAN, actor=CLOCK, now=FILED_AT)
    found = NoticePeriod.objects.order_by("opens_at")[0]
    if state != PeriodState.PLANNED:
        services.open_period(key=PERIOD, actor=CLOCK, now=found.opens_at)
    if state == PeriodState.CLOSED:
        services.close_period(key=PERIOD, actor=CLOCK, now=found.closes_at)
    found = NoticePeriod.objects.get(pk=found.pk)
    assert found.state == state
    check(PERIOD_ROWS, state, found, people_of_every_role(world.money.base, world.person))


@pytest.mark.parametrize("state", EntryState.values)
def test_every_step_of_an_entry_by_every_role(world: DisclosureWorld, state: str) -> None:
    actors = people_of_every_role(world.money.base, world.person)
    entry = world.noticed()
    if state == EntryState.CLEARED:
        set_clock(entry.closes_at)
        services.close_entry(reference=entry.reference, actor=CLOCK, now=entry.closes_at)
    elif state == EntryState.SUSPENDED:
        objection = world.objection(entry)
        world.answer(objection, "sustained", entry.opens_at + 2 * HOUR)
    elif state == EntryState.WITHDRAWN:
        claimant = world.money.base.actor(Person.objects.get(pk=entry.claim.claimant_id))
        claim_services.withdraw_claim(
            reference=entry.claim.reference, actor=claimant, now=entry.opens_at + HOUR
        )
        services.withdraw_entry(reference=entry.reference, actor=CLOCK, now=entry.opens_at + HOUR)
    found = NoticeEntry.objects.select_related("claim").get(pk=entry.pk)
    assert found.state == state
    set_clock(found.closes_at)
    check(ENTRY_ROWS, state, found, actors)


@pytest.mark.parametrize("outcome", ["sustained", "dismissed"])
@pytest.mark.parametrize("state", ObjectionState.values)
def test_every_step_of_an_objection_by_every_role(
    world: DisclosureWorld, state: str, outcome: str
) -> None:
    actors = people_of_every_role(world.money.base, world.person)
    objection = world.objection(world.noticed())
    who = {"now": objection.received_at + HOUR, "reference": objection.reference}
    if state == ObjectionState.UNDER_INQUIRY:
        services.open_inquiry(**who, actor=world.reviewer)
        services.draft_answer(
            **who, actor=world.reviewer, outcome=outcome, answer="已核实。", board_answer="无误。"
        )
    elif state != ObjectionState.RECEIVED:
        world.answer(objection, state, objection.received_at + HOUR)
    found = Objection.objects.get(pk=objection.pk)
    assert found.state == state
    check(objection_rows(outcome), state, found, actors)
