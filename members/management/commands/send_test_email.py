"""`manage.py send_test_email ADDRESS`: whether this installation can send e-mail at all."""

import smtplib
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.utils import translation

from members.mail_errors import error_of
from members.mail_words import compose_trial
from members.services.mailing import error_code
from members.states import Language

FILES = "django.core.mail.backends.filebased.EmailBackend"


class Command(BaseCommand):
    """Send one trial message over the configured server and say how it went."""

    help = "Send a trial e-mail to ADDRESS; fails with what to do about it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the address and the language."""
        parser.add_argument("address")
        parser.add_argument("--language", choices=Language.values, default=Language.ENGLISH.value)

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, or end with the reason and the remedy."""
        address, language = options["address"], options["language"]
        with translation.override(language):
            try:
                validate_email(address)
            except ValidationError as error:
                raise CommandError("This is no e-mail address: name@example.org.") from error
            try:
                get_connection().send_messages([compose_trial(address, language)])
            except (smtplib.SMTPException, OSError, ValueError) as error:
                found = error_of(error_code(error))
                raise CommandError(f"{found.words} {found.remedy}") from error
        if settings.EMAIL_BACKEND == FILES:
            folder = settings.EMAIL_FILE_PATH
            self.stdout.write(f"No mail server is set: the message lies as a file in {folder}.")
            self.stdout.write("Set EMAIL_URL=smtp://user:password@host:587 to send it.")
            return
        self.stdout.write(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} took the message.")
        self.stdout.write("If it does not arrive, look in the spam folder and the server's log.")
