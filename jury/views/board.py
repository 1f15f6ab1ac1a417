"""The public door: how a panel was drawn and how it voted, for anyone to check."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jury.models import Hearing
from jury.public_page import bundle, public_hearing
from jury.states import ENDED


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """List the hearings that have ended, newest first."""
    ended = Hearing.objects.filter(state__in=sorted(ENDED)).select_related("verdict")
    context = {"hearings": ended.order_by("-state_entered_at")[:200]}
    return render(request, "jury/public_list.html", context)


@require_safe
def public_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a hearing from its entries; a receipt in the address is looked up in the list."""
    page = public_hearing(reference)
    if page is None:
        raise Http404
    receipt = "".join(request.GET.get("receipt", "").lower().split())
    found = [one for one in page["ballots"] if receipt and one["commitment"].startswith(receipt)]
    context = {
        "page": page,
        "receipt": receipt,
        "receipt_found": len(receipt) >= 8 and len(found) == 1,
        "receipt_ballot": found[0] if len(receipt) >= 8 and len(found) == 1 else None,
        "verdict_heading": _heading(page["verdict"]) if page["verdict"] else "",
    }
    return render(request, "jury/public_hearing.html", context)


def _heading(verdict: dict[str, object]) -> str:
    """Return the finding as a sentence: it is the page's heading."""
    if verdict["basis"] == "tie":
        return _("The votes were tied: the denial stands")
    if verdict["outcome"] == "overturn":
        return _("The panel decided: the claim is paid")
    return _("The panel decided: the denial stands")


@require_safe
def public_bundle(request: HttpRequest, reference: str) -> HttpResponse:
    """Serve the hearing's entries as a file, enough to check draw and count offline."""
    found = bundle(reference)
    if found is None:
        raise Http404
    response = HttpResponse(
        json.dumps(found, ensure_ascii=False, separators=(",", ":")),
        content_type="application/json",
    )
    patch_cache_control(response, public=True, max_age=60)
    return response
