"""Many at once: the same claim paid, a batch approved, a callback repeated."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Refusal
from payouts import services
from payouts.models import BankCallback, Outbox, Payout, PayoutBatch
from payouts.services import BankEvent
from record.models import Entry
from sharing.models import JournalEntry
from tests.worlds_money import PAYING_AT, MoneyWorld, make_money_world

pytestmark = pytest.mark.django_db(transaction=True)
Threads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def world(transactional_db: None) -> MoneyWorld:
    return make_money_world()


def done(results: list[Any]) -> list[Any]:
    """What was not refused; anything but a refusal is a failure of the test."""
    for result in results:
        assert not isinstance(result, Exception) or isinstance(result, Refusal), result
    return [result for result in results if not isinstance(result, Refusal)]


def test_eight_clients_paying_the_same_claim_pay_it_once(
    world: MoneyWorld, in_threads: Threads
) -> None:
    claim = world.funded_claim()

    def pay(index: int) -> PayoutBatch:
        first, second = (
            (world.finance, world.finance2) if index % 2 else (world.finance2, world.finance)
        )
        batch = services.prepare_payouts(claims=[claim.reference], actor=first, now=PAYING_AT)
        return services.approve_batch(reference=batch.reference, actor=second, now=PAYING_AT)

    assert len(done(in_threads(8, pay))) == 1
    assert Payout.objects.filter(state="approved").count() == 1
    assert Outbox.objects.count() == 1
    assert JournalEntry.objects.filter(kind="payout_instructed").count() == 1


def test_two_finance_people_approving_at_once_approve_once(
    world: MoneyWorld, in_threads: Threads
) -> None:
    batch = world.prepared_batch()
    results = in_threads(
        8,
        lambda _index: services.approve_batch(
            reference=batch.reference, actor=world.finance2, now=PAYING_AT
        ),
    )
    assert len(done(results)) == 1
    assert Outbox.objects.count() == 1


def test_the_same_person_never_takes_both_parts_however_fast(
    world: MoneyWorld, in_threads: Threads
) -> None:
    claim = world.funded_claim()

    def alone(_index: int) -> PayoutBatch:
        waiting = PayoutBatch.objects.filter(state="prepared").first()
        batch = waiting or services.prepare_payouts(
            claims=[claim.reference], actor=world.finance, now=PAYING_AT
        )
        return services.approve_batch(reference=batch.reference, actor=world.finance, now=PAYING_AT)

    assert done(in_threads(8, alone)) == []
    assert Outbox.objects.count() == 0


def test_fifty_copies_of_a_callback_change_the_payout_once(
    world: MoneyWorld, in_threads: Threads
) -> None:
    payout = world.approved_payout()
    event = BankEvent(
        "event-1", "settled", payout.end_to_end_id, payout.amount_cents, "SB0000000001", ""
    )
    for _round in range(5):
        taken = done(
            in_threads(
                10,
                lambda _index: services.receive_callback(event=event, body=b"{}", now=PAYING_AT),
            )
        )
        assert {one.callback.outcome for one in taken} == {"applied"}
    assert BankCallback.objects.count() == 1
    assert JournalEntry.objects.filter(kind="payout_settled").count() == 1
    assert Entry.objects.filter(kind="payout_settled").count() == 1


def test_settled_and_returned_at_once_end_in_one_order(
    world: MoneyWorld, in_threads: Threads
) -> None:
    payout = world.approved_payout()

    def tell(index: int) -> object:
        kind = ("settled", "returned")[index % 2]
        event = BankEvent(
            f"event-{kind}", kind, payout.end_to_end_id, payout.amount_cents, "SB1", ""
        )
        return services.receive_callback(event=event, body=b"{}", now=PAYING_AT)

    done(in_threads(8, tell))
    found = Payout.objects.select_related("claim").get()
    assert (found.state, found.claim.state) == ("returned", "payout_returned")
    assert services.find_violations() == []
