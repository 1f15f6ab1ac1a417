"""`manage.py seed_demo`: makes the demo world, reproducibly, through the real services."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from claims.models import Claim
from core.clock import now
from members.models import Plan


def hurry(on: bool) -> None:
    """Do not wait for the disk at each commit of this session, or wait again and flush.

    A seeding cut short is begun anew from nothing, so that no commit of it need survive alone.
    """
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SET synchronous_commit = " + ("off" if on else "on"))
            cursor.execute("SELECT pg_current_xact_id()")


class Command(BaseCommand):
    """Invent people and months of claims; refuses a database that holds any, or production."""

    help = "Make the demo world: people, plans, months of claims in every state."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take how large the world is, and the seed by which it can be made again."""
        parser.add_argument("--claims", type=int, default=300, help="how many claims")
        parser.add_argument("--members", type=int, default=10_000, help="how many members")
        parser.add_argument("--seed", type=int, default=20_181_016, help="the world's seed")

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, showing how far it is."""
        if settings.IS_PRODUCTION:
            raise CommandError("The demo world is never made with production settings.")
        if Plan.objects.exists() or Claim.objects.exists():
            raise CommandError("This database holds a world already. Use an empty data home.")
        from desk.demo.seeding import seed

        began = time.monotonic()
        hurry(True)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            console=Console(),
            transient=True,
        ) as bar:
            task = bar.add_task("the demo world", total=1.0)
            report = seed(
                claims=options["claims"],
                members=options["members"],
                seed_number=options["seed"],
                real=now(),
                on_progress=lambda part, what: bar.update(task, completed=part, description=what),
            )
        hurry(False)
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{report.claims} claims of {report.members} members in {seconds:.0f} s; the world's "
            f"clock stands at {report.present:%Y-%m-%d %H:%M} UTC."
        )
