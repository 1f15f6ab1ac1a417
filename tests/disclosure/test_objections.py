"""Objections: in time to the millisecond, owned, answered by two, blocking until dismissed."""

from datetime import timedelta

import pytest

from claims.models import Claim
from claims.states import State
from core.actor import CLOCK, Actor
from core.errors import Blocked, NotAllowed, WrongState
from disclosure import services
from disclosure.models import NoticeEntry, NoticeEvent, Objection
from disclosure.states import EntryState, ObjectionState
from members.models import Message
from tests.worlds_disclosure import DisclosureWorld, set_clock, sweep_until_quiet

HOUR = timedelta(hours=1)
MILLISECOND = timedelta(milliseconds=1)


def object_at(world: DisclosureWorld, entry: NoticeEntry, at, actor: Actor | None = None):
    set_clock(at)
    return services.object_to_entry(
        reference=entry.reference,
        actor=actor or world.objector(),
        now=at,
        grounds="diagnosis",
        statement="诊断日期早于加入日期。",
    )


def test_an_objection_has_a_number_an_owner_and_a_deadline_at_once(
    world: DisclosureWorld,
) -> None:
    objection = world.objection(world.noticed())
    assert objection.reference.startswith("O-")
    assert objection.owner_id in {world.reviewer.person_id, world.reviewer2.person_id}
    assert objection.due_at > objection.received_at
    kinds = set(
        Message.objects.filter(subject_reference=objection.reference).values_list("kind", flat=True)
    )
    assert kinds == {"objection_received", "objection_assigned"}


def test_an_objection_is_refused_from_the_closing_instant_on(world: DisclosureWorld) -> None:
    entry = world.noticed()
    actor = world.objector()
    with pytest.raises(Blocked) as refusal:
        object_at(world, entry, entry.closes_at, actor)
    assert refusal.value.code == "objection_in_time"
    assert not Objection.objects.exists()


def test_the_databases_clock_decides_not_the_callers(world: DisclosureWorld) -> None:
    entry = world.noticed()
    actor = world.objector()
    set_clock(entry.closes_at + MILLISECOND)
    with pytest.raises(Blocked) as refusal:
        services.object_to_entry(
            reference=entry.reference,
            actor=actor,
            now=entry.closes_at - HOUR,
            grounds="amount",
            statement="金额不对。",
        )
    assert refusal.value.code == "objection_in_time"


def test_an_objection_just_before_the_close_blocks_clearing(world: DisclosureWorld) -> None:
    entry = world.noticed()
    objection = object_at(world, entry, entry.closes_at - timedelta(seconds=2))
    sweep_until_quiet(entry.closes_at + HOUR)
    assert NoticeEntry.objects.get(pk=entry.pk).state == EntryState.OPEN
    assert Claim.objects.get(pk=entry.claim_id).state == State.ON_NOTICE
    at = entry.closes_at + 2 * HOUR
    world.answer(objection, "dismissed", at)
    sweep_until_quiet(at)
    assert NoticeEntry.objects.get(pk=entry.pk).state == EntryState.CLEARED
    assert Claim.objects.get(pk=entry.claim_id).state == State.CLEARED


def test_a_sustained_objection_suspends_and_a_second_notice_follows(
    world: DisclosureWorld,
) -> None:
    entry = world.noticed()
    objection = world.objection(entry)
    world.answer(objection, "sustained", entry.opens_at + 3 * HOUR)
    assert NoticeEntry.objects.get(pk=entry.pk).state == EntryState.SUSPENDED
    assert Claim.objects.get(pk=entry.claim_id).state == State.UNDER_INVESTIGATION
    sweep_until_quiet(entry.closes_at + HOUR)
    assert NoticeEntry.objects.get(pk=entry.pk).state == EntryState.SUSPENDED


def test_whoever_drafts_an_answer_does_not_confirm_it(world: DisclosureWorld) -> None:
    objection = world.objection(world.noticed())
    who = {"reference": objection.reference, "now": objection.received_at}
    services.open_inquiry(**who, actor=world.reviewer)
    services.draft_answer(
        **who,
        actor=world.reviewer,
        outcome="dismissed",
        answer="已核实无误。",
        board_answer="核实后无误。",
    )
    with pytest.raises(NotAllowed) as refusal:
        services.dismiss(**who, actor=world.reviewer)
    assert refusal.value.code == "objection_answered_by_another"
    with pytest.raises(Blocked) as refused:
        services.sustain(**who, actor=world.reviewer2)
    assert refused.value.code == "objection_no_such_answer"
    assert Objection.objects.get().state == ObjectionState.UNDER_INQUIRY
    services.dismiss(**who, actor=world.reviewer2)
    with pytest.raises(WrongState):
        services.dismiss(**who, actor=world.reviewer2)
    assert NoticeEvent.objects.filter(subject=objection.reference).count() == 4


def test_an_answer_needs_two_different_texts(world: DisclosureWorld) -> None:
    objection = world.objection(world.noticed())
    who = {"reference": objection.reference, "now": objection.received_at}
    services.open_inquiry(**who, actor=world.reviewer)
    with pytest.raises(Blocked):
        services.draft_answer(
            **who,
            actor=world.reviewer,
            outcome="dismissed",
            answer="已核实。",
            board_answer=" 已核实。",
        )


def test_nobody_but_a_verified_member_of_the_plan_objects(world: DisclosureWorld) -> None:
    entry = world.noticed()
    stranger = world.money.base.actor(world.person())
    claimant = world.money.base.actor(entry.claim.claimant)
    for actor, code in (
        (stranger, "objection_by_member"),
        (claimant, "objection_own_case"),
    ):
        with pytest.raises(Blocked) as refusal:
            object_at(world, entry, entry.opens_at + HOUR, actor)
        assert refusal.value.code == code
    with pytest.raises(NotAllowed):
        object_at(world, entry, entry.opens_at + HOUR, Actor(None, None))
    assert not Objection.objects.exists()


def test_a_member_has_one_open_objection_to_a_case(world: DisclosureWorld) -> None:
    entry = world.noticed()
    actor = world.objector()
    object_at(world, entry, entry.opens_at + HOUR, actor)
    with pytest.raises(Blocked) as refusal:
        object_at(world, entry, entry.opens_at + 2 * HOUR, actor)
    assert refusal.value.code == "objection_one_open_per_member"
    assert Objection.objects.count() == 1


def test_an_unanswered_objection_becomes_overdue(world: DisclosureWorld) -> None:
    objection = world.objection(world.noticed())
    sweep_until_quiet(objection.due_at)
    assert Objection.objects.get().is_overdue


def test_a_period_with_an_open_objection_does_not_stop_the_others(
    world: DisclosureWorld,
) -> None:
    first, second = world.approved(), world.approved()
    world.open_period()
    entry = NoticeEntry.objects.get(claim=first)
    object_at(world, entry, entry.opens_at + HOUR)
    at = NoticeEntry.objects.get(claim=second).closes_at
    sweep_until_quiet(at)
    assert Claim.objects.get(pk=second.pk).state == State.CLEARED
    assert Claim.objects.get(pk=first.pk).state == State.ON_NOTICE
    with pytest.raises(Blocked):
        services.close_entry(reference=entry.reference, actor=CLOCK, now=at)
