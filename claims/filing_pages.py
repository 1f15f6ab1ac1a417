"""Filing a claim, one question a page: the pages from the first choice to the confirmation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims import services
from claims.evidence_pages import evidence_rows
from claims.filing_tasks import (
    FIELDS,
    answers_of,
    draft_rulebook,
    filing_tasks,
    next_page,
    outside_findings,
    page_labels,
)
from claims.forms.filing import PAGES, DeclarationForm
from claims.guidance import guidance_for
from claims.models import Claim
from claims.states import State
from core.clock import now
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from core.zone import local_date
from members.models import Membership
from members.queries import memberships_of


def own_draft(reference: str, person_id: int | None) -> Claim:
    """Return the claimant's own draft; anybody else's claim does not exist for them."""
    return get_object_or_404(
        Claim.objects.select_related("plan", "rulebook_version", "covered"),
        reference=reference,
        claimant_id=person_id,
    )


class MembershipForm(forms.Form):
    """For whom is filed: one of the memberships that the claimant has or pays for."""

    membership = forms.ModelChoiceField(
        label=_("Who is ill?"),
        help_text=_("You can file for yourself and for those whose share you pay."),
        queryset=Membership.objects.none(),
        to_field_name="reference",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who is ill."),
            "invalid_choice": _("Choose one of the memberships of the list."),
        },
    )

    def __init__(self, *args: Any, person_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["membership"]
        field.queryset = memberships_of(person_id or 0)
        field.label_from_instance = _membership_label


def _membership_label(membership: Membership) -> str:
    return f"{membership.person.full_name} · {membership.plan.name} · {membership.reference}"


class StartPage(StepPage):
    """Who is ill? Answering makes the draft."""

    step = Step(
        name="start_draft",
        label=_("File a claim"),
        service=services.start_draft,
        form=MembershipForm,
    )
    template_name = "claims/filing_question.html"

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the memberships of this person today."""
        return {"person_id": self.actor.person_id}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Name the membership to the service."""
        return {"membership_id": form.cleaned_data["membership"].pk}

    def page_context(self) -> Mapping[str, Any]:
        """Say where the question stands."""
        return {
            "back_url": reverse("me"),
            "open_drafts": self._drafts(),
            "has_memberships": memberships_of(self.actor.person_id or 0).exists(),
        }

    def _drafts(self) -> list[Claim]:
        return list(
            Claim.objects.filter(claimant_id=self.actor.person_id, state=State.DRAFT)
            .select_related("covered")
            .order_by("-created_at")[:5]
        )

    def success_url(self, result: Any) -> str:
        """Go on with the first question."""
        return reverse("filing_page", args=[result.reference, "illness"])


class QuestionPage(StepPage):
    """One question of a draft, saved at Continue."""

    template_name = "claims/filing_question.html"

    def may_open(self) -> None:
        """Only the claimant's own draft can be answered."""
        self.claim = own_draft(self.reference, self.actor.person_id)
        if self.kwargs["page"] not in PAGES:
            raise Http404

    def get_step(self) -> Step:
        """Save what the page asks."""
        form: Any = PAGES.get(self.kwargs["page"])
        return Step(name="save_draft", label=_("Continue"), service=services.save_draft, form=form)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the question; a claim that has been handed in has none left."""
        self.may_open()
        if self.claim.state != State.DRAFT:
            return redirect("filed", reference=self.reference)
        return super().get(request, *args, **kwargs)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Give the form the rulebook and today's date in the plan's zone."""
        today = local_date(now(), self.claim.plan.zone)
        return {"rulebook": draft_rulebook(self.claim, today), "today": today}

    def initial(self) -> Mapping[str, Any]:
        """Show what was answered before."""
        return answers_of(self.claim, self.kwargs["page"])

    def page_context(self) -> Mapping[str, Any]:
        """Say which of how many questions this is, and where back leads."""
        names, page = list(PAGES), self.kwargs["page"]
        alone = len(FIELDS[page]) == 1
        return {
            "claim": self.claim,
            "one_question": alone,
            "heading": "" if alone else page_labels()[page],
            "position": names.index(page) + 1,
            "total": len(names) + 1,
            "back_url": reverse("filing", args=[self.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Go back to the check page if that is where the reader came from, else on."""
        if self.request.GET.get("return") == "check":
            return reverse("filing_check", args=[self.reference])
        following = next_page(self.kwargs["page"])
        if following == "documents":
            return reverse("filing_documents", args=[self.reference])
        return reverse("filing_page", args=[self.reference, following])


@method_decorator(never_cache, name="dispatch")
class DraftPage(LoginRequiredMixin, View):
    """A page about one's own draft that asks nothing itself."""

    template_name: ClassVar[str] = ""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show the page."""
        claim = own_draft(reference, _person_id(request))
        if claim.state != State.DRAFT:
            return redirect("filed", reference=reference)
        return render(request, self.template_name, self.context(claim, now()))

    def context(self, claim: Claim, at: datetime) -> dict[str, Any]:
        """Return what the page shows."""
        return {"claim": claim, "tasks": filing_tasks(claim, at)}


class TaskListPage(DraftPage):
    """What is still to be answered."""

    template_name = "claims/filing_tasks.html"


class FilingDocumentsPage(DraftPage):
    """The checklist of documents of a draft."""

    template_name = "claims/filing_documents.html"

    def context(self, claim: Claim, at: datetime) -> dict[str, Any]:
        """Add which documents are there and which are missing."""
        rulebook = draft_rulebook(claim, local_date(at, claim.plan.zone))
        rows = evidence_rows(claim)
        return {
            "claim": claim,
            "position": len(PAGES) + 1,
            "total": len(PAGES) + 1,
            "kinds": [
                {
                    "document": document,
                    "files": [row for row in rows if row["code"] == document.code],
                }
                for document in rulebook.documents
            ],
        }


class CheckPage(StepPage):
    """Check the answers, then hand the claim in."""

    template_name = "claims/filing_check.html"
    step = Step(
        name="file",
        label=_("Hand in the claim"),
        service=services.file_claim,
        form=DeclarationForm,
        is_primary=True,
    )

    def may_open(self) -> None:
        """Only the claimant's own claim."""
        self.claim = own_draft(self.reference, self.actor.person_id)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the answers; a claim that has been handed in shows its confirmation."""
        self.may_open()
        if self.claim.state != State.DRAFT:
            return redirect("filed", reference=self.reference)
        return super().get(request, *args, **kwargs)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Give the form the rulebook and today's date in the plan's zone."""
        today = local_date(now(), self.claim.plan.zone)
        return {"rulebook": draft_rulebook(self.claim, today), "today": today}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """The declaration is the act itself."""
        return {}

    def page_context(self) -> Mapping[str, Any]:
        """Show every answer with its Change link, and what the rulebook already says."""
        tasks = filing_tasks(self.claim, now())
        return {
            "claim": self.claim,
            "tasks": tasks,
            "is_complete": all(task["is_done"] for task in tasks if "is_document" not in task),
            "missing_documents": next(task["hint"] for task in tasks if "is_document" in task),
            "findings": outside_findings(self.claim, now()),
        }

    def success_url(self, result: Any) -> str:
        """Show the confirmation."""
        return reverse("filed", args=[self.reference])


@login_required
@never_cache
@require_safe
def filed(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm that the claim was handed in: reference, what happens next and when, a record."""
    claim, at = own_draft(reference, _person_id(request)), now()
    if claim.state == State.DRAFT:
        return redirect("filing", reference=reference)
    context = {
        "claim": claim,
        "guidance": guidance_for(claim, "claimant", at),
        "tasks": filing_tasks(claim, at),
        "files": [row["name"] for row in evidence_rows(claim)],
    }
    return render(request, "claims/filing_filed.html", context)


def _person_id(request: HttpRequest) -> int | None:
    return actor_of(request).person_id
