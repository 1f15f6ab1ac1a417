"""Why an e-mail was not sent: each code in words, with what helps."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from core.errors import Text


@dataclass(frozen=True, slots=True)
class MailError:
    """What went wrong and what to do about it."""

    words: Text
    remedy: Text


_SERVER = _("Check EMAIL_URL and whether this machine reaches the mail server, then try again.")
ERRORS: dict[str, MailError] = {
    "server_unreachable": MailError(_("The mail server cannot be reached."), _SERVER),
    "server_timeout": MailError(_("The mail server did not answer in time."), _SERVER),
    "server_hung_up": MailError(_("The mail server ended the conversation."), _SERVER),
    "server_refused": MailError(
        _("The mail server refused the message."),
        _("Read the mail server's own log for the reason."),
    ),
    "sign_in_refused": MailError(
        _("The mail server refused the username or password."),
        _("Correct the username and password in EMAIL_URL, and restart the clock."),
    ),
    "sender_refused": MailError(
        _("The mail server does not send for our address."),
        _("Set GONGDAO_EMAIL_FROM to an address that this server may send for."),
    ),
    "no_tls": MailError(
        _("No safe connection to the mail server came about."),
        _("Use smtps:// for port 465, smtp:// for port 587, and a valid certificate."),
    ),
    "address_refused": MailError(
        _("The mail server says that the address does not exist or takes nothing."),
        _("Ask the person by another way to correct their address."),
    ),
    "address_deferred": MailError(
        _("The mail server put the address off again and again."),
        _("Try again later; the mailbox may be full."),
    ),
    "not_sendable": MailError(
        _("The message or its address cannot be written as an e-mail."),
        _("Look for the message's reference in the clock's log."),
    ),
}


def error_of(code: str) -> MailError:
    """Return a code in words; an unknown one in general words."""
    return ERRORS.get(code, ERRORS["server_refused"])
