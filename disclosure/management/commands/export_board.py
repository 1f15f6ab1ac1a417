"""`manage.py export_board DIR`: the whole board as plain files, for mirrors, CDN and archive."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from disclosure.export.reading import NotAnswered
from disclosure.export.writing import Export, case_count


class Command(BaseCommand):
    """Write the board in both languages; again into the same folder writes what has changed."""

    help = "Write the whole public board as plain files that need no server."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and whether cases that nothing new is told of are written too."""
        parser.add_argument("folder", type=Path, help="where to; made if it is not there")
        parser.add_argument("--whole", action="store_true", help="write every case anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, showing how far it is."""
        folder: Path = options["folder"]
        if folder.exists() and not folder.is_dir():
            raise CommandError(f"{folder} is a file. Name a folder.")
        began = time.monotonic()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(), transient=True) as bar:
            task = bar.add_task("the board", total=case_count())

            def on_progress(cases: int, what: str) -> None:
                bar.update(task, advance=cases, description=f"{what[:40]:40}")

            try:
                report = Export(folder, on_progress).run(whole=options["whole"])
            except NotAnswered as failure:
                raise CommandError(f"{failure}. Nothing is published half: run it again.") from None
        seconds = time.monotonic() - began
        self.stdout.write(
            f"{report.pages} pages and {report.cases} cases in two languages, "
            f"{report.changed} files changed, {seconds:.0f} s: {folder}/index.html"
        )
