"""`manage.py sweep`: perform everything that is due, once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.deadlines import sweep


class Command(BaseCommand):
    """Perform the deadlines that are due; safe to run many at once."""

    help = "Perform every deadline that is due, each in its own transaction."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the most deadlines one pass looks at."""
        parser.add_argument("--limit", type=int, default=1000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once; end with an error where a deadline failed."""
        report = sweep(options["limit"])
        self.stdout.write(
            f"{len(report.done)} done, {len(report.superseded)} superseded, "
            f"{len(report.yielded)} left for the next pass, {len(report.failed)} failed"
        )
        if report.failed:
            raise CommandError("deadlines failed: " + ", ".join(map(str, report.failed)))
