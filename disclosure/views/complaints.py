"""Complaining and following a complaint: with an account, or with its number and code."""

import hashlib
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.actor import Actor
from core.errors import Blocked, NotAllowed
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from disclosure import complaint_forms
from disclosure.complaint_queries import complaint_for, complaints_of
from disclosure.complaint_rules import code_of, is_code_of, is_complainant, page_of
from disclosure.complaint_steps import FILE_COMPLAINT
from disclosure.models import Complaint

OPENED = "complaints"
MOST_OPENED = 8
WINDOW_SECONDS = 15 * 60
# Wrong codes for one number, wrong codes from one address, complaints from one address.
LIMITS = {"code": 10, "guess": 30, "file": 20}
WRONG = NotAllowed(
    "complaint_code_wrong", _("Enter the number and the code as they were shown to you.")
)


def _counter(kind: str, key: str) -> str:
    return f"complaints:{kind}:{hashlib.sha256(key.encode()).hexdigest()}"


def refuse_beyond(kind: str, key: str) -> None:
    """Refuse what came too often from one address, or for one number, in a quarter of an hour."""
    if cache.get(_counter(kind, key), 0) >= LIMITS[kind]:
        raise Blocked(
            "complaint_too_often", _("Too many tries. Try again in a quarter of an hour.")
        )


def count_one(kind: str, key: str) -> None:
    """Count one try."""
    cache.add(_counter(kind, key), 0, WINDOW_SECONDS)
    cache.incr(_counter(kind, key))


def complaint_by_code(reference: str, code: str, address: str) -> Complaint:
    """Return the complaint a number and code open; NotAllowed for wrong ones, whatever is wrong."""
    refuse_beyond("code", reference)
    refuse_beyond("guess", address)
    complaint = complaint_for(reference)
    if not is_code_of(reference, code) or complaint is None:
        count_one("code", reference)
        count_one("guess", address)
        raise WRONG
    return complaint


def address_of(request: HttpRequest) -> str:
    """Return the address a request comes from, behind our own proxy the one it names."""
    found: str = get_adapter().get_client_ip(request)
    return found


def _open_to(request: HttpRequest, reference: str) -> None:
    """Let this browser read a complaint until its session ends."""
    opened = [one for one in request.session.get(OPENED, []) if one != reference]
    request.session[OPENED] = [*opened, reference][-MOST_OPENED:]


def _is_open_to(request: HttpRequest, complaint: Complaint) -> bool:
    actor = actor_of(request)  # first: a session that was signed out is emptied by asking whose
    opened = complaint.reference in request.session.get(OPENED, [])
    return opened or is_complainant(complaint, actor)


@method_decorator([login_not_required, never_cache], name="dispatch")
class FilePage(StepPage):
    """Complain; no account is needed."""

    step = FILE_COMPLAINT
    template_name = "disclosure/complaint_file.html"
    asks_sign_in = False

    def initial(self) -> Mapping[str, Any]:
        """Keep the page the reader came from."""
        return {"page": page_of(self.request.GET.get("from", ""))}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Receive it, and let this browser read it from then on."""
        answer = super().post(request, *args, **kwargs)
        if isinstance(answer, HttpResponseRedirect):
            _open_to(request, answer.url.strip("/").split("/")[1])
            count_one("file", address_of(request))
        return answer

    def service_kwargs(self, form: Any) -> Mapping[str, Any]:
        """Refuse a flood from one address before anything is written."""
        refuse_beyond("file", address_of(self.request))
        return super().service_kwargs(form)

    def page_context(self) -> Mapping[str, Any]:
        """Show from where it is filed."""
        typed = self.request.POST.get("page") or self.request.GET.get("from", "")
        return {"from_page": page_of(typed)}

    def success_url(self, result: Complaint) -> str:
        """Lead to the number."""
        return reverse("complaint_received", args=[result.reference])


def open_complaint(*, actor: Actor, now: Any, reference: str, code: str, address: str) -> Complaint:
    """Open a complaint by its number and code; nothing is written."""
    return complaint_by_code(reference, code, address)


TRACK = Step(
    name="track_complaint",
    label=_("Follow a complaint"),
    service=open_complaint,
    form=complaint_forms.TrackForm,
)


@method_decorator([login_not_required, never_cache], name="dispatch")
class TrackPage(StepPage):
    """Open a complaint by number and code; one's own are listed where an account is signed in."""

    step = TRACK
    template_name = "disclosure/complaint_track.html"
    asks_sign_in = False

    def initial(self) -> Mapping[str, Any]:
        """Start from the number asked for."""
        return {"reference": self.request.GET.get("number", "")[:16]}

    def service_kwargs(self, form: Any) -> Mapping[str, Any]:
        """Count tries against the address they come from."""
        return {**form.cleaned_data, "address": address_of(self.request)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let this browser read it from then on."""
        answer = super().post(request, *args, **kwargs)
        if isinstance(answer, HttpResponseRedirect):
            _open_to(request, answer.url.strip("/").split("/")[1])
        return answer

    def page_context(self) -> Mapping[str, Any]:
        """List one's own complaints."""
        own = complaints_of(self.actor.person_id) if self.actor.person_id is not None else ()
        return {"own": list(own[:50])}

    def success_url(self, result: Complaint) -> str:
        """Lead to the complaint."""
        return reverse("complaint", args=[result.reference])


def _opened_or_none(request: HttpRequest, reference: str) -> Complaint | None:
    complaint = complaint_for(reference)
    if complaint is None or not _is_open_to(request, complaint):
        return None
    return complaint


def _ask_for_code(reference: str) -> HttpResponse:
    """Ask for the code, whether or not there is such a number."""
    return HttpResponseRedirect(f"{reverse('complaint_track')}?number={reference}")


@login_not_required
@never_cache
@require_safe
def complaint_received(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the number, the code and the day of the answer; works when opened again."""
    complaint = _opened_or_none(request, reference)
    if complaint is None:
        return _ask_for_code(reference)
    context = {"complaint": complaint, "code": code_of(complaint.reference)}
    return render(request, "disclosure/complaint_received.html", context)


@login_not_required
@never_cache
@require_safe
def complaint_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a complaint to who made it: where it stands, by when, its answer."""
    complaint = _opened_or_none(request, reference)
    if complaint is None:
        return _ask_for_code(reference)
    return render(request, "disclosure/complaint.html", {"complaint": complaint})


def found_or_404(reference: str) -> Complaint:
    """Return a complaint; Http404 where there is none."""
    complaint = complaint_for(reference)
    if complaint is None:
        raise Http404
    return complaint
