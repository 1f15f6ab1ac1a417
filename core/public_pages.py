"""A page anyone may read: made once for all its readers, "not modified" for who has it already."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]
FRESH_SECONDS = 10
_OWN_COOKIES = ("messages",)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page as it was made: its bytes, its headers, its tag."""

    content: bytes
    headers: dict[str, str]
    tag: str

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, headers=self.headers)


def public_page(view: View) -> View:
    """Let anyone read a page; for readers without an account it is made once in a few seconds.

    Each web process keeps its own pages for `PUBLIC_PAGE_SECONDS`; whoever is signed in gets
    one of their own, never kept.
    """

    @login_not_required
    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = _key_of(request)
        kept: _Kept | None = cache.get(key) if key else None
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code != 200 or getattr(response, "streaming", False):
                return response
            if getattr(request.user, "is_authenticated", False):
                return response
            kept = _keep(response)
            if key:
                cache.set(key, kept, settings.PUBLIC_PAGE_SECONDS)
        return answer_unless_known(request, kept.response(), kept.tag)

    return wrapped


def _key_of(request: HttpRequest) -> str:
    """Return the name a page is kept under, or nothing where it is this reader's own."""
    own = (settings.SESSION_COOKIE_NAME, *_OWN_COOKIES)
    if not settings.PUBLIC_PAGE_SECONDS or any(name in request.COOKIES for name in own):
        return ""
    asked = (get_language(), request.get_host(), request.get_full_path(), _variant(request))
    return "page:" + hashlib.sha256(repr(asked).encode()).hexdigest()


def _variant(request: HttpRequest) -> str:
    """Return what besides the address a public page may depend on: being written as a file."""
    return str(request.META.get("GONGDAO_EXPORT", ""))


def _keep(response: HttpResponse) -> _Kept:
    digest = hashlib.sha256(response.content).hexdigest()[:32]
    return _Kept(response.content, dict(response.headers), f"{get_language() or ''}-{digest}")


def answer_unless_known(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponse:
    """Return the response with its ETag, or "not modified" where the reader's copy has the tag."""
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    response.headers["ETag"] = f'"{tag}"'
    found = get_conditional_response(request, response["ETag"], None, response)
    return found if isinstance(found, HttpResponse) else response
