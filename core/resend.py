"""What was typed is not lost when a session has ended or a page has been open for too long."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

_TOKENS = frozenset({"csrfmiddlewaretoken", "idempotency_key", "_language"})
_SECRET = ("password", "code", "token")


def ask_to_sign_in_and_resend(request: HttpRequest) -> HttpResponse:
    """Show what was typed with a link to sign in beside it; nothing has been done."""
    sign_in = f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
    context = {"kept": kept_fields(request), "sign_in_url": sign_in}
    return render(request, "core/resend.html", context, status=403)


def kept_fields(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the posted fields that may be shown again: no tokens, no passwords, no files."""
    return [
        {"name": name, "value": value, "is_long": len(value) > 60 or "\n" in value}
        for name, values in request.POST.lists()
        if name not in _TOKENS and not any(word in name.lower() for word in _SECRET)
        for value in map(str, values)
    ]
