"""Compiles the translation catalogues, or lists strings without Chinese."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.catalogues import compile_catalogues


class Command(BaseCommand):
    """`manage.py messages` writes the .mo files; with --missing it lists per file."""

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
        from config.translations import missing_translations

        lacking = missing_translations()
        for place, strings in sorted(lacking.items()):
            self.stdout.write(place)
            for text in strings:
                self.stdout.write(f"  {text!r}")
        if lacking:
            raise CommandError(f"{sum(map(len, lacking.values()))} strings lack Chinese.")
        self.stdout.write("Every string has Chinese.")
