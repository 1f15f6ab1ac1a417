"""`manage.py rotate_record_key`: bring in a new signing key, named and signed by both."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock
from record.keys import KeyUnavailable
from record.rotation import rotate_key


class Command(BaseCommand):
    """Run it where the clock runs, as the clock's user; the clock need not stop."""

    help = "Make a new signing key for the record; the change is an entry signed by both keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether the old key can still sign."""
        parser.add_argument(
            "--old-is-lost",
            action="store_true",
            help="the old key's file is gone for good, so that only the new key signs",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Change the key and print what to tell readers and witnesses."""
        try:
            made = rotate_key(now=clock.now(), is_old_lost=options["old_is_lost"])
        except KeyUnavailable as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The record is now signed by\n{made.vkey}")
        self.stdout.write("Tell it to the witnesses, and publish it where readers look.")
