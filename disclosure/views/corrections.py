"""The console's corrections: those that wait, one prepared, one signed and published."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.pages import StepPage
from disclosure import steps
from disclosure.board_queries import case_with_entries
from disclosure.models import CorrectionDraft, PublicCaseEntry
from disclosure.permissions import SIGNERS
from disclosure.services.corrections import correctable
from disclosure.services.publishing import body_of, read_field
from disclosure.views.console import MOST_ROWS, allowed


@login_required
@never_cache
@require_safe
def console_corrections(request: HttpRequest) -> HttpResponse:
    """Show the corrections that wait for a second person, and the latest published."""
    allowed(request)
    drafts = CorrectionDraft.objects.select_related(
        "case_entry__case", "prepared_by", "signed_by"
    ).order_by("signed_at", "-id")
    rows = list(drafts[:MOST_ROWS])
    context = {
        "waiting": [row for row in rows if row.signed_at is None],
        "published": [row for row in rows if row.signed_at is not None],
    }
    return render(request, "disclosure/console_corrections.html", context)


class PrepareCorrectionPage(StepPage):
    """Prepare a correction of a published case's latest statement."""

    step = steps.PREPARE_CORRECTION
    template_name = "disclosure/correction_step.html"

    def may_open(self) -> None:
        """Hide the page from everybody but those who sign."""
        found = case_with_entries(self.reference)
        if found is None or not self.actor.has_any(SIGNERS):
            raise Http404
        self.last = found[1][-1]

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the parts of the latest statement that may be corrected."""
        body = body_of(self.last)
        return {
            "fields": [
                (field, f"{field}: {(read_field(body, field) or '')[:60]}")
                for field in correctable(self.last)
            ]
        }

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Leave out the question that is only for the page."""
        return {name: value for name, value in form.cleaned_data.items() if name != "has_checked"}

    def page_context(self) -> Mapping[str, Any]:
        """Return the way back."""
        return {"cancel_url": reverse("board_case", args=[self.reference])}

    def success_url(self, result: CorrectionDraft) -> str:
        """Go to the corrections that wait."""
        return reverse("console_corrections")


class CorrectPage(StepPage):
    """Sign and publish a prepared correction."""

    step = steps.CORRECT
    template_name = "disclosure/correction_step.html"

    def may_open(self) -> None:
        """Hide the page from everybody but those who sign."""
        found = CorrectionDraft.objects.select_related("case_entry__entry", "prepared_by").filter(
            reference=self.reference
        )
        draft = found.first()
        if draft is None or not self.actor.has_any(SIGNERS):
            raise Http404
        self.draft = draft

    def page_context(self) -> Mapping[str, Any]:
        """Show both versions before anything is signed."""
        before = read_field(body_of(self.draft.case_entry), self.draft.field)
        return {
            "draft": self.draft,
            "before": before,
            "cancel_url": reverse("console_corrections"),
        }

    def success_url(self, result: PublicCaseEntry) -> str:
        """Go to the corrected case."""
        return reverse("board_case", args=[result.case.reference])
