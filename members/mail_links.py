"""The links in an e-mail: to the page, and the signed one that unsubscribes without sign-in."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

# How long an unsubscribe link works; who finds an older one signs in and chooses there.
LINK_SECONDS = 400 * 24 * 60 * 60
_SALT = "members.unsubscribe"


class LinkForged(Exception):
    """The link was not made here, or was altered."""


class LinkExpired(Exception):
    """The link was made here too long ago."""


def unsubscribe_token(message_reference: str) -> str:
    """Return a token that names the message, and nobody."""
    return signing.TimestampSigner(sep=".", salt=_SALT).sign(message_reference)


def message_of_token(token: str, max_age: int = LINK_SECONDS) -> str:
    """Return the message's reference; raises LinkForged or LinkExpired."""
    try:
        return signing.TimestampSigner(sep=".", salt=_SALT).unsign(token, max_age=max_age)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except signing.BadSignature as error:
        raise LinkForged from error


def unsubscribe_url(message_reference: str, language: str) -> str:
    """Return the full address of the page that unsubscribes, in a language."""
    path = reverse("mail_unsubscribe", args=[unsubscribe_token(message_reference)])
    return f"{settings.PUBLIC_URL}{path}?lang={language}"


def page_url(path: str) -> str:
    """Return the full address of a page of ours."""
    return f"{settings.PUBLIC_URL}{path or reverse('inbox')}"
