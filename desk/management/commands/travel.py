"""`manage.py travel --days N`: let time pass in a demo, everything due happening on the way."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from core.clockwork import Clockwork
from core.errors import Refusal
from desk.travel import go_on, is_demo

# More seconds than any periodic task waits, so that each hop runs all of them.
A_LONG_WHILE = 1_000_000.0


class Command(BaseCommand):
    """Move the clock on, hop by hop; refuses outside a demo."""

    help = "Let time pass in a demo world: days and hours from what its clock reads."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how far."""
        parser.add_argument("--days", type=int, default=0)
        parser.add_argument("--hours", type=int, default=0)

    def handle(self, *args: Any, days: int, hours: int, **options: Any) -> None:
        """Go from deadline to deadline and be the clock at each stop."""
        if not is_demo():
            raise CommandError("Time travels only in a demo (GONGDAO_MODE=demo).")
        if days < 0 or hours < 0 or days + hours == 0:
            raise CommandError("Say how far: --days N, --hours N. Time never goes back.")
        until = clock.now() + timedelta(days=days, hours=hours)
        try:
            self.travel(until)
        except Refusal as refusal:
            raise CommandError(str(refusal.message)) from refusal
        self.stdout.write(f"The clock reads {clock.now():%Y-%m-%d %H:%M} UTC.")

    def travel(self, until: datetime) -> None:
        """Hop until the end is reached."""
        seconds = 0.0

        def monotonic() -> float:
            return seconds

        clockwork = Clockwork(monotonic)
        stop = clock.now()
        while stop < until:
            stop = go_on(clock.now(), until)
            seconds += A_LONG_WHILE
            clockwork.tick()
