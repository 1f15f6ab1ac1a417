"""The console: the queue by what is due, and everything about a claim on one page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.queries import claim_for
from claims.states import State
from claims.visibility import STAFF_READERS
from core.references import NotAReference, parse_reference
from core.requests import actor_of
from desk.act_rows import acts_table
from desk.acts import acts_for
from desk.claim_page import console_page
from desk.frame import instant_of, work_on
from desk.queue import neighbours, queue_rows, queue_table, view_labels, wanted_view
from desk.work import beside_claims, work_sentence
from members.states import Role

View = Callable[..., HttpResponse]
CLAIM_READERS = STAFF_READERS | {"investigator"}


def staff_only(view: View) -> Callable[..., HttpResponseBase]:
    """Let in who holds a role; ask a stranger to sign in, tell a member whose door this is."""

    @wraps(view)
    @never_cache
    @require_safe
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
    """Show what waits for this person: a sentence, the claims by due date, the other work."""
    actor, at = actor_of(request), instant_of(request)
    wanted = wanted_view(
        actor,
        request.GET.get("view", ""),
        request.GET.get("state", ""),
        request.GET.get("after", ""),
    )
    page = queue_rows(actor, wanted)
    work = work_on(request)
    acts = acts_for(actor) if work.acts and not wanted.after else []
    context = {
        "sentence": work_sentence(work, actor, at),
        "beside": beside_claims(work),
        "table": queue_table(page.rows, at),
        "acts": acts_table(acts) if acts else None,
        "wanted": wanted,
        "views": view_labels(actor),
        "states": [(state.value, state.label) for state in State if state != State.DRAFT],
        "next_cursor": page.next_cursor,
        "is_empty": not page.rows,
        "has_claims": actor.has_any(CLAIM_READERS),
        "is_admin": actor.has("admin"),
    }
    return render(request, "desk/console_queue.html", context)


@staff_only
def console_claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Show everything about a claim; whoever's own it is reads it as any claimant does."""
    actor, at = actor_of(request), instant_of(request)
    claim = claim_for(reference, actor)
    if actor.person_id in (claim.claimant_id, claim.covered_id):
        return redirect("my_claim", reference)
    context = console_page(claim, actor, at)
    context["neighbours"] = neighbours(actor, reference)
    context["sentence"] = work_sentence(work_on(request), actor, at)
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
