"""What the sandbox bank does with a payment in time: settle, return, report, and misreport."""

import json
import logging
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from sqlite3 import Connection, Row
from typing import Any

from payouts.rules import REPLAY_WINDOW_SECONDS, sign
from payouts.sandbox.ledger import Behaviour, Ledger

log = logging.getLogger(__name__)

PAUSE_SECONDS = 0.05
RETRY_SECONDS = 2.0
MOST_ATTEMPTS = 30
LIES = ("", "amount", "unknown_payment", "signature", "stale")


class Bank:
    """The bank: its books, its behaviour, and the thread that works payments off."""

    def __init__(self, path: Path, secret: str, callback_url: str) -> None:
        self.ledger = Ledger(path)
        self.secret = secret
        self.callback_url = callback_url
        self.behaviour = Behaviour()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bank", daemon=True)

    def start(self) -> None:
        """Begin to work payments off."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after what is being done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self.ledger.close()

    def accept(self, body: bytes) -> tuple[int, dict[str, Any]]:
        """Take an instruction in; return HTTP status and answer."""
        try:
            wanted = json.loads(body)
            key, amount = str(wanted["end_to_end_id"]), int(wanted["amount_cents"])
        except (ValueError, KeyError, TypeError):
            return 400, {"error": "not a payment"}
        if amount <= 0 or not wanted.get("account") or self.behaviour.take("reject_next"):
            return 422, {"status": "rejected", "reason_code": "AC01", "bank_reference": ""}
        due_at = time.time() + self.behaviour.delay_ms / 1000
        known = self.ledger.payment(key) is not None
        returns = not known and self.behaviour.take("return_next")
        try:
            row = self.ledger.accept(key, body.decode(), amount, due_at, returns)
        except ValueError as error:
            return 409, {"error": str(error)}
        return (200 if known else 202), answer_for(row)

    def work(self) -> None:
        """Settle or return what is due, then deliver what is to be reported."""
        at = time.time()
        due = self.ledger.rows(
            "SELECT * FROM payment WHERE due_at <= ? AND "
            "(status = 'accepted' OR (status = 'settled' AND will_return = 2))",
            at,
        )
        for payment in due:
            self._finish(payment)
        waiting = self.ledger.rows(
            "SELECT * FROM event WHERE attempts < ? AND copies > 0 AND next_try_at <= ?",
            MOST_ATTEMPTS,
            at,
        )
        for event in waiting:
            self._deliver(event)

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE_SECONDS):
            self.work()

    def _finish(self, payment: Row) -> None:
        returns = payment["will_return"] == 1 or payment["status"] == "settled"
        status = "returned" if returns else "settled"
        reason = "AC04" if returns else ""
        comes_back = status == "settled" and self.behaviour.take("return_after_settle")
        with self.ledger.writing() as books:
            books.execute(
                "UPDATE payment SET status = ?, reason_code = ?, will_return = ?, due_at = ? "
                "WHERE end_to_end_id = ?",
                (
                    status,
                    reason,
                    2 if comes_back else 0,
                    time.time() + self.behaviour.delay_ms / 1000,
                    payment["end_to_end_id"],
                ),
            )
            for _ in range(1 + self.behaviour.take("repeat_statement")):
                books.execute(
                    "INSERT INTO line (kind, end_to_end_id, amount_cents, bank_reference, "
                    "booked_on, reason_code) VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        status,
                        payment["end_to_end_id"],
                        payment["amount_cents"],
                        payment["bank_reference"],
                        datetime.now(UTC).date().isoformat(),
                        reason,
                    ),
                )
            if not self.behaviour.take("silent"):
                self._report(books, payment, status, reason)

    def _report(self, books: Connection, payment: Row, status: str, reason: str) -> None:
        lie, self.behaviour.lie = self.behaviour.lie, ""
        key = payment["end_to_end_id"]
        event = {
            "event_id": f"{key}-{status}",
            "kind": status,
            "end_to_end_id": "C-0000-0000-9" if lie == "unknown_payment" else key,
            "amount_cents": payment["amount_cents"] + (1 if lie == "amount" else 0),
            "bank_reference": payment["bank_reference"],
            "reason_code": reason,
        }
        books.execute(
            "INSERT OR IGNORE INTO event (event_id, body, copies, next_try_at, lie) "
            "VALUES (?, ?, ?, ?, ?)",
            (
                event["event_id"],
                json.dumps(event),
                max(self.behaviour.duplicate_callbacks, 1),
                time.time(),
                lie,
            ),
        )

    def _deliver(self, event: Row) -> None:
        status = self._post(event)
        done = 200 <= status < 300 or event["lie"] in ("signature", "stale")
        with self.ledger.writing() as books:
            books.execute(
                "UPDATE event SET attempts = attempts + 1, copies = copies - ?, next_try_at = ? "
                "WHERE event_id = ?",
                (done, time.time() + (0 if done else RETRY_SECONDS), event["event_id"]),
            )

    def _post(self, event: Row) -> int:
        body = event["body"].encode()
        stamp = int(time.time())
        if event["lie"] == "stale":
            stamp -= 2 * REPLAY_WINDOW_SECONDS
        secret = "not the secret" if event["lie"] == "signature" else self.secret
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's setting
            self.callback_url,
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Bank-Timestamp": str(stamp),
                "X-Bank-Signature": sign(secret, stamp, body),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except (HTTPException, OSError):
            return 0


def answer_for(payment: Row) -> dict[str, Any]:
    """Return what the bank says about a payment it knows."""
    return {
        "end_to_end_id": payment["end_to_end_id"],
        "status": payment["status"],
        "bank_reference": payment["bank_reference"],
        "reason_code": payment["reason_code"],
    }
