"""A page anyone may read: cached briefly, and "not modified" where the reader has it already."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

View = Callable[..., HttpResponse]
FRESH_SECONDS = 10


def public_page(view: View) -> View:
    """Let anyone read a page; between two checkpoints the same reader is told "not modified"."""

    @login_not_required
    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 200 or getattr(response, "streaming", False):
            return response
        if getattr(request.user, "is_authenticated", False):
            return response
        digest = hashlib.sha256(response.content).hexdigest()[:32]
        return answer_unless_known(request, response, f"{get_language() or ''}-{digest}")

    return wrapped


def answer_unless_known(request: HttpRequest, response: HttpResponse, tag: str) -> HttpResponse:
    """Return the response with its ETag, or "not modified" where the reader's copy has the tag."""
    patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    response.headers["ETag"] = f'"{tag}"'
    found = get_conditional_response(request, response["ETag"], None, response)
    return found if isinstance(found, HttpResponse) else response
