"""`manage.py count_ballots H-…`: open and count a hearing's ballots now, with a progress bar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import Progress

from core.clock import now
from core.references import parse_reference
from jury.models import Hearing
from jury.services import count_ballots
from jury.states import HearingState

ENDS = ("waiting", "decided")


class Command(BaseCommand):
    """What the clock does step by step, without waiting between the steps."""

    help = "Open and count the ballots of a hearing whose vote is closed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the hearing's reference."""
        parser.add_argument("reference")

    def handle(self, *args: Any, **options: Any) -> None:
        """Count; the bar shows only where somebody looks, and only how many are open."""
        reference = parse_reference(options["reference"], "H")
        state = Hearing.objects.values_list("state", flat=True).filter(reference=reference).first()
        if state != HearingState.CLOSED:
            raise CommandError(_("The vote is not closed."))
        console = Console(stderr=True)
        outcome = ""
        with Progress(console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task(reference, total=None)
            while not outcome.startswith(ENDS):
                outcome = count_ballots(
                    reference=reference,
                    now=now(),
                    progress=lambda done, total: bar.update(task, completed=done, total=total),
                )
        self.stdout.write(outcome)
