"""What stands around every page: the console's navigation with its counts, the demo's banner."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.clock import now
from core.requests import actor_of
from desk.navigation import console_navigation
from desk.travel import is_demo
from desk.work import Work, work_of
from members.states import Role

CONSOLE = "/console/"


def instant_of(request: HttpRequest) -> datetime:
    """Return the time at which a request is served, read from the database's clock once."""
    known: datetime | None = getattr(request, "_instant", None)
    if known is None:
        known = now()
        request._instant = known  # type: ignore[attr-defined] # one reading a request
    return known


def work_on(request: HttpRequest) -> Work:
    """Return what waits for the reader, counted once a request."""
    known: Work | None = getattr(request, "_work", None)
    if known is None:
        known = work_of(actor_of(request), instant_of(request))
        request._work = known  # type: ignore[attr-defined] # one count a request
    return known


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates `console_nav` on the console's pages and, in a demo, `banner`."""
    found: dict[str, Any] = {}
    if request.path.startswith(CONSOLE):
        found["console_nav"] = SimpleLazyObject(lambda: _navigation(request))
    if is_demo():
        found["banner"] = SimpleLazyObject(lambda: _banner(request))
    return found


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    actor = actor_of(request)
    if not actor.roles & frozenset(Role.values):
        return [{"url": reverse("me"), "label": _("My page"), "count": 0, "is_exact": True}]
    return console_navigation(actor, work_on(request))


def _banner(request: HttpRequest) -> SafeString:
    words = _("Demo world: people and cases are invented.")
    if actor_of(request).account_id is None:
        return format_html("{}", words)
    clock = _("Its clock reads %(instant)s.") % {"instant": formats.instant(instant_of(request))}
    return format_html(
        '{} {} <a href="{}">{}</a>', words, clock, reverse("travel"), _("Let time pass")
    )
