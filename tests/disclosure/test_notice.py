"""The notice: redactions by two, entries on their own clocks, periods by the calendar."""

from datetime import date, timedelta

import pytest

from claims import services as claim_services
from claims.models import Claim
from claims.states import State
from core.actor import CLOCK
from core.errors import Blocked, NotAllowed, WrongState
from core.zone import start_of_day
from disclosure import services
from disclosure.models import NoticeEntry, NoticeEvent, NoticePeriod, Redaction
from disclosure.states import EntryState, PeriodState
from record.models import Entry
from tests.members.world import PLAN
from tests.worlds_disclosure import (
    BOARD,
    CANARY,
    FILED_AT,
    NOTICE_ON,
    OPENS_AT,
    PERIOD,
    STORY,
    SUMMARY,
    DisclosureWorld,
    set_clock,
    sweep_until_quiet,
)

WEEK = timedelta(days=7)


def test_periods_are_planned_on_the_rulebooks_days_once(world: DisclosureWorld) -> None:
    made = services.plan_periods(plan_code=PLAN, actor=CLOCK, now=FILED_AT)
    assert [period.notice_on for period in made] == [
        date(2020, 6, 7),
        date(2020, 6, 21),
        date(2020, 7, 7),
        date(2020, 7, 21),
    ]
    assert made[0].opens_at == start_of_day(NOTICE_ON)
    assert made[0].closes_at == start_of_day(date(2020, 6, 14))
    assert made[0].sharing_on == date(2020, 6, 14)
    assert services.plan_periods(plan_code=PLAN, actor=CLOCK, now=FILED_AT) == []


def test_the_clock_opens_a_period_and_publishes_what_is_signed(world: DisclosureWorld) -> None:
    signed = world.approved()
    unsigned = world.approved(is_signed=False)
    services.plan_periods(plan_code=PLAN, actor=CLOCK, now=FILED_AT)
    sweep_until_quiet(OPENS_AT)
    assert NoticePeriod.objects.get(notice_on=NOTICE_ON).state == PeriodState.OPEN
    entry = NoticeEntry.objects.get()
    assert entry.claim_id == signed.pk
    assert Claim.objects.get(pk=signed.pk).state == State.ON_NOTICE
    assert Claim.objects.get(pk=unsigned.pk).state == State.APPROVED
    assert entry.closes_at - entry.opens_at >= WEEK


def test_a_period_does_not_open_before_its_day(world: DisclosureWorld) -> None:
    services.plan_periods(plan_code=PLAN, actor=CLOCK, now=FILED_AT)
    with pytest.raises(WrongState):
        services.open_period(key=PERIOD, actor=CLOCK, now=OPENS_AT - timedelta(seconds=1))
    with pytest.raises(NotAllowed):
        services.open_period(key=PERIOD, actor=world.reviewer, now=OPENS_AT)


def test_the_preparer_of_a_redaction_cannot_sign_it(world: DisclosureWorld) -> None:
    claim = world.approved(is_signed=False)
    texts = {"story": STORY, "investigation_summary": SUMMARY, "board_summary": BOARD}
    who = {"reference": claim.reference, "now": FILED_AT}
    services.prepare_redaction(**who, actor=world.reviewer, **texts)
    with pytest.raises(NotAllowed) as refusal:
        services.sign_redaction(**who, actor=world.reviewer)
    assert refusal.value.code == "redaction_signed_by_another"
    assert Redaction.objects.get().signed_by_id is None
    services.sign_redaction(**who, actor=world.reviewer2)
    with pytest.raises(WrongState):
        services.prepare_redaction(**who, actor=world.reviewer, **texts)
    with pytest.raises(Blocked):
        services.sign_redaction(**who, actor=world.reviewer2)


def test_a_returned_redaction_is_redone_before_it_is_signed(world: DisclosureWorld) -> None:
    claim = world.approved(is_signed=False)
    texts = {"story": STORY, "investigation_summary": SUMMARY, "board_summary": BOARD}
    who = {"reference": claim.reference, "now": FILED_AT}
    services.prepare_redaction(**who, actor=world.reviewer, **texts)
    services.return_redaction(**who, actor=world.reviewer2, note="请去掉医院。")
    with pytest.raises(Blocked) as refusal:
        services.sign_redaction(**who, actor=world.reviewer2)
    assert refusal.value.code == "redaction_returned"
    services.prepare_redaction(**who, actor=world.reviewer, **texts)
    assert services.sign_redaction(**who, actor=world.reviewer2).is_signed


def test_notice_and_board_share_no_text(world: DisclosureWorld) -> None:
    claim = world.approved(is_signed=False)
    with pytest.raises(Blocked) as refusal:
        services.prepare_redaction(
            reference=claim.reference,
            actor=world.reviewer,
            now=FILED_AT,
            story=STORY,
            investigation_summary=SUMMARY,
            board_summary=f" {STORY} ",
        )
    assert refusal.value.code == "redaction_shared_text"
    assert not Redaction.objects.exists()


@pytest.mark.parametrize("role", ["investigator", "finance", "auditor"])
def test_others_than_reviewers_prepare_nothing(world: DisclosureWorld, role: str) -> None:
    claim = world.approved(is_signed=False)
    with pytest.raises(NotAllowed):
        services.prepare_redaction(
            reference=claim.reference,
            actor=getattr(world.money, role),
            now=FILED_AT,
            story=STORY,
            investigation_summary=SUMMARY,
            board_summary=BOARD,
        )
    assert not NoticeEvent.objects.filter(subject=claim.reference).exists()


def test_a_card_shows_the_surname_and_no_number(world: DisclosureWorld) -> None:
    entry = world.noticed()
    person = entry.claim.covered
    assert entry.card["name"] == f"{person.surname}某"
    text = str(entry.card)
    assert person.full_name not in text
    assert CANARY not in text.replace(person.surname, "")
    assert str(person.born_on.year) not in text


def test_an_entry_published_late_runs_its_full_length(world: DisclosureWorld) -> None:
    claim = world.approved()
    world.open_period()
    late = world.approved()
    at = OPENS_AT + timedelta(days=2, seconds=5)
    entry = services.publish_entry(reference=late.reference, actor=CLOCK, now=at)
    assert entry.closes_at == at + WEEK
    first = NoticeEntry.objects.get(claim=claim)
    set_clock(first.closes_at)
    services.close_entry(reference=first.reference, actor=CLOCK, now=first.closes_at)
    with pytest.raises(Blocked) as refusal:
        services.close_entry(reference=entry.reference, actor=CLOCK, now=first.closes_at)
    assert refusal.value.code == "entry_time_runs"


def test_an_entry_clears_at_the_end_of_its_time_and_not_before(world: DisclosureWorld) -> None:
    entry = world.noticed()
    early = entry.closes_at - timedelta(milliseconds=1)
    set_clock(early)
    with pytest.raises(Blocked):
        services.close_entry(reference=entry.reference, actor=CLOCK, now=early)
    sweep_until_quiet(entry.closes_at)
    entry = NoticeEntry.objects.get(pk=entry.pk)
    assert entry.state == EntryState.CLEARED
    assert Claim.objects.get(pk=entry.claim_id).state == State.CLEARED


def test_a_withdrawn_claim_leaves_the_notice(world: DisclosureWorld) -> None:
    entry = world.noticed()
    claim = Claim.objects.get(pk=entry.claim_id)
    claimant = world.money.base.actor(claim.claimant)
    at = OPENS_AT + timedelta(days=1)
    claim_services.withdraw_claim(reference=claim.reference, actor=claimant, now=at)
    services.withdraw_entry(reference=entry.reference, actor=CLOCK, now=at)
    assert NoticeEntry.objects.get(pk=entry.pk).state == EntryState.WITHDRAWN


def test_a_period_closes_while_its_entries_go_on(world: DisclosureWorld) -> None:
    entry = world.noticed()
    period = entry.period
    services.close_period(key=PERIOD, actor=CLOCK, now=period.closes_at)
    assert NoticePeriod.objects.get(pk=period.pk).state == PeriodState.CLOSED
    assert NoticeEntry.objects.get(pk=entry.pk).state == EntryState.OPEN


def test_the_notice_writes_nothing_to_the_public_record(world: DisclosureWorld) -> None:
    entry = world.noticed()
    assert not Entry.objects.filter(body__contains=entry.reference).exists()
    assert not Entry.objects.filter(body__contains=entry.claim.public_reference).exists()
