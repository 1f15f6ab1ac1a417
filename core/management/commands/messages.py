"""Lists strings without a Chinese translation and compiles the catalogues."""

from django.core.management.base import BaseCommand, CommandParser

from core.catalogues import compile_catalogues, missing_translations

__all__ = ["Command", "compile_catalogues"]


class Command(BaseCommand):
    """`manage.py messages --missing` lists per app; without it the .mo files are written."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds --missing."""
        parser.add_argument("--missing", action="store_true", help="list what lacks Chinese")

    def handle(self, *args: object, missing: bool, **options: object) -> None:
        """Compiles, or lists and fails where something is missing."""
        if not missing:
            self.stdout.write(f"{compile_catalogues()} catalogues compiled")
            return
        lacking = missing_translations()
        for place, strings in sorted(lacking.items()):
            self.stdout.write(f"{place}")
            for text in strings:
                self.stdout.write(f"  {text!r}")
        if lacking:
            raise SystemExit(1)
