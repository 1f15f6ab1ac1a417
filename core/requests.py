"""What views need of a request: who acts, under which key, with which body."""

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from core import gate
from core.actor import ANONYMOUS, Actor

_NOT_CONTENT = frozenset({"csrfmiddlewaretoken", "idempotency_key", "_language"})


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, with the roles live at this request.

    `settings.ACTOR_RESOLVER` names the function that turns an account into an Actor, because
    accounts belong to an upper app.
    """
    known = getattr(request, "_actor", None)
    user = getattr(request, "user", None)
    if isinstance(known, tuple) and known[0] is user:
        return cast(Actor, known[1])
    resolver = cast(Callable[[object], Actor], import_string(settings.ACTOR_RESOLVER))
    is_known = user is not None and user.is_authenticated
    found = resolver(user) if is_known else ANONYMOUS
    request._actor = (user, found)  # type: ignore[attr-defined] # one look-up a request
    return found


def new_form_key() -> str:
    """Return a fresh idempotency key for a form's hidden field."""
    return secrets.token_urlsafe(18)


def form_digest(request: HttpRequest, operation: str, subject: str) -> str:
    """Return the digest of a posted form, its files included, without its tokens."""
    fields = {
        name: [str(value) for value in values]
        for name, values in request.POST.lists()
        if name not in _NOT_CONTENT
    }
    return gate.digest_of(operation, subject, fields, _files(request))


def _files(request: HttpRequest) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, files in request.FILES.lists():
        found[name] = []
        for file in files:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
            found[name].append(digest.hexdigest())
    return found


def view_name(request: HttpRequest) -> str:
    """Return the name under which the audit keeps the request; never its address."""
    match: Any = request.resolver_match
    if match is None:
        return "no_such_page"
    return str(match.view_name or match.url_name or "unnamed")
