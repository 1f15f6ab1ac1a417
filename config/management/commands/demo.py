"""Makes the demo world where there is none and serves it."""

import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from config.environment import Environment, Mode
from config.management.commands import serve
from config.postgres import users
from config.postgres.home import DATABASE, SUPERUSER, home_of
from config.postgres.roles import drop_database, make_database

ACCOUNTS = (
    "claimant, member, juror1 … juror9, reviewer, reviewer2, investigator, jury_officer, "
    "finance, finance2, ombudsman, auditor, admin"
)


def static_fingerprint() -> str:
    """Changes whenever a static file does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path}:{stat.st_size}:{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def forget_files(data_home: Path) -> None:
    """Removes what a world keeps outside the database: the sandbox bank's books, documents, keys.

    Books of a world that is gone would stand as lines that match nothing in the next one.
    """
    for path in data_home.glob("bank.sqlite3*"):
        path.unlink()
    for folder in ("evidence", "secrets/hearings"):
        shutil.rmtree(data_home / folder, ignore_errors=True)


class Command(serve.Command):
    """`manage.py demo`: migrate, compile, collect, seed if empty, serve."""

    help = __doc__ or ""
    requires_system_checks = []

    def handle(self, *args: object, host: str, **options: object) -> None:
        """Prepares and serves; keeps its data from one start to the next."""
        environment: Environment = settings.GONGDAO
        if environment.mode is Mode.PRODUCTION:
            raise CommandError("The demo refuses to run with production settings.")
        seeding = environment.data_home / "demo-seeding"
        if seeding.exists():
            self.forget_half_made_world(environment)
            seeding.unlink()
        from claims.models import Claim

        call_command("migrate", verbosity=0, interactive=False)
        self.collect_static(environment)
        if not Claim.objects.exists():
            self.stdout.write("Making the demo world …")
            seeding.touch()
            call_command("seed_demo")
            seeding.unlink()
        connections.close_all()
        super().handle(*args, host=host, **options)

    def collect_static(self, environment: Environment) -> None:
        """Collects static files where they changed."""
        stamp = environment.data_home / "static.stamp"
        present = static_fingerprint()
        if not stamp.exists() or stamp.read_text() != present:
            call_command("collectstatic", verbosity=0, interactive=False, clear=True)
            stamp.write_text(present)

    def forget_half_made_world(self, environment: Environment) -> None:
        """Drops the database of an interrupted first start; never one of DATABASE_URL."""
        if not environment.uses_embedded_postgres:
            raise CommandError(
                "Seeding this database was interrupted. Empty it, then remove "
                f"{environment.data_home / 'demo-seeding'}."
            )
        self.stdout.write("The demo world was left half-made; making it anew.")
        home = home_of(environment.data_home)
        users.hold(home)
        superuser = users.connect(home, SUPERUSER)
        try:
            drop_database(superuser, DATABASE)
            make_database(superuser, DATABASE, lambda name: users.connect(home, SUPERUSER, name))
        finally:
            superuser.close()
        forget_files(environment.data_home)

    def announce(self, environment: Environment) -> None:
        """Says where to look and who to be."""
        super().announce(environment)
        self.stdout.write(f"Accounts (password demo): {ACCOUNTS}")
        self.stdout.write("Stop with Ctrl-C; the data stays.")
        self.stdout.flush()
