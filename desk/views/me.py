"""The member's own page, and the page of one's own claim."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims.queries import claim_for
from claims.states import State
from core.requests import actor_of
from desk.claim_page import claimant_page
from desk.frame import instant_of
from desk.my_page import my_page

View = Callable[..., HttpResponse]


def signed_in(view: View) -> Callable[..., HttpResponseBase]:
    """Ask a stranger to sign in first."""

    @wraps(view)
    @never_cache
    @require_safe
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if actor_of(request).account_id is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """Show my claims, each with its way and what next, what waits for me, my memberships."""
    actor, at = actor_of(request), instant_of(request)
    context = my_page(actor, at)
    return render(request, "desk/me.html", context)


@signed_in
def my_claim(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one of my claims."""
    actor = actor_of(request)
    claim = claim_for(reference, actor)
    if actor.person_id not in (claim.claimant_id, claim.covered_id):
        raise Http404
    if claim.state == State.DRAFT:
        return redirect("filing", reference=reference)
    return render(request, "desk/me_claim.html", claimant_page(claim, actor, instant_of(request)))
