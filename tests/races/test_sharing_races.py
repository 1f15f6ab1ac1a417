"""Many at once: a round opened, proposed, closed; a debit reported twice."""

from collections.abc import Callable
from typing import Any

import pytest

from core.actor import CLOCK
from core.errors import Refusal
from record.models import Entry
from sharing import services
from sharing.deadlines import open_rounds
from sharing.models import FailedDebit, JournalEntry, Round, RoundShare
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
