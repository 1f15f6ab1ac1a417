"""Redacted evidence as pages: read by jurors and claimant, prepared and signed by staff."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from claims.evidence import storage
from core.actor import Actor
from core.clock import now
from core.requests import actor_of
from jury import services
from jury.exhibits.access import duty_on
from jury.exhibits.copies import MEDIA_TYPE
from jury.exhibits.queries import exhibit_for
from jury.models import ExhibitPage, JuryExhibit


@method_decorator(never_cache, name="dispatch")
class ExhibitView(View):
    """Something of one exhibit; for whoever has no duty in the hearing it does not exist."""

    actor: Actor
    exhibit: JuryExhibit
    duty: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the exhibit and the reader's duty; ask a stranger to sign in."""
        self.actor = actor_of(request)
        if self.actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        self.exhibit = find_exhibit(str(kwargs["reference"]))
        self.duty = duty_on(self.exhibit, self.actor) or ""
        if not self.duty:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def purpose(self) -> str:
        """Why an auditor reads it, carried from page to page."""
        return self.request.GET.get("purpose", "")[:300]


def find_exhibit(reference: str) -> JuryExhibit:
    """Return an exhibit, or Http404."""
    try:
        return exhibit_for(reference)
    except JuryExhibit.DoesNotExist as absent:
        raise Http404 from absent


class ExhibitReading(ExhibitView):
    """An exhibit to be read, one page of it at a time."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show its text and one page; an auditor says first why."""
        number = page_number(request, self.exhibit)
        context = {
            "exhibit": self.exhibit,
            "hearing": self.exhibit.hearing,
            "number": number,
            "back_url": self._back(),
            "purpose": self.purpose,
        }
        if self.duty == "auditor" and not self.purpose.strip():
            return render(request, "jury/exhibit_purpose.html", context)
        if self.exhibit.text:
            services.read_exhibit(
                reference=reference, actor=self.actor, now=now(), purpose=self.purpose
            )
        return render(request, "jury/exhibit_page.html", context)

    def _back(self) -> str:
        hearing = self.exhibit.hearing.reference
        if self.duty == "juror":
            return reverse("jury_hearing", args=[hearing])
        if self.duty == "claimant":
            return reverse("claimant_hearing", args=[hearing])
        return reverse("console_hearing", args=[hearing])


def page_number(request: HttpRequest, exhibit: JuryExhibit) -> int:
    """Return the page asked for, the first where none such is; 0 where there is only text."""
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return min(max(number, 1), exhibit.pages)


class ExhibitImage(ExhibitView):
    """One page of the redacted copy as a picture; the read is logged before the first byte."""

    def get(self, request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
        """Serve it."""
        if not 1 <= number <= self.exhibit.pages:
            raise Http404
        if self.duty == "auditor" and not self.purpose.strip():
            raise Http404
        try:
            _exhibit, page = services.read_exhibit(
                reference=reference, actor=self.actor, now=now(), page=number, purpose=self.purpose
            )
        except (storage.DigestMismatch, FileNotFoundError):
            return render(request, "claims/evidence_changed.html", status=410)
        assert page is not None  # asked for by its number
        return picture_response(page)


def picture_response(page: ExhibitPage) -> HttpResponseBase:
    """Return a page as a picture that is nothing but one, kept by nobody on the way."""
    response = StreamingHttpResponse(storage.stream(page.storage_key), content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'inline; filename="page-{page.number}.jpg"'
    response["Content-Length"] = str(page.size_bytes)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["Digest"] = f"sha-256={page.digest}"
    return response
