"""`manage.py sandbox_bank`: the sandbox bank as a process of its own; it never touches our data."""

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payouts.sandbox.bank import Bank
from payouts.sandbox.server import BankServer


class Command(BaseCommand):
    """Serve the sandbox bank until SIGTERM or SIGINT."""

    help = "Serve the sandbox bank; its books are a file in the data home."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address and where callbacks go."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.GONGDAO.bank_port)
        parser.add_argument(
            "--callback-url",
            default=f"http://127.0.0.1:{settings.GONGDAO.port}/api/v1/bank/callbacks/",
        )
        parser.add_argument("--books", type=Path, default=settings.DATA_HOME / "bank.sqlite3")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve; SIGTERM and SIGINT end it cleanly."""
        if settings.IS_PRODUCTION:
            raise CommandError("The sandbox bank does not run with production settings.")
        bank = Bank(options["books"], settings.BANK_SECRET, options["callback_url"])
        server = BankServer((options["host"], options["port"]), bank)

        def stop(number: int, frame: FrameType | None) -> None:
            threading.Thread(target=server.shutdown).start()

        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, stop)
        bank.start()
        self.stdout.write(f"The sandbox bank listens on port {server.server_address[1]}.")
        self.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.1)
        finally:
            server.server_close()
            bank.stop()
