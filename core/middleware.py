"""Middleware: a request's id, its language, and the audit's backstop."""

import re
from collections.abc import Callable, Sequence

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from core import audit
from core.actor import Actor
from core.requests import view_name

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
YEAR = 365 * 24 * 3600
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# What an API answer may depend on; such a one is kept by nobody on the way.
_CREDENTIALS = ("Authorization", "Cookie", "Complaint-Code")
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


class RequestIdMiddleware:
    """Give each request an id, told in `X-Request-Id`, and open its audit trail."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request inside its trail."""
        with audit.trail(audit.new_request_id()) as trail:
            response = self.get_response(request)
            response.headers["X-Request-Id"] = trail.request_id
            return response


class LanguageMiddleware:
    """Choose the language: `?lang=` or a form's `_language`, then the cookie, then the browser."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request in its language; remember a choice for a year."""
        chosen = self._chosen(request)
        language = chosen or translation.get_language_from_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", _tag(language))
        if chosen:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=YEAR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        if _speaks(response):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    def _chosen(self, request: HttpRequest) -> str:
        asked = request.GET.get("lang", "")
        if request.method == "POST" and request.content_type in _FORMS:
            asked = request.POST.get("_language", asked) if _is_page(request) else asked
        if not asked:
            return ""
        try:
            return translation.get_supported_language_variant(asked[:20])
        except LookupError:
            return ""


def _is_page(request: HttpRequest) -> bool:
    return not request.path_info.startswith("/api/")


class PlainAddressMiddleware:
    """Answer 404 for an address with control characters, which no row's reference holds."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: Sequence[object], kwargs: object
    ) -> None:
        """Look before any view does; the database could not even be asked for such text."""
        asked = [request.path_info]
        for _name, values in request.GET.lists():
            asked += [str(value) for value in values]
        if any(_CONTROL.search(text) for text in asked):
            raise Http404


class PolicyMiddleware:
    """Say what a browser may do with an answer: the same for all, written once a process.

    django-csp's own middleware would write it anew for each answer, because a view might change
    it; none here does.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = build_policy() or ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request under the policy."""
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        if not _is_page(request) and any(name in request.headers for name in _CREDENTIALS):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class AuditMiddleware:
    """Leave an audit row for any state-changing request that left none by itself."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve the request, then see whether it left its row."""
        if request.method in SAFE:
            return self.get_response(request)
        with audit.trail(audit.current_request_id() or audit.new_request_id()) as trail:
            response = self.get_response(request)
            if trail.rows == 0:
                account = _account(request) or _account_before(request)
                actor = Actor(None, account, frozenset(), "person", "")
                outcome = _outcome(response.status_code)
                audit.write(actor, view_name(request), "", outcome, status=response.status_code)
        return response


def _account(request: HttpRequest) -> int | None:
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _account_before(request: HttpRequest) -> int | None:
    """Return who was signed in before the request signed them out.

    Signing out looks at the user first, which Django then keeps. Who is signed in is looked up
    only here, for a request that left no row: a vote that leaves its own asks once, by itself.
    """
    user = getattr(request, "_cached_user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _outcome(status: int) -> str:
    if status >= 500:
        return "failed"
    return "refused" if status >= 400 else "done"


def _tag(language: str) -> str:
    """Return the language as HTTP writes it: `zh-hans` → `zh-Hans`."""
    head, _, tail = language.partition("-")
    return f"{head}-{tail.title()}" if tail else head


def _speaks(response: HttpResponseBase) -> bool:
    """Say whether the answer has words in a language; files of the record have none."""
    kind = response.headers.get("Content-Type", "")
    return kind.startswith(("text/html", "application/problem"))
