"""The officer's page of messages that could not be sent by e-mail, and trying one again."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from core.keyset import keyset_page
from core.pages import StepPage
from core.requests import actor_of
from members import steps
from members.mail_choices import group_words, words_of
from members.mail_errors import error_of
from members.mail_queries import failed_mail, may_see_failed
from members.mail_words import masked
from members.messages import is_registered, kind_of
from members.models import Mail

PAGE = 30


@method_decorator(never_cache, name="dispatch")
class FailedMailPage(LoginRequiredMixin, TemplateView):
    """What failed, the latest first: to whom, what about, why, how often it was tried."""

    template_name = "members/mail_failed.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page to who looks after messages only."""
        self.actor = actor_of(request)
        if not self.actor.has_any(steps.RETRY_MAIL.roles):
            raise PermissionDenied
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one page of rows."""
        after = self.request.GET.get("after", "")
        page = keyset_page(failed_mail(self.actor), ["-id"], after, PAGE)
        return super().get_context_data(**kwargs) | {
            "rows": failed_rows(page.rows),
            "next_url": f"?{urlencode({'after': page.next_cursor})}" if page.next_cursor else "",
            "previous_url": reverse("failed_mail") if after else "",
        }


def failed_rows(mails: list[Mail]) -> list[dict[str, Any]]:
    """Return failed messages as the page and the API show them; the address masked."""
    people = {mail.message.person_id for mail in mails}
    addresses = dict(
        EmailAddress.objects.filter(user__person_id__in=people, verified=True)
        .order_by("primary", "-pk")
        .values_list("user__person_id", "email")
    )
    return [
        {
            "reference": mail.message.reference,
            "person": mail.message.person.reference,
            "address": masked(addresses.get(mail.message.person_id, "")),
            "kind": mail.message.kind,
            **_about(mail.message.kind),
            "subject": mail.message.subject_reference,
            "written_at": mail.created_at,
            "attempts": mail.attempts,
            "code": mail.last_error,
            "error": error_of(mail.last_error).words,
            "remedy": error_of(mail.last_error).remedy,
        }
        for mail in mails
    ]


def _about(kind: str) -> dict[str, Any]:
    """Return what a message is about; a kind of newer code is named as it is."""
    if not is_registered(kind):
        return {"about": kind, "group": ""}
    found = kind_of(kind)
    return {"about": words_of(found), "group": group_words(found.group)}


class RetryMailPage(StepPage):
    """Has one failed message tried again at once."""

    step = steps.RETRY_MAIL
    success_message = _("The message waits to be sent again.")

    def may_open(self) -> None:
        """Only who looks after the message knows of it."""
        mail = Mail.objects.select_related("message").filter(message__reference=self.reference)
        found = mail.first()
        if found is None or not may_see_failed(self.actor, found.message.kind):
            raise Http404

    def page_context(self) -> Mapping[str, Any]:
        """Return the way back."""
        return {"cancel_url": reverse("failed_mail")}

    def success_url(self, result: Any) -> str:
        """Go back to the list."""
        return reverse("failed_mail")
