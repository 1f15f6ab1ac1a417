"""Batches: one finance person prepares, another approves, and everything is written at once."""

import pytest
from django.db import transaction

from claims import services as claim_services
from claims.models import Claim, ClaimEvent
from core.actor import CLOCK
from core.errors import Blocked, NotAllowed, WrongState
from payouts import services
from payouts.models import Outbox, Payout, PayoutBatch
from payouts.steps import offers
from sharing.models import JournalEntry
from sharing.queries import balances
from tests.worlds_money import OTHER_CARD, PAYING_AT, MoneyWorld, later

pytestmark = pytest.mark.django_db


def rows_written() -> tuple[int, ...]:
    tables = (PayoutBatch, Payout, Outbox, JournalEntry, ClaimEvent)
    return tuple(model.objects.count() for model in tables)


def test_a_second_finance_person_instructs_the_bank(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    claim = payout.claim
    assert claim.state == "in_payment"
    assert payout.state == "approved"
    assert payout.end_to_end_id == f"{claim.reference}-1"
    assert Outbox.objects.get().key == payout.end_to_end_id
    event = claim.events.order_by("-seq").first()
    assert event is not None
    assert (event.event, event.actor_person_id, event.second_person_id) == (
        "instruct_payout",
        world.finance2.person_id,
        world.finance.person_id,
    )
    sums = balances()
    assert (sums["in_transit"], sums["aid_payable"], sum(sums.values())) == (-300_000_00, 0, 0)


def test_who_prepared_a_batch_does_not_approve_it(world: MoneyWorld) -> None:
    batch = world.prepared_batch()
    before = rows_written()
    with pytest.raises(NotAllowed, match="payout_second_person"):
        services.approve_batch(reference=batch.reference, actor=world.finance, now=PAYING_AT)
    assert rows_written() == before
    assert Payout.objects.get().state == "prepared"


def test_only_finance_prepares_approves_and_withdraws(world: MoneyWorld) -> None:
    claim = world.funded_claim()
    batch = world.prepared_batch(claim)
    before = rows_written()
    for actor in (world.reviewer, world.auditor, world.base.actor(claim.claimant), CLOCK):
        for call in (services.approve_batch, services.withdraw_batch):
            with pytest.raises(NotAllowed):
                call(reference=batch.reference, actor=actor, now=PAYING_AT)
        with pytest.raises(NotAllowed):
            services.prepare_payouts(claims=[claim.reference], actor=actor, now=PAYING_AT)
    assert rows_written() == before


def test_a_batch_is_approved_once(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    for call in (services.approve_batch, services.withdraw_batch):
        with pytest.raises(WrongState):
            call(reference=payout.batch.reference, actor=world.finance2, now=PAYING_AT)


def test_every_reason_against_a_batch_is_told_and_none_of_it_is_written(
    world: MoneyWorld,
) -> None:
    paid = world.funded_claim()
    world.prepared_batch(paid)
    other = world.approved_claim()
    before = rows_written()
    with pytest.raises(Blocked) as refusal:
        services.prepare_payouts(
            claims=[paid.reference, other.reference], actor=world.finance, now=PAYING_AT
        )
    codes = {one.code for one in refusal.value.details}
    assert codes == {"payout_exists", "payout_claim_not_payable"}
    with pytest.raises(Blocked, match="payout_no_such_claim"):
        services.prepare_payouts(claims=["C-0000-0000"], actor=world.finance, now=PAYING_AT)
    with pytest.raises(Blocked, match="payout_nothing_chosen"):
        services.prepare_payouts(claims=[], actor=world.finance, now=PAYING_AT)
    assert rows_written() == before


def test_who_has_a_part_in_a_claim_does_not_pay_it(world: MoneyWorld) -> None:
    claim = world.funded_claim()
    mine = world.base.actor(claim.claimant, "finance")
    with pytest.raises(NotAllowed, match="payout_own_claim"):
        services.prepare_payouts(claims=[claim.reference], actor=mine, now=PAYING_AT)


def test_a_withdrawn_batch_leaves_its_claims_for_another(world: MoneyWorld) -> None:
    claim = world.funded_claim()
    batch = world.prepared_batch(claim)
    services.withdraw_batch(reference=batch.reference, actor=world.finance, now=PAYING_AT)
    assert Payout.objects.get().state == "withdrawn"
    again = world.approved_payout(claim)
    assert (again.series, again.end_to_end_id) == (2, f"{claim.reference}-2")


def test_a_claim_halted_after_preparing_is_not_paid(world: MoneyWorld) -> None:
    claim = world.funded_claim()
    batch = world.prepared_batch(claim)
    for actor in (world.reviewer, world.reviewer2):
        claim_services.halt_claim(
            reference=claim.reference,
            reason_code="suspected_fraud",
            note="医院回函与材料不符。",
            actor=actor,
            now=later(PAYING_AT, hours=1),
        )
    with pytest.raises(Blocked, match="payout_claim_changed"):
        services.approve_batch(reference=batch.reference, actor=world.finance2, now=PAYING_AT)
    assert Outbox.objects.count() == 0


def test_approving_commits_as_a_whole_or_not_at_all(world: MoneyWorld) -> None:
    batch = world.prepared_batch()
    before = rows_written()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.approve_batch(reference=batch.reference, actor=world.finance2, now=PAYING_AT)
        raise ZeroDivisionError
    assert rows_written() == before
    assert Claim.objects.get(payouts__batch=batch).state == "funded"


def test_a_returned_payout_needs_another_account_and_gets_a_new_key(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    claim = payout.claim
    services.return_payout(
        reference=payout.reference, reason_code="AC04", actor=CLOCK, now=PAYING_AT
    )
    claim = Claim.objects.get(pk=claim.pk)
    assert claim.state == "payout_returned"
    with pytest.raises(Blocked, match="payout_account_unchanged"):
        services.prepare_payouts(claims=[claim.reference], actor=world.finance, now=PAYING_AT)
    claimant = world.base.actor(claim.claimant)
    assert [offer.step.name for offer in offers(claim, claimant, PAYING_AT)] == ["correct_account"]
    claim_services.correct_bank_account(
        reference=claim.reference,
        account_holder=claim.account_holder,
        bank_account=OTHER_CARD,
        actor=claimant,
        now=PAYING_AT,
    )
    again = world.approved_payout(Claim.objects.get(pk=claim.pk))
    assert again.end_to_end_id == f"{claim.reference}-2"
    assert again.account_encrypted == OTHER_CARD
    assert sum(balances().values()) == 0


def test_only_the_claimant_corrects_the_account_and_only_after_a_return(
    world: MoneyWorld,
) -> None:
    payout = world.approved_payout()
    claim = payout.claim
    wanted = {
        "reference": claim.reference,
        "account_holder": "李四",
        "bank_account": OTHER_CARD,
        "now": PAYING_AT,
    }
    with pytest.raises(WrongState):
        claim_services.correct_bank_account(**wanted, actor=world.base.actor(claim.claimant))
    with pytest.raises(NotAllowed):
        claim_services.correct_bank_account(**wanted, actor=world.finance)


def test_an_account_changed_after_preparing_stops_the_batch(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    services.return_payout(
        reference=payout.reference, reason_code="MS03", actor=CLOCK, now=PAYING_AT
    )
    claim = Claim.objects.get(pk=payout.claim_id)
    batch = world.prepared_batch(claim)
    claim_services.correct_bank_account(
        reference=claim.reference,
        account_holder=claim.account_holder,
        bank_account=OTHER_CARD,
        actor=world.base.actor(claim.claimant),
        now=PAYING_AT,
    )
    with pytest.raises(Blocked, match="payout_account_changed"):
        services.approve_batch(reference=batch.reference, actor=world.finance2, now=PAYING_AT)
