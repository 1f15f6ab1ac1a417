"""Many at once: a round opened, proposed, closed; a debit reported twice."""

from collections.abc import Callable
from typing import Any

import pytest

from claims import services as claim_services
from claims.models import Claim, ClaimEvent
from core.actor import CLOCK
from core.errors import Refusal
from record.models import Entry
from sharing import services
from sharing.deadlines import open_rounds
from sharing.models import FailedDebit, JournalEntry, Round, RoundCase, RoundShare
from tests.worlds_money import CLOSING_AT, SHARING_AT, MoneyWorld, make_money_world

pytestmark = pytest.mark.django_db(transaction=True)
Threads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def world(transactional_db: None) -> MoneyWorld:
    return make_money_world()


def done(results: list[Any]) -> list[Any]:
    for result in results:
        assert not isinstance(result, Exception) or isinstance(result, Refusal), result
    return [result for result in results if not isinstance(result, Refusal)]


def test_many_clocks_open_a_round_once(world: MoneyWorld, in_threads: Threads) -> None:
    done(in_threads(6, lambda _index: open_rounds(SHARING_AT)))
    assert Round.objects.count() == 1


def test_a_round_is_proposed_once(world: MoneyWorld, in_threads: Threads) -> None:
    world.cleared_claim()
    found = world.open_round()
    results = in_threads(
        6,
        lambda _index: services.propose_round(
            reference=found.reference, actor=CLOCK, now=SHARING_AT
        ),
    )
    assert len(done(results)) == 1
    assert RoundShare.objects.count() == 1


def test_a_round_is_closed_once_and_charges_each_membership_once(
    world: MoneyWorld, in_threads: Threads
) -> None:
    world.cleared_claim()
    found = world.collecting_round()
    results = in_threads(
        6,
        lambda _index: services.close_round(
            reference=found.reference, actor=world.finance, now=CLOSING_AT
        ),
    )
    assert len(done(results)) == 1
    assert JournalEntry.objects.filter(kind="round_due").count() == 1
    assert Entry.objects.filter(kind="round_closed").count() == 1


def test_a_debit_reported_by_many_at_once_is_one_row(
    world: MoneyWorld, in_threads: Threads
) -> None:
    world.cleared_claim()
    poor = world.member()
    found = world.collecting_round()
    done(
        in_threads(
            6,
            lambda _index: services.record_failed_debits(
                reference=found.reference,
                memberships=[poor.reference],
                actor=world.finance,
                now=SHARING_AT,
            ),
        )
    )
    assert FailedDebit.objects.count() == 1


def test_a_debit_reported_while_the_round_closes_is_counted_or_refused(
    world: MoneyWorld, in_threads: Threads
) -> None:
    world.cleared_claim()
    poor = world.member()
    found = world.collecting_round()

    def act(index: int) -> object:
        who = {"reference": found.reference, "actor": world.finance, "now": CLOSING_AT}
        if index == 0:
            return services.close_round(**who)
        return services.record_failed_debits(**who, memberships=[poor.reference])

    done(in_threads(2, act))
    closed = Round.objects.get()
    assert closed.uncollected_cents == 10 * FailedDebit.objects.count()
    assert closed.collected_cents + closed.uncollected_cents == closed.due_cents


def test_a_halt_while_the_round_closes_is_dropped_or_follows_the_funding(
    world: MoneyWorld, in_threads: Threads
) -> None:
    """Two people halt a claim while its round closes: either way every sum holds."""
    kept, halted = world.cleared_claim(), world.cleared_claim()
    found = world.collecting_round()

    def act(index: int) -> object:
        if index == 0:
            return services.close_round(
                reference=found.reference, actor=world.finance, now=CLOSING_AT
            )
        return claim_services.halt_claim(
            reference=halted.reference,
            reason_code="suspected_fraud",
            note="医院回函与材料不符。",
            actor=world.reviewer if index % 2 else world.reviewer2,
            now=CLOSING_AT,
        )

    done(in_threads(5, act))
    closed = Round.objects.get(pk=found.pk)
    assert closed.state == "closed"
    case = RoundCase.objects.get(claim=halted)
    assert Claim.objects.get(pk=kept.pk).state == "funded"
    events = list(
        ClaimEvent.objects.filter(claim=halted).order_by("seq").values_list("event", flat=True)
    )
    assert closed.aid_cents == (300_000_00 if case.is_dropped else 600_000_00)
    assert ("fund" in events) is not case.is_dropped
    assert events.count("halt") <= 1
    assert (
        closed.due_cents + closed.surplus_in_cents + closed.subsidy_cents
        == closed.aid_cents + closed.fee_cents + closed.surplus_out_cents
    )
