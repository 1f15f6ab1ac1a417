"""What the clock does at each stage's end, and that doing it twice changes nothing."""

from datetime import timedelta

import pytest

from claims import services
from claims.models import Claim, Evidence, EvidenceVersion
from claims.states import ESCALATION, FINAL, NOT_FINAL, OWNER_ROLE, STAGE_DAYS, State
from core.deadlines import due_at, sweep
from core.models import Deadline
from core.zone import add_days
from members.models import Message
from members.rulebook_types import Rulebook
from tests.claims.calls import go_past
from tests.worlds import World


def _fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def _told(person_id: int | None, kind: str) -> int:
    return Message.objects.filter(person_id=person_id or 0, kind=kind).count()


@pytest.mark.parametrize("state", NOT_FINAL)
def test_every_state_that_is_not_final_has_owner_deadline_and_escalation(
    world: World, state: str
) -> None:
    claim = world.claim_in(state)
    assert OWNER_ROLE[state]
    assert ESCALATION[state]
    assert STAGE_DAYS[state] in Rulebook.__dataclass_fields__
    assert claim.due_at is not None
    assert due_at("claims.stage", claim.reference) is not None


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_final_state_has_nothing_due(world: World, state: str) -> None:
    claim = world.claim_in(state)
    assert claim.due_at is None
    open_rows = Deadline.objects.filter(subject=claim.reference, done_at__isnull=True)
    assert not open_rows.exists()


def test_a_draft_nobody_touches_is_erased_with_its_documents_and_its_claimant_told(
    world: World,
) -> None:
    claim = world.draft()
    person_id = world.person("claimant").pk
    document = Evidence.objects.create(
        reference="E-TEST-0001",
        claim=claim,
        kind="identity",
        added_by_id=person_id,
        created_at=world.now,
    )
    EvidenceVersion.objects.create(
        evidence=document,
        number=1,
        storage_key="0" * 32,
        digest="0" * 64,
        size_bytes=1,
        file_name="身份证.jpg",
        added_by_id=person_id,
        received_at=world.now,
    )
    go_past(world, claim)
    sweep(now=world.now)
    assert not Claim.objects.filter(pk=claim.pk).exists()
    assert not Evidence.objects.exists()
    assert _told(world.claimant.person_id, "claims.draft_expired") == 1


def test_touching_a_draft_starts_its_days_anew(world: World) -> None:
    claim = world.draft()
    first = claim.due_at
    world.tick(24 * 20)
    saved = services.save_draft(
        reference=claim.reference, actor=world.claimant, now=world.now, city="株洲"
    )
    assert first is not None
    assert saved.due_at == first + timedelta(days=20)


def test_an_overdue_investigation_goes_to_the_agencys_least_busy_other_investigator(
    world: World,
) -> None:
    claim = world.claim_in(State.UNDER_INVESTIGATION)
    go_past(world, claim)
    sweep(now=world.now)
    moved = _fresh(claim)
    assert moved.state == State.UNDER_INVESTIGATION
    assert moved.assigned_to_id == world.investigator2.person_id
    assert moved.investigations.get().investigator_id == world.investigator2.person_id
    assert moved.is_overdue
    assert moved.due_at is not None
    assert moved.due_at > world.now
    assert _told(world.investigator2.person_id, "claims.investigation_assigned") == 1
    assert _told(world.investigator.person_id, "claims.investigation_taken_back") == 1


def test_an_overdue_review_is_escalated_to_the_ombudsman_once(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    go_past(world, claim)
    sweep(now=world.now)
    sweep(now=world.now)
    assert _fresh(claim).is_overdue
    assert _told(world.ombudsman.person_id, "claims.escalated") == 1


def test_a_question_is_reminded_of_and_then_lapses(world: World) -> None:
    claim = world.claim_in(State.INFORMATION_REQUESTED)
    reminder = due_at("claims.reminder", claim.reference)
    assert reminder is not None
    assert claim.due_at is not None
    assert reminder < claim.due_at
    sweep(now=reminder)
    assert _told(world.claimant.person_id, "claims.information_reminder") == 1
    assert _fresh(claim).state == State.INFORMATION_REQUESTED
    go_past(world, claim)
    sweep(now=world.now)
    assert _fresh(claim).state == State.LAPSED


def test_after_an_outage_a_question_is_reminded_of_first_and_lapses_only_later(
    world: World,
) -> None:
    """Both are overdue when the clock comes back: the reminder never counts as in time."""
    claim = world.claim_in(State.INFORMATION_REQUESTED)
    Deadline.objects.filter(subject=claim.reference, kind="claims.reminder").update(
        done_at=world.now, outcome="lost"
    )
    go_past(world, claim)
    sweep(now=world.now)
    late = _fresh(claim)
    assert late.state == State.INFORMATION_REQUESTED
    assert late.due_at is not None
    assert late.due_at > world.now
    assert _told(world.claimant.person_id, "claims.information_reminder") == 1
    go_past(world, late)
    sweep(now=world.now)
    assert _fresh(claim).state == State.LAPSED


def test_a_denial_nobody_disputes_stands(world: World) -> None:
    claim = world.claim_in(State.DENIED)
    assert claim.due_at is not None
    sweep(now=claim.due_at - timedelta(seconds=1))
    assert _fresh(claim).state == State.DENIED
    sweep(now=claim.due_at)
    assert _fresh(claim).state == State.DENIED_FINALLY


def test_a_payout_that_came_back_waits_and_then_lies_unclaimed_with_reminders(
    world: World,
) -> None:
    claim = world.claim_in(State.PAYOUT_RETURNED)
    go_past(world, claim)
    sweep(now=world.now)
    lying = _fresh(claim)
    assert lying.state == State.UNCLAIMED
    go_past(world, lying)
    sweep(now=world.now)
    assert _told(world.claimant.person_id, "claims.unclaimed_reminder") == 1
    assert _fresh(claim).due_at is not None


def test_the_clock_stands_still_while_the_claimant_is_asked(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    due = claim.due_at
    assert due is not None
    services.request_information(
        reference=claim.reference,
        actor=world.reviewer,
        now=world.tick(),
        questions="请补充。",
        deadline_on=add_days(world.today(), 20),
    )
    services.supply_information(
        reference=claim.reference, actor=world.claimant, now=world.tick(24 * 10), answer="好。"
    )
    assert _fresh(claim).due_at == due + timedelta(days=10)
