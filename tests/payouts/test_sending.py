"""Sending: crashes, timeouts and lost answers, with the real sandbox bank on a loopback port."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from payouts import services
from payouts.gateways import HttpGateway
from payouts.models import BankExchange, Outbox, Payout, SafetyCheck
from payouts.queries import sending_status
from payouts.rules import ATTEMPT_LEASE
from payouts.services.sending import send_outbox
from sharing.models import JournalEntry
from tests.payouts.banks import BankProcess, running_bank, wait_until
from tests.worlds_money import PAYING_AT, MoneyWorld, later

pytestmark = pytest.mark.django_db(transaction=True)

AFTER_LEASE = PAYING_AT + 2 * ATTEMPT_LEASE


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[BankProcess]:
    """The bank; it says nothing by itself, so that the test decides what is heard when."""
    with running_bank(tmp_path) as process:
        process.behave(delay_ms=0, silent=1000)
        yield process


def state_of(payout: Payout) -> str:
    return Payout.objects.get(pk=payout.pk).state


def outcomes_of(payout: Payout) -> list[str]:
    rows = BankExchange.objects.filter(payout=payout).order_by("id")
    return list(rows.values_list("outcome", flat=True))


def killed_while_waiting(gateway: HttpGateway, ready: "object") -> None:
    """Run the worker in a process of its own and kill it while it waits for the bank."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            send_outbox(gateway=gateway, now=PAYING_AT)
        finally:
            os._exit(1)
    wait_until(ready)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)


def test_a_payout_is_sent_once_and_settled_by_the_statement(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    report = services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    assert report.outcomes == {payout.reference: "accepted"}
    assert state_of(payout) == "sent"
    assert services.send_outbox(gateway=bank.gateway(), now=AFTER_LEASE).outcomes == {}
    wait_until(lambda: bank.gateway().statement(""))
    assert services.import_statement(gateway=bank.gateway(), now=PAYING_AT) == 1
    assert services.import_statement(gateway=bank.gateway(), now=PAYING_AT) == 0
    assert state_of(payout) == "settled"
    assert bank.seen() == [(payout.end_to_end_id, 1)]


def test_a_worker_killed_after_the_bank_accepted_pays_once_and_loses_nothing(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    bank.behave(answer_delay_ms=8000)
    killed_while_waiting(bank.gateway(timeout_seconds=20), lambda: bank.seen())
    assert state_of(payout) == "approved"
    assert Outbox.objects.get().attempting_at == PAYING_AT
    bank.behave(answer_delay_ms=0)
    # within the lease nobody touches it; after it the bank is asked, not paid again
    assert services.send_outbox(gateway=bank.gateway(), now=PAYING_AT).outcomes == {}
    services.send_outbox(gateway=bank.gateway(), now=AFTER_LEASE)
    assert state_of(payout) in ("sent", "settled")
    assert bank.seen() == [(payout.end_to_end_id, 1)]


def test_a_worker_killed_before_the_bank_heard_it_sends_the_same_key_again(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        gateway = HttpGateway(url, "secret", timeout_seconds=20)
        killed_while_waiting(gateway, lambda: Outbox.objects.get().attempts == 1)
    services.send_outbox(gateway=bank.gateway(), now=AFTER_LEASE)
    assert outcomes_of(payout) == ["never_seen", "accepted"]
    assert bank.seen() == [(payout.end_to_end_id, 1)]
    assert state_of(payout) in ("sent", "settled")


def test_after_a_timeout_the_bank_is_asked_and_never_sent_a_new_key(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    bank.behave(timeout_after_accept=1)
    services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    assert state_of(payout) == "unknown"
    assert services.send_outbox(gateway=bank.gateway(), now=PAYING_AT).outcomes == {}
    services.send_outbox(gateway=bank.gateway(), now=AFTER_LEASE)
    assert state_of(payout) in ("sent", "settled")
    assert bank.seen() == [(payout.end_to_end_id, 1)]
    assert Payout.objects.count() == 1
    assert list(Payout.objects.values_list("series", flat=True)) == [1]


def test_what_the_bank_never_saw_is_sent_again_under_the_same_key(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    bank.behave(drop_before_accept=2)
    services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    assert state_of(payout) == "unknown"
    services.send_outbox(gateway=bank.gateway(), now=later(PAYING_AT, minutes=1))
    assert state_of(payout) == "unknown"
    services.send_outbox(gateway=bank.gateway(), now=later(PAYING_AT, minutes=5))
    assert outcomes_of(payout) == ["unknown", "never_seen", "unknown", "never_seen", "accepted"]
    assert bank.seen() == [(payout.end_to_end_id, 1)]


def test_an_unknown_outcome_blocks_another_payout_of_the_claim(
    world: MoneyWorld, bank: BankProcess
) -> None:
    from core.errors import Blocked

    payout = world.approved_payout()
    bank.behave(timeout_after_accept=1)
    services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    with pytest.raises(Blocked):
        services.prepare_payouts(
            claims=[payout.claim.reference], actor=world.finance, now=PAYING_AT
        )


def test_a_bank_that_is_down_is_tried_again_later(world: MoneyWorld) -> None:
    from tests.payouts.banks import free_port

    payout = world.approved_payout()
    down = HttpGateway(f"http://127.0.0.1:{free_port()}", "secret")
    services.send_outbox(gateway=down, now=PAYING_AT)
    assert (state_of(payout), outcomes_of(payout)) == ("approved", ["not_reached"])
    assert services.send_outbox(gateway=down, now=PAYING_AT).outcomes == {}


def test_a_refused_instruction_comes_back_to_the_claimant(
    world: MoneyWorld, bank: BankProcess
) -> None:
    payout = world.approved_payout()
    bank.behave(reject_next=1)
    services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    assert state_of(payout) == "returned"
    assert Payout.objects.get().claim.state == "payout_returned"


def test_a_violation_found_stops_sending_before_the_next_payout(
    world: MoneyWorld, bank: BankProcess, superuser_connection: object
) -> None:
    payout = world.approved_payout()
    line = JournalEntry.objects.get(kind="payout_instructed").lines.first()
    assert line is not None
    with superuser_connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE sharing_journalline SET debit_cents = debit_cents + 1 WHERE id = %s",
            [line.pk],
        )
        report = services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
        assert report.is_stopped
        assert bank.seen() == []
        status = sending_status()
        assert status.is_stopped
        assert "46" in status.violations[0]
        cursor.execute(
            "UPDATE sharing_journalline SET debit_cents = debit_cents - 1 WHERE id = %s",
            [line.pk],
        )
    services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    assert not sending_status().is_stopped
    assert bank.seen() == [(payout.end_to_end_id, 1)]
    assert SafetyCheck.objects.count() == 2


def test_two_workers_at_once_send_each_payout_once(
    world: MoneyWorld, bank: BankProcess, in_threads: object
) -> None:
    payout = world.approved_payout()
    bank.behave(answer_delay_ms=200)
    started = time.monotonic()
    reports = in_threads(
        4, lambda _index: services.send_outbox(gateway=bank.gateway(), now=PAYING_AT)
    )
    assert [list(report.outcomes.values()) for report in reports if report.outcomes] == [
        ["accepted"]
    ]
    assert bank.seen() == [(payout.end_to_end_id, 1)]
    assert time.monotonic() - started < 60
