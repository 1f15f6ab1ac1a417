"""`manage.py payout_worker`: send the outbox in a process of its own, beside or without a clock."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.clock import now
from payouts.deadlines import bank
from payouts.services import send_outbox


class Command(BaseCommand):
    """Send what is due, again and again; several at once are safe."""

    help = "Send the payouts of the outbox to the bank."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the pause between passes, or a single pass."""
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between passes")
        parser.add_argument("--once", action="store_true", help="one pass, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop until it is ended."""
        gateway = bank()
        while True:
            report = send_outbox(gateway=gateway, now=now())
            for reference, outcome in report.outcomes.items():
                self.stdout.write(f"{reference} {outcome}")
            if report.is_stopped:
                self.stderr.write("Sending is stopped: a check of the journal failed.")
            if options["once"]:
                return
            time.sleep(options["pause"])
