"""The gateway to a bank: what it must do, and the one that speaks HTTP."""

import json
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from typing import Any, Protocol

from core.canonical import canonical_json
from payouts.rules import sign


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the bank is asked to pay; the end-to-end id makes it idempotent."""

    end_to_end_id: str
    amount_cents: int
    currency: str
    account_holder: str
    account: str = ""

    def body(self) -> bytes:
        """Return the one form in which the instruction is sent, however often."""
        return canonical_json(
            {
                "end_to_end_id": self.end_to_end_id,
                "amount_cents": self.amount_cents,
                "currency": self.currency,
                "account_holder": self.account_holder,
                "account": self.account,
            }
        )

    def __repr__(self) -> str:
        return f"Instruction({self.end_to_end_id}, {self.amount_cents} {self.currency})"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The bank's answer about a payment it knows."""

    status: str
    bank_reference: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of the bank's statement."""

    line_id: str
    kind: str
    end_to_end_id: str
    amount_cents: int
    bank_reference: str
    booked_on: date
    reason_code: str = ""


class NotReached(Exception):
    """The bank certainly did not get the message; it may be sent again."""


class OutcomeUnknown(Exception):
    """The bank may have got the message; it is asked before anything is sent again."""


class Gateway(Protocol):
    """What payouts need of a bank. It must not change anything of ours."""

    def send(self, instruction: Instruction) -> Receipt:
        """Hand an instruction over; raises NotReached or OutcomeUnknown."""

    def ask(self, end_to_end_id: str) -> Receipt | None:
        """Return what the bank knows about a key; None where it never saw it."""

    def statement(self, after: str) -> list[BankLine]:
        """Return the statement's lines after the line of an id, all of them for ''."""


class HttpGateway:
    """The sandbox bank's HTTP interface; every request is signed."""

    def __init__(self, url: str, secret: str, timeout_seconds: float = 5.0) -> None:
        self.url = url.rstrip("/")
        self.secret = secret
        self.timeout = timeout_seconds

    def send(self, instruction: Instruction) -> Receipt:
        """POST the instruction under its key."""
        status, answer = self._call("POST", "/payments", instruction.body())
        if status not in (200, 201, 202, 422):
            raise OutcomeUnknown(f"HTTP {status}")
        return _receipt(answer)

    def ask(self, end_to_end_id: str) -> Receipt | None:
        """GET what the bank knows."""
        status, answer = self._call("GET", f"/payments/{end_to_end_id}")
        if status == 404:
            return None
        if status != 200:
            raise OutcomeUnknown(f"HTTP {status}")
        return _receipt(answer)

    def statement(self, after: str) -> list[BankLine]:
        """GET the statement's lines after one."""
        status, answer = self._call("GET", f"/statement?after={after}")
        if status != 200:
            raise NotReached(f"HTTP {status}")
        try:
            return [_line(row) for row in answer["lines"]]
        except (KeyError, TypeError, ValueError) as error:
            raise OutcomeUnknown("the statement cannot be read") from error

    def _call(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        stamp = int(time.time())
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's setting
            self.url + path,
            data=body or None,
            method=method,
            headers={
                "Content-Type": "application/json",
                "X-Bank-Timestamp": str(stamp),
                "X-Bank-Signature": sign(self.secret, stamp, body or path.encode()),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:  # noqa: S310
                return answer.status, _object(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _object(error.read())
        except urllib.error.URLError as error:
            if isinstance(error.reason, ConnectionRefusedError | socket.gaierror):
                raise NotReached("refused") from error
            raise OutcomeUnknown("no answer") from error
        except (HTTPException, OSError) as error:
            raise OutcomeUnknown("no answer") from error


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise OutcomeUnknown("the answer cannot be read") from error
    return found if isinstance(found, dict) else {}


def _receipt(answer: dict[str, Any]) -> Receipt:
    status = answer.get("status")
    if status not in ("accepted", "settled", "returned", "rejected"):
        raise OutcomeUnknown("the answer names no status")
    return Receipt(
        str(status), str(answer.get("bank_reference", "")), str(answer.get("reason_code", ""))
    )


def _line(row: dict[str, Any]) -> BankLine:
    return BankLine(
        line_id=str(row["line_id"]),
        kind=str(row["kind"]),
        end_to_end_id=str(row["end_to_end_id"]),
        amount_cents=int(row["amount_cents"]),
        bank_reference=str(row["bank_reference"]),
        booked_on=date.fromisoformat(row["booked_on"]),
        reason_code=str(row.get("reason_code", "")),
    )
