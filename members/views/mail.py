"""What a person wants by e-mail: the page to choose on, and the one a letter's link opens."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from core import gate
from core.actor import ANONYMOUS
from core.clock import now
from core.pages import StepPage
from members import mail_choices, steps
from members.mail_links import LinkExpired, LinkForged, message_of_token
from members.mail_queries import addresses_of, refused_kinds
from members.models import Account, Message
from members.services import unsubscribe

FILES = "django.core.mail.backends.filebased.EmailBackend"


class MailSettingsPage(StepPage):
    """Kind by kind, what comes by e-mail; what is a duty comes in any case."""

    step = steps.CHOOSE_MAIL
    template_name = "members/mail_settings.html"
    success_message = _("Your choice is kept.")

    def may_open(self) -> None:
        """Whoever has no person behind the account gets no messages."""
        if self.actor.person_id is None:
            raise Http404

    def initial(self) -> Mapping[str, Any]:
        """Return what is chosen now."""
        return mail_choices.initial(refused_kinds(self.actor.person_id or 0), self._language())

    def page_context(self) -> Mapping[str, Any]:
        """Return where the letters go, and what comes in any case."""
        account = self.request.user
        found = addresses_of(account) if isinstance(account, Account) else []
        confirmed = [one for one in found if one.verified]
        return {
            "address": confirmed[0].email if confirmed else "",
            "unconfirmed": found[0].email if found and not confirmed else "",
            "duties": mail_choices.duties(),
            "subjects": mail_choices.subjects(),
            "mail_folder": _mail_folder(),
            "cancel_url": reverse("inbox"),
        }

    def success_url(self, result: Any) -> str:
        """Stay on the page."""
        return reverse("mail_settings")

    def _language(self) -> str:
        account = self.request.user
        return account.language if isinstance(account, Account) else ""


def _mail_folder() -> str:
    """Return where letters are written to where no mail server is set; nothing in production."""
    is_files = settings.EMAIL_BACKEND == FILES and not settings.IS_PRODUCTION
    return str(settings.EMAIL_FILE_PATH) if is_files else ""


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(never_cache, name="dispatch")
class UnsubscribePage(View):
    """Refuses all e-mails but the duty for whoever got a letter, by that letter's signed link.

    A mail program posts here by itself (RFC 8058), without a cookie: the token is the right, and
    nothing else can be done with it. GET only asks, because programs open links by themselves.
    """

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Ask whether it is meant."""
        reference, problem = _read(token)
        return self._show(request, "" if reference else problem, is_done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Refuse all but the duty; a second time changes nothing."""
        reference, problem = _read(token)
        if not reference:
            return self._show(request, problem, is_done=False)
        gate.perform(
            actor=ANONYMOUS,
            operation="mail_unsubscribe",
            subject=reference,
            call=lambda: unsubscribe(message_reference=reference, now=now()),
            encode=lambda _person: gate.Answer(),
        )
        return self._show(request, "", is_done=True)

    def _show(self, request: HttpRequest, problem: str, *, is_done: bool) -> HttpResponse:
        context = {"problem": problem, "is_done": is_done, "duties": mail_choices.duties()}
        status = {"": 200, "expired": 410}.get(problem, 404)
        response = render(request, "members/mail_unsubscribe.html", context, status=status)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response


def _read(token: str) -> tuple[str, str]:
    """Return the message a link names, or why it does not work: forged or expired."""
    try:
        reference = message_of_token(token)
    except LinkExpired:
        return "", "expired"
    except LinkForged:
        return "", "forged"
    known = Message.objects.filter(reference=reference).exists()
    return (reference, "") if known else ("", "forged")
