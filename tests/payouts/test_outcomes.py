"""What the bank says: settled, returned, twice, late, wrong, and by statement only."""

from datetime import date
from typing import Any

import pytest

from claims.models import Claim
from core.actor import BANK, CLOCK
from core.errors import WrongState
from payouts import services
from payouts.gateways import BankLine
from payouts.models import BankCallback, Payout, StatementLine
from payouts.queries import odd_callbacks, unmatched_lines
from payouts.services import BankEvent, find_violations
from payouts.services.callbacks import Taken
from record.models import Entry
from sharing.models import JournalEntry
from sharing.queries import balances
from tests.worlds_money import PAYING_AT, MoneyWorld, later

pytestmark = pytest.mark.django_db


def event(payout: Payout, kind: str = "settled", **changes: Any) -> BankEvent:
    fields = {
        "event_id": f"{payout.end_to_end_id}-{kind}",
        "kind": kind,
        "end_to_end_id": payout.end_to_end_id,
        "amount_cents": payout.amount_cents,
        "bank_reference": "SB0000000001",
        "reason_code": "AC04" if kind == "returned" else "",
    }
    return BankEvent(**{**fields, **changes})


def take(found: BankEvent) -> Taken:
    return services.receive_callback(event=found, body=b"{}", now=PAYING_AT)


def line(payout: Payout, line_id: str, kind: str = "settled", **changes: Any) -> BankLine:
    fields = {
        "line_id": line_id,
        "kind": kind,
        "end_to_end_id": payout.end_to_end_id,
        "amount_cents": payout.amount_cents,
        "bank_reference": "SB0000000001",
        "booked_on": date(2020, 6, 20),
    }
    return BankLine(**{**fields, **changes})


def state_of(payout: Payout) -> tuple[str, str]:
    found = Payout.objects.select_related("claim").get(pk=payout.pk)
    return found.state, found.claim.state


def test_a_settled_payout_pays_the_claim_books_and_publishes(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    taken = take(event(payout))
    assert taken.callback.outcome == "applied"
    assert state_of(payout) == ("settled", "paid")
    sums = balances()
    assert (sums["in_transit"], sums["bank"], sum(sums.values())) == (0, 10 - 300_000_00, 0)
    entry = Entry.objects.get(kind="payout_settled")
    assert entry.subject == payout.claim.public_reference
    assert payout.claim.reference not in entry.body
    assert find_violations() == []


def test_a_duplicate_callback_changes_nothing(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    take(event(payout))
    before = (JournalEntry.objects.count(), Entry.objects.count(), BankCallback.objects.count())
    again = take(event(payout))
    assert not again.is_new
    after = (JournalEntry.objects.count(), Entry.objects.count(), BankCallback.objects.count())
    assert after == before


def test_a_second_event_about_a_settled_payout_changes_nothing(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    take(event(payout))
    taken = take(event(payout, event_id="another"))
    assert taken.callback.outcome == "known"
    assert state_of(payout) == ("settled", "paid")


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_cents": 300_000_01},
        {"end_to_end_id": "C-0000-0000-1"},
    ],
)
def test_an_event_that_does_not_fit_to_the_cent_pays_nothing_and_is_shown(
    world: MoneyWorld, changes: dict[str, Any]
) -> None:
    payout = world.approved_payout()
    taken = take(event(payout, **changes))
    assert taken.callback.outcome == "mismatch"
    assert state_of(payout) == ("approved", "in_payment")
    assert list(odd_callbacks()) == [taken.callback]


def test_money_that_comes_back_before_it_was_settled(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    take(event(payout, "returned"))
    assert state_of(payout) == ("returned", "payout_returned")
    sums = balances()
    assert (sums["in_transit"], sums["aid_payable"]) == (0, -300_000_00)
    late = take(event(payout))
    assert late.callback.outcome == "late"
    assert state_of(payout) == ("returned", "payout_returned")


def test_money_that_comes_back_after_it_was_settled(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    take(event(payout))
    take(event(payout, "returned"))
    assert state_of(payout) == ("returned", "payout_returned")
    sums = balances()
    assert (sums["bank"], sums["aid_payable"]) == (10, -300_000_00)
    assert Entry.objects.filter(kind="payout_returned").count() == 1


def test_the_statement_settles_what_no_callback_said(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    assert services.take_lines(lines=[line(payout, "1")], now=PAYING_AT) == 1
    assert state_of(payout) == ("settled", "paid")
    assert StatementLine.objects.get().payout_id == payout.pk
    assert take(event(payout)).callback.outcome == "known"


def test_a_line_matches_one_payout_and_the_rest_waits_visibly(world: MoneyWorld) -> None:
    payout = world.approved_payout()
    lines = [
        line(payout, "1"),
        line(payout, "1"),
        line(payout, "2"),
        line(payout, "3", amount_cents=1),
        line(payout, "4", end_to_end_id="C-0000-0000-1"),
    ]
    assert services.take_lines(lines=lines, now=PAYING_AT) == 4
    assert services.take_lines(lines=lines, now=PAYING_AT) == 0
    assert [row.line_id for row in unmatched_lines()] == ["2", "3", "4"]
    assert Entry.objects.filter(kind="payout_settled").count() == 1


def test_the_bank_cannot_settle_what_was_never_instructed(world: MoneyWorld) -> None:
    payout = world.prepared_batch().payouts.get()
    assert take(event(payout)).callback.outcome == "mismatch"
    with pytest.raises(WrongState):
        services.settle_payout(
            reference=payout.reference, bank_reference="SB1", actor=BANK, now=PAYING_AT
        )
    assert state_of(payout) == ("prepared", "funded")


def test_unclaimed_aid_is_a_named_line_until_the_claimant_is_heard_of(
    world: MoneyWorld,
) -> None:
    from claims import services as claim_services

    payout = world.approved_payout()
    services.return_payout(
        reference=payout.reference, reason_code="AC04", actor=CLOCK, now=PAYING_AT
    )
    claim = Claim.objects.get(pk=payout.claim_id)
    assert claim.due_at is not None
    claim_services.leave_unclaimed(reference=claim.reference, actor=CLOCK, now=claim.due_at)
    assert services.book_unclaimed(now=claim.due_at) == 1
    assert services.book_unclaimed(now=claim.due_at) == 0
    assert balances()["unclaimed"] == -300_000_00
    claim_services.resume_payout(
        reference=claim.reference,
        actor=world.base.actor(claim.claimant),
        now=later(claim.due_at, hours=1),
    )
    assert services.book_unclaimed(now=claim.due_at) == 1
    sums = balances()
    assert (sums["unclaimed"], sums["aid_payable"], sum(sums.values())) == (0, -300_000_00, 0)
    assert find_violations() == []
