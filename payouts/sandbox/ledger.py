"""The sandbox bank's books in a SQLite file: payments by end-to-end id, events, statement."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    end_to_end_id TEXT PRIMARY KEY, body TEXT NOT NULL, amount_cents INTEGER NOT NULL,
    bank_reference TEXT NOT NULL, status TEXT NOT NULL, reason_code TEXT NOT NULL DEFAULT '',
    due_at REAL NOT NULL, will_return INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS event (
    event_id TEXT PRIMARY KEY, body TEXT NOT NULL, copies INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_try_at REAL NOT NULL, lie TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS line (
    number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, end_to_end_id TEXT NOT NULL,
    amount_cents INTEGER NOT NULL, bank_reference TEXT NOT NULL, booked_on TEXT NOT NULL,
    reason_code TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS seen (
    number INTEGER PRIMARY KEY AUTOINCREMENT, end_to_end_id TEXT NOT NULL, is_new INTEGER NOT NULL);
"""

LINE_COLUMNS = (
    "kind",
    "end_to_end_id",
    "amount_cents",
    "bank_reference",
    "booked_on",
    "reason_code",
)


@dataclass(slots=True)
class Behaviour:
    """What the bank is told to do wrong. Counts go down with each payment they touch."""

    delay_ms: int = 300
    answer_delay_ms: int = 0
    duplicate_callbacks: int = 1
    timeout_after_accept: int = 0
    drop_before_accept: int = 0
    reject_next: int = 0
    return_next: int = 0
    return_after_settle: int = 0
    silent: int = 0
    repeat_statement: int = 0
    lie: str = ""

    def take(self, name: str) -> bool:
        """Say whether a count is above zero, and use one up."""
        left: int = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return left > 0

    def change(self, wanted: dict[str, Any]) -> list[str]:
        """Take known settings over; return the names that are not known or of a wrong type."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        wrong = [name for name, value in wanted.items() if type(value) is not known.get(name)]
        if not wrong:
            for name, value in wanted.items():
                setattr(self, name, value)
        return wrong

    def as_dict(self) -> dict[str, Any]:
        """Return all settings."""
        return asdict(self)


class Ledger:
    """The bank's books; one connection, one lock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.row_factory = sqlite3.Row
        self._database.executescript("PRAGMA journal_mode=WAL;" + _TABLES)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the books for one transaction."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """Return what a query finds."""
        with self._lock:
            return self._database.execute(query, values).fetchall()

    def payment(self, end_to_end_id: str) -> sqlite3.Row | None:
        """Return a payment by its key."""
        found = self.rows("SELECT * FROM payment WHERE end_to_end_id = ?", end_to_end_id)
        return found[0] if found else None

    def accept(
        self, end_to_end_id: str, body: str, amount_cents: int, due_at: float, will_return: bool
    ) -> sqlite3.Row:
        """Take a payment in, once however often it is sent; ValueError for another body."""
        with self.writing() as books:
            found = self.payment(end_to_end_id)
            books.execute(
                "INSERT INTO seen (end_to_end_id, is_new) VALUES (?, ?)",
                (end_to_end_id, found is None),
            )
            if found is not None and found["body"] != body:
                raise ValueError("another payment was sent under this key")
            if found is None:
                number = books.execute("SELECT count(*) FROM payment").fetchone()[0] + 1
                books.execute(
                    "INSERT INTO payment (end_to_end_id, body, amount_cents, bank_reference, "
                    "status, due_at, will_return) VALUES (?, ?, ?, ?, 'accepted', ?, ?)",
                    (end_to_end_id, body, amount_cents, f"SB{number:010d}", due_at, will_return),
                )
            row = self.payment(end_to_end_id)
        if row is None:
            raise LookupError(end_to_end_id)
        return row

    def lines_after(self, number: int) -> list[dict[str, Any]]:
        """Return the statement's lines after a number."""
        rows = self.rows("SELECT * FROM line WHERE number > ? ORDER BY number", number)
        return [
            {"line_id": str(row["number"]), **{name: row[name] for name in LINE_COLUMNS}}
            for row in rows
        ]
