"""`manage.py export_record FILE`: write the record as one file that verify.py checks."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from record.bundle import bundle_parts


class Command(BaseCommand):
    """Write the bundle; the file appears only when it is whole."""

    help = "Write every signed entry and checkpoint to a file, for docs/verify/verify.py."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file's path."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write beside the target, then give it its name."""
        target: Path = options["file"]
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            for part in bundle_parts():
                file.write(part)
        draft.replace(target)
        self.stdout.write(f"The record is in {target}.")
