"""Draws the state machines into docs/states/, or says which drawing is stale."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.drawings import drawings


class Command(BaseCommand):
    """`manage.py draw_states` writes; with --check it only looks."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds --check."""
        parser.add_argument("--check", action="store_true", help="fail where one is stale")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        """Writes or compares every drawing."""
        folder = settings.BASE_DIR / "docs" / "states"
        folder.mkdir(parents=True, exist_ok=True)
        wanted = drawings()
        present = {path.name: path.read_text() for path in folder.glob("*.md")}
        stale = sorted(
            name for name in {*wanted, *present} if wanted.get(name) != present.get(name)
        )
        if check:
            if stale:
                raise CommandError(f"Stale: {', '.join(stale)}. Run manage.py draw_states.")
            return
        for name in stale:
            if name in wanted:
                (folder / name).write_text(wanted[name])
            else:
                (folder / name).unlink()
        self.stdout.write(f"{len(wanted)} machines drawn, {len(stale)} changed")
