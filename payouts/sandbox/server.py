"""The sandbox bank's HTTP face: POST /payments, GET /payments/<id>, GET /statement, /behaviour."""

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from payouts.rules import is_authentic
from payouts.sandbox.bank import LIES, Bank, answer_for

MOST_BYTES = 20_000


class BankServer(ThreadingHTTPServer):
    """The listening socket with its bank; bound to the loopback address by the command."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], bank: Bank) -> None:
        super().__init__(address, BankHandler)
        self.bank = bank


class BankHandler(BaseHTTPRequestHandler):
    """One request."""

    server: BankServer
    server_version = "SandboxBank"
    timeout = 30

    def do_POST(self) -> None:
        """Take a payment in, or change the behaviour."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST_BYTES))
        if self.path == "/behaviour":
            self._change(body)
        elif self.path != "/payments":
            self._answer(404, {"error": "no such address"})
        elif not self._is_signed(body):
            self._answer(401, {"error": "not signed"})
        else:
            self._pay(body)

    def do_GET(self) -> None:
        """Say what is known about a payment, or give the statement."""
        address = urlsplit(self.path)
        bank = self.server.bank
        if address.path == "/":
            self._answer(200, {"bank": "sandbox", "behaviour": bank.behaviour.as_dict()})
        elif not self._is_signed(self.path.encode()):
            self._answer(401, {"error": "not signed"})
        elif address.path == "/statement":
            after = parse_qs(address.query).get("after", ["0"])[0]
            lines = bank.ledger.lines_after(int(after) if after.isdigit() else 0)
            self._answer(200, {"lines": lines})
        elif address.path.startswith("/payments/"):
            payment = bank.ledger.payment(address.path.removeprefix("/payments/"))
            if payment is None:
                self._answer(404, {"error": "never seen"})
            else:
                self._answer(200, answer_for(payment))
        else:
            self._answer(404, {"error": "no such address"})

    def _pay(self, body: bytes) -> None:
        bank = self.server.bank
        if bank.behaviour.take("drop_before_accept"):
            self.close_connection = True
            return
        status, answer = bank.accept(body)
        if bank.behaviour.take("timeout_after_accept"):
            self.close_connection = True
            return
        time.sleep(bank.behaviour.answer_delay_ms / 1000)
        self._answer(status, answer)

    def _change(self, body: bytes) -> None:
        try:
            wanted = json.loads(body or b"{}")
            wrong = self.server.bank.behaviour.change(wanted)
        except (ValueError, AttributeError):
            wrong = ["body"]
        if self.server.bank.behaviour.lie not in LIES:
            self.server.bank.behaviour.lie = ""
            wrong.append("lie")
        if wrong:
            self._answer(422, {"error": "not a behaviour: " + ", ".join(wrong)})
        else:
            self._answer(200, self.server.bank.behaviour.as_dict())

    def _is_signed(self, message: bytes) -> bool:
        return is_authentic(
            self.server.bank.secret,
            self.headers.get("X-Bank-Timestamp", ""),
            self.headers.get("X-Bank-Signature", ""),
            message,
            time.time(),
        )

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Stay silent: addresses hold references."""
