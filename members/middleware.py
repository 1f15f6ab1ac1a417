"""Remembering the language a signed-in reader switches to, for their e-mails."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from core import audit
from core.clock import now
from core.requests import actor_of
from members.models import Account
from members.services import set_language
from members.states import Language

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class RememberLanguageMiddleware:
    """Keep the language with the account when a page was asked for with the language switch."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request, then remember; a request that switches nothing asks nothing."""
        if request.method == "GET" and request.GET.get("lang"):
            _remember(request)
        return self.get_response(request)


def _remember(request: HttpRequest) -> None:
    account, chosen = request.user, getattr(request, "LANGUAGE_CODE", "")
    if not isinstance(account, Account) or chosen not in Language.values:
        return
    if account.language == chosen:
        return
    actor = actor_of(request)
    set_language(account_id=account.pk, language=chosen, actor=actor, now=now())
    audit.write(actor, "set_language", "", "done")
