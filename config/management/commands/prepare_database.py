"""Prepares a PostgreSQL of your own: roles, database, default privileges."""

import os
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from psycopg2 import extensions

from config.postgres.home import APP, AUDITOR, OWNER
from config.postgres.roles import make_database, make_roles

PASSWORDS = {
    OWNER: "GONGDAO_OWNER_PASSWORD",
    APP: "GONGDAO_APP_PASSWORD",
    AUDITOR: "GONGDAO_AUDITOR_PASSWORD",
}


class Command(BaseCommand):
    """Run once, with a superuser's URL in GONGDAO_SUPERUSER_URL; safe to run again."""

    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        """Creates what is missing and says what to put into the settings."""
        url = os.environ.get("GONGDAO_SUPERUSER_URL", "")
        passwords = {role: os.environ.get(name, "") for role, name in PASSWORDS.items()}
        missing = [name for role, name in PASSWORDS.items() if not passwords[role]]
        if not url:
            missing.insert(0, "GONGDAO_SUPERUSER_URL")
        if missing:
            raise CommandError(f"Not set: {', '.join(missing)}.")
        parts = urlsplit(url)
        name = parts.path.lstrip("/")
        if not name:
            raise CommandError("GONGDAO_SUPERUSER_URL must end with the database's name.")

        def connect_to(database: str) -> extensions.connection:
            return psycopg2.connect(urlunsplit(parts._replace(path=f"/{database}")))

        superuser = connect_to("postgres")
        try:
            make_roles(superuser, passwords)
            make_database(superuser, name, connect_to)
        finally:
            superuser.close()
        place = f"{parts.hostname or ''}:{parts.port or 5432}/{name}"
        for variable, role in (
            ("DATABASE_URL", APP),
            ("DATABASE_OWNER_URL", OWNER),
            ("DATABASE_AUDITOR_URL", AUDITOR),
        ):
            self.stdout.write(f"{variable}=postgresql://{role}:<its password>@{place}")
