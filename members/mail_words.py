"""One message as an e-mail: its words in the reader's language, its headers, its two forms."""

import unicodedata
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from members.mail_links import page_url, unsubscribe_url
from members.messages import GROUPS, kind_of, render
from members.models import Message

SUBJECT_LENGTH = 150


def compose(message: Message, address: str, language: str) -> EmailMultiAlternatives:
    """Return the e-mail of a message; its Message-ID is always the same for this message."""
    with translation.override(language):
        shown = render(message)
        kind = kind_of(message.kind)
        refuse = "" if kind.is_duty else unsubscribe_url(message.reference, language)
        tag = "zh-Hans" if language.startswith("zh") else "en"
        context = {
            "title": plain(shown.title),
            "body": plain(shown.body),
            "due_at": shown.due_at,
            "page_url": page_url(shown.link),
            "settings_url": page_url(reverse("mail_settings")),
            "unsubscribe_url": refuse,
            "group": GROUPS[kind.group][0],
            "language": tag,
        }
        mail = EmailMultiAlternatives(
            subject=plain(shown.title)[:SUBJECT_LENGTH],
            body=render_to_string("members/mail_message.txt", context),
            to=[address],
            headers=_headers(message.reference, refuse, tag),
        )
        mail.attach_alternative(render_to_string("members/mail_message.html", context), "text/html")
    return mail


def compose_trial(address: str, language: str) -> EmailMultiAlternatives:
    """Return the e-mail that only tries the mail server."""
    with translation.override(language):
        words = _("This is a trial. Whoever reads it knows that Gongdao can send e-mail.")
        return EmailMultiAlternatives(
            subject=_("Trial message from Gongdao"), body=words, to=[address]
        )


def message_id(reference: str) -> str:
    """Return the Message-ID of a message: the same however often it is sent."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{reference.lower()}@{host}>"


def plain(text: str) -> str:
    """Return text on one line without anything that steers a screen or a header."""
    shown = "".join(" " if one.isspace() else one for one in text)
    return "".join(one for one in shown if unicodedata.category(one)[0] != "C").strip()


def masked(address: str) -> str:
    """Return an address that only its owner recognises: `z…@e….org`."""
    name, _at, host = address.rpartition("@")
    first, _dot, last = host.rpartition(".")
    return f"{name[:1]}…@{first[:1]}….{last}" if name and first else "…"


def _headers(reference: str, refuse: str, language: str) -> dict[str, str]:
    headers = {
        "Message-ID": message_id(reference),
        "Auto-Submitted": "auto-generated",
        "Content-Language": language,
    }
    if refuse:
        headers["List-Unsubscribe"] = f"<{refuse}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
