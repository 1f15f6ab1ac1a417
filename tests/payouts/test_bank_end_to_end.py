"""Our web process and the bank's process over real sockets: callbacks, copies, lies, returns."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from payouts import services
from payouts.models import BankCallback, Payout
from payouts.queries import odd_callbacks
from sharing.queries import balances
from tests.payouts.banks import BankProcess, running_bank, wait_until
from tests.worlds_money import PAYING_AT, MoneyWorld

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bank(live_server: Any, tmp_path: Path) -> Iterator[BankProcess]:
    with running_bank(tmp_path, f"{live_server.url}/api/v1/bank/callbacks/") as process:
        process.behave(delay_ms=50)
        yield process


def send(bank: BankProcess) -> None:
    services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)


def is_state(payout: Payout, state: str) -> Any:
    return lambda: Payout.objects.filter(pk=payout.pk, state=state).exists()


def test_the_bank_settles_by_callback_however_many_copies_it_sends(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    bank.behave(duplicate_callbacks=5)
    send(bank)
    wait_until(is_state(payout, "settled"))
    assert Payout.objects.get().claim.state == "paid"
    assert BankCallback.objects.count() == 1
    assert sum(balances().values()) == 0


def test_the_bank_returns_and_the_claim_waits_for_another_account(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    bank.behave(return_after_settle=1)
    send(bank)
    wait_until(is_state(payout, "returned"))
    assert Payout.objects.get().claim.state == "payout_returned"


@pytest.mark.parametrize("lie", ["amount", "unknown_payment"])
def test_a_lie_pays_nothing_is_shown_and_the_statement_settles(
    world: MoneyWorld, bank: BankProcess, lie: str
) -> None:
    payout = world.approved_payout()
    bank.behave(lie=lie)
    send(bank)
    wait_until(lambda: odd_callbacks().exists())
    assert not is_state(payout, "settled")()
    services.import_statement(gateway=bank.gateway(), now=PAYING_AT)
    assert is_state(payout, "settled")()


@pytest.mark.parametrize("lie", ["signature", "stale"])
def test_a_forged_or_stale_callback_over_the_wire_is_refused(
    world: MoneyWorld, bank: BankProcess, lie: str
) -> None:
    payout = world.approved_payout()
    bank.behave(lie=lie)
    send(bank)
    wait_until(lambda: bank.gateway().statement(""))
    assert BankCallback.objects.count() == 0
    assert not is_state(payout, "settled")()
