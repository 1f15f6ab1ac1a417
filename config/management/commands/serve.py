"""Runs the web workers, the clock and, outside production, the sandbox bank until Ctrl-C."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config.environment import Environment
from config.processes import Family, ProgramDiedError
from config.serving import is_free, programs, wait_until_ready


class Command(BaseCommand):
    """`manage.py serve` holds the database while its programs run."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        """Adds --host."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")

    def handle(self, *args: object, host: str, **options: object) -> None:
        """Serves until a signal."""
        environment: Environment = settings.GONGDAO
        for name, port in (
            ("PORT", environment.port),
            ("GONGDAO_BANK_PORT", environment.bank_port),
        ):
            if not is_free(host, port):
                raise CommandError(f"Port {port} is taken. Set {name} to another one.")
        connection.ensure_connection()
        connection.close()
        family = Family(programs(environment, host))
        family.start()
        try:
            if wait_until_ready(family, environment):
                self.announce(environment)
                family.watch()
            elif not family.is_ending:
                raise CommandError("The web workers did not become ready; see the lines above.")
        except ProgramDiedError as death:
            raise CommandError(str(death)) from death
        finally:
            family.stop()

    def announce(self, environment: Environment) -> None:
        """Says where to look."""
        self.stdout.write(f"Gongdao is ready at http://127.0.0.1:{environment.port}")
        self.stdout.flush()
