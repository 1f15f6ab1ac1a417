"""`manage.py clock`: the loop that sweeps deadlines and runs what apps registered for it."""

import signal
import threading
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.clock import offset
from core.clockwork import Clockwork


class Command(BaseCommand):
    """Run the clock until SIGTERM or SIGINT; several at once are safe."""

    help = "Perform deadlines as they come due, number the record, run periodic tasks."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the pause between passes, and a number of passes for trials."""
        parser.add_argument("--pause", type=float, default=1.0, help="seconds between passes")
        parser.add_argument("--passes", type=int, default=0, help="stop after so many; 0: never")

    def handle(self, *args: Any, **options: Any) -> None:
        """Loop; a pass that has begun is finished before the process ends."""
        if settings.IS_PRODUCTION and offset() != timedelta(0):
            raise CommandError("The database's clock is shifted: production does not run on it.")
        stopping = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()

        before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
        try:
            clockwork = Clockwork()
            passes = 0
            while not stopping.is_set():
                clockwork.tick()
                passes += 1
                if options["passes"] and passes >= options["passes"]:
                    break
                stopping.wait(options["pause"])
        finally:
            for one, known in before.items():
                signal.signal(one, known)
        self.stdout.write("The clock has stopped.")
