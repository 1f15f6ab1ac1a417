"""The sandbox bank as a real process on a loopback port, for tests."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from payouts.gateways import HttpGateway

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class BankProcess:
    """A running bank, its address and its books."""

    process: "subprocess.Popen[str]"
    url: str
    books: Path

    def gateway(self, timeout_seconds: float = 5.0) -> HttpGateway:
        """A gateway to this bank."""
        return HttpGateway(self.url, settings.BANK_SECRET, timeout_seconds)

    def behave(self, **wanted: Any) -> dict[str, Any]:
        """Tell the bank what to do wrong."""
        request = urllib.request.Request(
            self.url + "/behaviour", data=json.dumps(wanted).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return dict(json.load(answer))

    def seen(self) -> list[tuple[str, int]]:
        """Every instruction that reached the bank: its key, and whether it was new."""
        import sqlite3

        books = sqlite3.connect(self.books)
        try:
            rows = books.execute("SELECT end_to_end_id, is_new FROM seen ORDER BY number")
            return [(str(key), int(is_new)) for key, is_new in rows]
        finally:
            books.close()


@contextmanager
def running_bank(folder: Path, callback_url: str = "http://127.0.0.1:9/") -> Iterator[BankProcess]:
    """Start the bank's command, wait until it listens, and end it."""
    port, books = free_port(), folder / "bank.sqlite3"
    command = [
        sys.executable,
        "manage.py",
        "sandbox_bank",
        "--port",
        str(port),
        "--books",
        str(books),
        "--callback-url",
        callback_url,
    ]
    environment = {**os.environ, "GONGDAO_BANK_SECRET": settings.BANK_SECRET}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert "listens" in process.stdout.readline()
        yield BankProcess(process, f"http://127.0.0.1:{port}", books)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


def wait_until(condition: Any, seconds: float = 10.0) -> Any:
    """Return the condition's first true answer; fail after a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError("it did not happen in time")
