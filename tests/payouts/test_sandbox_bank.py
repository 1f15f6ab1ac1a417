"""The sandbox bank: a separate process that pays once, and can be told to misbehave."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from payouts.gateways import HttpGateway, Instruction, NotReached, OutcomeUnknown
from payouts.rules import is_authentic
from tests.payouts.banks import BankProcess, free_port, running_bank, wait_until

KEY = "C-0000-0001-1"


def instruction(key: str = KEY, amount_cents: int = 300_000_00) -> Instruction:
    return Instruction(key, amount_cents, "CNY", "张三", "6222020000001234")


@pytest.fixture
def heard() -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A web server that hears callbacks, and what it heard."""
    found: list[tuple[str, str, bytes]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            stamp, signature = self.headers["X-Bank-Timestamp"], self.headers["X-Bank-Signature"]
            found.append((stamp, signature, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ear) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", found
        server.shutdown()


@pytest.fixture
def bank(tmp_path: Path, heard: tuple[str, list[object]]) -> Iterator[BankProcess]:
    with running_bank(tmp_path, heard[0]) as process:
        process.behave(delay_ms=0)
        yield process


def test_the_same_key_is_paid_once_however_often_it_is_sent(bank: BankProcess) -> None:
    gateway = bank.gateway()
    first = gateway.send(instruction())
    again = gateway.send(instruction())
    assert first.bank_reference == again.bank_reference
    wait_until(lambda: gateway.statement(""))
    assert len(gateway.statement("")) == 1
    assert bank.seen() == [(KEY, 1), (KEY, 0)]


def test_another_body_under_a_key_is_refused(bank: BankProcess) -> None:
    bank.gateway().send(instruction())
    with pytest.raises(OutcomeUnknown, match="409"):
        bank.gateway().send(instruction(amount_cents=1))


def test_a_request_that_is_not_signed_is_refused(bank: BankProcess) -> None:
    stranger = HttpGateway(bank.url, "not the secret")
    with pytest.raises(OutcomeUnknown, match="401"):
        stranger.send(instruction())
    assert bank.seen() == []


def test_a_settled_payment_is_reported_signed_and_stands_in_the_statement(
    bank: BankProcess, heard: tuple[str, list[tuple[str, str, bytes]]]
) -> None:
    from django.conf import settings

    bank.behave(duplicate_callbacks=3)
    bank.gateway().send(instruction())
    wait_until(lambda: len(heard[1]) == 3)
    assert len({body for _, _, body in heard[1]}) == 1
    for stamp, signature, body in heard[1]:
        assert is_authentic(settings.BANK_SECRET, stamp, signature, body, int(stamp))
    (line,) = bank.gateway().statement("")
    assert (line.kind, line.end_to_end_id, line.amount_cents) == ("settled", KEY, 300_000_00)
    assert bank.gateway().statement(line.line_id) == []


def test_after_a_timeout_the_bank_knows_the_key(bank: BankProcess) -> None:
    bank.behave(timeout_after_accept=1)
    with pytest.raises(OutcomeUnknown):
        bank.gateway().send(instruction())
    receipt = bank.gateway().ask(KEY)
    assert receipt is not None
    assert receipt.status in ("accepted", "settled")


def test_a_payment_dropped_on_the_way_was_never_seen(bank: BankProcess) -> None:
    bank.behave(drop_before_accept=1)
    with pytest.raises(OutcomeUnknown):
        bank.gateway().send(instruction())
    assert bank.gateway().ask(KEY) is None


def test_a_slow_answer_is_an_unknown_outcome(bank: BankProcess) -> None:
    bank.behave(answer_delay_ms=1500)
    with pytest.raises(OutcomeUnknown):
        bank.gateway(timeout_seconds=0.3).send(instruction())


def test_a_payment_can_come_back_before_or_after_it_was_settled(bank: BankProcess) -> None:
    bank.behave(return_next=1)
    bank.gateway().send(instruction())
    wait_until(lambda: [line.kind for line in bank.gateway().statement("")] == ["returned"])
    bank.behave(return_after_settle=1)
    bank.gateway().send(instruction("C-0000-0002-1"))
    wait_until(lambda: len(bank.gateway().statement("")) == 3)
    assert [line.kind for line in bank.gateway().statement("1")] == ["settled", "returned"]


def test_a_bank_that_is_down_was_not_reached() -> None:
    with pytest.raises(NotReached):
        HttpGateway(f"http://127.0.0.1:{free_port()}", "secret").send(instruction())


def test_a_behaviour_that_does_not_exist_is_refused(bank: BankProcess) -> None:
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as refusal:
        bank.behave(lie="about the weather")
    refusal.value.close()
    assert refusal.value.code == 422
