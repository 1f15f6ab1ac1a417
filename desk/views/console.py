"""The console: the queue by what is due, and everything about a claim on one page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from claims.queries import claim_for
from claims.states import State
from core.clock import now
from core.references import NotAReference, parse_reference
from core.requests import actor_of
from desk.claim_page import console_page
from desk.queue import VIEWS, QueueView, neighbours, queue_rows, queue_sentence, queue_table
from members.states import Role

View = Callable[..., HttpResponse]


def staff_only(view: View) -> Callable[..., HttpResponseBase]:
    """Let in who holds a role; ask a stranger to sign in, tell a member whose door this is."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        actor = actor_of(request)
        if actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        if not actor.roles & frozenset(Role.values):
            return render(request, "403.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


@staff_only
def console(request: HttpRequest) -> HttpResponse:
    """Show the queue: a sentence, the filters, the rows by due date."""
    actor, at = actor_of(request), now()
    wanted = QueueView(
        view=request.GET.get("view", "all"),
        state=request.GET.get("state", ""),
        after=request.GET.get("after", ""),
    )
    page = queue_rows(actor, wanted)
    context = {
        "sentence": queue_sentence(actor, at),
        "table": queue_table(page.rows, at),
        "wanted": wanted,
        "views": [(view, _view_label(view)) for view in VIEWS],
        "states": [(state.value, state.label) for state in State if state != State.DRAFT],
        "next_cursor": page.next_cursor,
        "is_empty": not page.rows,
    }
    return render(request, "desk/console_queue.html", context)


def _view_label(view: str) -> str:
    return {"mine": _("Given to me"), "all": _("For my roles"), "overdue": _("Overdue")}[view]


@staff_only
def console_claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Show everything about a claim."""
    actor = actor_of(request)
    claim = claim_for(reference, actor)
    context = console_page(claim, actor, now())
    context["neighbours"] = neighbours(actor, reference)
    return render(request, "desk/console_claim.html", context)


@staff_only
def open_claim(request: HttpRequest) -> HttpResponse:
    """Go to the claim whose reference was typed, in any spelling."""
    typed = request.GET.get("reference", "")
    try:
        reference = parse_reference(typed, "C")
    except NotAReference:
        context = {"typed": typed, "has_errors": True}
        return render(request, "desk/console_open.html", context, status=422)
    return redirect(reverse("console_claim", args=[reference]))
