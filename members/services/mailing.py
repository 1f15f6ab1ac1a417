"""Sending what waits by e-mail: each letter tried in its own transaction, with back-off."""

import logging
import smtplib
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed, WrongState
from members.mail_queries import Reader, may_see_failed, reader_of
from members.mail_words import compose
from members.messages import due_at, is_registered
from members.models import Mail
from members.states import MailState

log = logging.getLogger(__name__)

# How often a letter is tried, and how long the pauses grow: 1, 2, 4 … minutes, at most 6 hours.
TRIES = 10
TRIES_OF_REFUSED_ADDRESS = 3
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
# Who takes a letter has so long to send it; then another clock believes them dead.
LEASE = timedelta(minutes=10)
PASS_SECONDS = 5.0

# What went wrong when nothing can be sent at all: one letter a pass finds that out.
OF_SERVER = frozenset({"server_unreachable", "server_timeout", "sign_in_refused", "no_tls"})


@dataclass(slots=True)
class Sent:
    """What one pass did."""

    sent: int = 0
    put_off: int = 0
    failed: int = 0
    suppressed: int = 0


def send_waiting(
    now: datetime,
    *,
    limit: int = 1_000,
    seconds: float = PASS_SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
) -> Sent:
    """Send what is due, the urgent first, for some seconds; safe with several at once (clock).

    A letter is taken, and its try counted, before it is handed to the server; what became of it
    is written after. A crash in between sends it once more, under the same Message-ID.
    """
    done, until = Sent(), monotonic() + seconds
    server: BaseEmailBackend | None = None
    try:
        for _turn in range(limit):
            mail = _take(now)
            if mail is None:
                break
            reader = reader_of(mail.message.person_id)
            why = _unwanted(mail, reader, now)
            if why or reader is None:
                _suppress(mail, why)
                done.suppressed += 1
            else:
                server = server or get_connection()
                error = _send(server, mail, reader)
                _note(mail, error, now, done)
                if error in OF_SERVER:
                    break
            if monotonic() >= until:
                break
    finally:
        _hang_up(server)
    return done


def _take(now: datetime) -> Mail | None:
    """Take the next letter for the time of the lease, counting the try."""
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("message")
            .filter(state=MailState.WAITING, next_try_at__lte=now)
            .order_by("-is_urgent", "next_try_at", "id")
            .first()
        )
        if mail is None:
            return None
        mail.attempts += 1
        mail.next_try_at = now + LEASE
        mail.save(update_fields=["attempts", "next_try_at"])
    return mail


def _unwanted(mail: Mail, reader: Reader | None, now: datetime) -> str:
    """Return why a letter is not sent after all, or nothing."""
    if reader is None:
        return "no_address"
    if mail.message.kind in reader.refused:
        return "unsubscribed"
    if not is_registered(mail.message.kind):
        return ""  # by newer code than this: it is put off, and that code sends it
    due = due_at(mail.message)
    return "too_late" if due is not None and due <= now else ""


def _send(server: BaseEmailBackend, mail: Mail, reader: Reader) -> str:
    """Hand a letter to the mail server; return the code of what went wrong, or nothing."""
    try:
        letter = compose(mail.message, reader.address, reader.language)
    except (KeyError, TypeError, ValueError):
        log.exception("e-mail %s cannot be written", mail.message.reference)
        return "not_sendable"
    try:
        server.send_messages([letter])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        code = error_code(error)
        log.warning("e-mail %s was not sent: %s", mail.message.reference, code)
        if not isinstance(error, smtplib.SMTPRecipientsRefused | ValueError):
            _hang_up(server)
        return code
    return ""


def error_code(error: Exception) -> str:
    """Return a code for what the server answered; never its words, which name the address."""
    codes: tuple[tuple[type[Exception], str], ...] = (
        (smtplib.SMTPRecipientsRefused, "address_refused"),
        (smtplib.SMTPSenderRefused, "sender_refused"),
        (smtplib.SMTPAuthenticationError, "sign_in_refused"),
        (smtplib.SMTPNotSupportedError, "no_tls"),
        (ssl.SSLError, "no_tls"),
        (smtplib.SMTPServerDisconnected, "server_hung_up"),
        (smtplib.SMTPConnectError, "server_unreachable"),
        (smtplib.SMTPException, "server_refused"),
        (TimeoutError, "server_timeout"),
        (OSError, "server_unreachable"),
    )
    found = next((code for kind, code in codes if isinstance(error, kind)), "not_sendable")
    if isinstance(error, smtplib.SMTPRecipientsRefused) and _is_for_now(error):
        return "address_deferred"
    return found


def _is_for_now(error: smtplib.SMTPRecipientsRefused) -> bool:
    """Say whether the server only puts the address off, as greylisting does."""
    return all(400 <= answer[0] < 500 for answer in error.recipients.values())


def _note(mail: Mail, error: str, now: datetime, done: Sent) -> None:
    """Write what became of a letter; nothing where another clock was faster."""
    if not error:
        done.sent += _write(mail, state=MailState.SENT, sent_at=now, last_error="")
        return
    tries = TRIES_OF_REFUSED_ADDRESS if error == "address_refused" else TRIES
    if mail.attempts % tries == 0:
        done.failed += _write(mail, state=MailState.FAILED, last_error=error)
        return
    pause = min(FIRST_PAUSE * 2 ** min(mail.attempts - 1, 20), LONGEST_PAUSE)
    done.put_off += _write(mail, next_try_at=now + pause, last_error=error)


@transaction.atomic
def _write(mail: Mail, **changes: Any) -> bool:
    """Change a letter that still waits after this very try; say whether it did."""
    mine = (
        Mail.objects.select_for_update()
        .filter(pk=mail.pk, state=MailState.WAITING, attempts=mail.attempts)
        .first()
    )
    if mine is None:
        return False
    for name, value in changes.items():
        setattr(mine, name, value)
    mine.save(update_fields=list(changes))
    return True


def _suppress(mail: Mail, why: str) -> None:
    _write(mail, state=MailState.SUPPRESSED, last_error=why)


def _hang_up(server: BaseEmailBackend | None) -> None:
    if server is None:
        return
    try:
        server.close()
    except (smtplib.SMTPException, OSError) as error:
        log.warning("the mail server did not say goodbye: %s", type(error).__name__)


@transaction.atomic
def retry_mail(*, reference: str, actor: Actor, now: datetime) -> Mail:
    """Have a failed letter tried again at once; `reference` is its message's (officer)."""
    mail = (
        Mail.objects.select_for_update(of=("self",))
        .select_related("message")
        .get(message__reference=reference)
    )
    if not may_see_failed(actor, mail.message.kind):
        raise NotAllowed("members_mail_officer_only", _("Only who looks after messages does this."))
    if mail.state != MailState.FAILED:
        raise WrongState(
            "members_mail_not_failed",
            _("This message did not fail, or is tried again already."),
            state=mail.state,
        )
    mail.state = MailState.WAITING
    mail.next_try_at = now
    mail.save(update_fields=["state", "next_try_at"])
    return mail
