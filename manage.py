#!/usr/bin/env python
"""The command line of Gongdao."""

import os
import sys


def main() -> None:
    """Runs one command; settings that are refused end it with one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    from config.environment import SettingError
    from config.postgres.errors import EmbeddedPostgresError, UnsafeServerError
    from core.catalogues import CatalogueError, compile_catalogues

    try:
        compile_catalogues()  # Django reads them as soon as it starts
        execute_from_command_line(sys.argv)
    except (CatalogueError, SettingError, EmbeddedPostgresError, UnsafeServerError) as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
