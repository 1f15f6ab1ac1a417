"""Migrates as the owner, so that the application owns nothing."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection, connections

from config.postgres.grants import grant_library_tables
from config.postgres.owner import owner_credentials


class Command(migrate.Command):
    """Django's migrate over the owner's connection, then the grants on libraries' tables."""

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in connections:
            raise CommandError(
                "Migrations run as the owner of the tables: set DATABASE_OWNER_URL, and run this "
                "as a command, not in a web process."
            )
        with owner_credentials():
            super().handle(*args, **options)
            if not options["plan"] and not options["check_unapplied"]:
                with connection.cursor() as cursor:
                    grant_library_tables(cursor)
