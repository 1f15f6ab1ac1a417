"""`manage.py export_record`: write the record as one file, or as tiles for a mirror."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from record.bundle import bundle_parts
from record.tile_files import TilesBroken, write_tiles


class Command(BaseCommand):
    """Write the bundle, which appears only when it is whole; or bring a folder up to date."""

    help = "Write every signed entry and checkpoint to a file, or to a folder of static tiles."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file's path, the folder's, or both."""
        parser.add_argument("file", type=Path, nargs="?", help="the bundle, for verify.py")
        parser.add_argument(
            "--tiles", type=Path, metavar="DIR", help="a folder to serve as /board/record/"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what was asked for."""
        file, folder = options["file"], options["tiles"]
        if file is None and folder is None:
            raise CommandError("Name a file, or a folder with --tiles.")
        if file is not None:
            self.write_bundle(file)
        if folder is not None:
            self.write_folder(folder, options["verbosity"] > 0)

    def write_bundle(self, target: Path) -> None:
        """Write beside the target, then give it its name."""
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            for part in bundle_parts():
                file.write(part)
        draft.replace(target)
        self.stdout.write(f"The record is in {target}.")

    def write_folder(self, folder: Path, is_telling: bool) -> None:
        """Continue the folder's tiles; what stands is not written again."""
        told = [0]

        def tell(done: int, of: int) -> None:
            tenth = done * 10 // of
            if is_telling and tenth > told[0]:
                told[0] = tenth
                self.stdout.write(f"{done} of {of} entries")

        try:
            written = write_tiles(folder, tell)
        except TilesBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{written} files written; the tiles are in {folder}.")
