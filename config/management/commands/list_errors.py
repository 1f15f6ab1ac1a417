"""Writes docs/reference/errors.md from the source, or says that it is stale."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation.reloader import translation_file_changed

from config.refusals import page
from core.catalogues import compile_catalogues


class Command(BaseCommand):
    """`manage.py list_errors` writes; with --check it only looks."""

    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds --check."""
        parser.add_argument("--check", action="store_true", help="fail where it is stale")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        """Writes or compares the page."""
        compile_catalogues()
        translation_file_changed(None, Path("django.mo"))  # what was read before is forgotten
        path = settings.BASE_DIR / "docs" / "reference" / "errors.md"
        wanted = page()
        if check:
            if not path.exists() or path.read_text(encoding="utf-8") != wanted:
                raise CommandError("docs/reference/errors.md is stale. Run manage.py list_errors.")
            return
        path.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"{wanted.count(chr(10) + '| `')} codes listed")
