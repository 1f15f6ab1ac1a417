"""`manage.py send_mail`: a sender beside the clock's own, for plans with very many members."""

import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from core.clock import now
from members.services import send_waiting


class Command(BaseCommand):
    """Send what waits by e-mail until SIGTERM or SIGINT; any number at once are safe."""

    help = "Send waiting e-mails. The clock does this too; more senders make it faster."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the pause between passes, and a number of passes for trials."""
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between passes")
        parser.add_argument("--passes", type=int, default=0, help="stop after so many; 0: never")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop; a letter that has begun is finished before the process ends."""
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()

        before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            passes = 0
            while not stopping.is_set():
                sent = self._pass()
                passes += 1
                if options["passes"] and passes >= options["passes"]:
                    break
                stopping.wait(0 if sent else options["pause"])
        finally:
            for one, known in before.items():
                signal.signal(one, known)
        self.stdout.write("The sender has stopped.")

    def _pass(self) -> int:
        try:
            return send_waiting(now()).sent
        except Error:
            self.stderr.write("The database did not answer; trying again.")
            connection.close()
            return 0
