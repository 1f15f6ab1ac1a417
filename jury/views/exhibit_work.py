"""Redacted evidence in the console: original beside copy, adding, changing, signing."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from claims.evidence import storage
from claims.evidence_pages import evidence_rows, inert_response
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from jury import services
from jury.brief import question_text
from jury.exhibits.access import staff_duty
from jury.exhibits.forms_of import documents_of, exhibit_form_kwargs
from jury.exhibits.permissions import adding_blockers
from jury.exhibits.queries import content_stamp, original_seen, pages_seen
from jury.exhibits.steps import ADD, EXHIBIT_STEPS, exhibit_blockers
from jury.forms.exhibits import WordsForm
from jury.models import Hearing, JuryExhibit
from jury.queries import OFFICER_ROLES
from jury.views.console import hearing_for_officer
from jury.views.exhibits import find_exhibit


class StaffExhibitView(View):
    """What only those who prepare and sign exhibits see."""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the exhibit; it does not exist for anybody else."""
        self.actor = actor_of(request)
        if self.actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        if not self.actor.has_any(OFFICER_ROLES):
            raise Http404
        self.exhibit = find_exhibit(str(kwargs["reference"]))
        return super().dispatch(request, *args, **kwargs)


class ConsoleExhibit(StaffExhibitView):
    """Original and redacted copy, what is still to be opened, and the steps."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show them; opening original and pages is logged."""
        exhibit, person = self.exhibit, self.actor.person_id
        seen = pages_seen(exhibit, person)
        offers = [
            {
                "name": name,
                "label": step.label,
                "url": reverse("console_exhibit_step", args=[reference, name]),
                "blockers": exhibit_blockers(name, exhibit, self.actor),
                "is_primary": step.is_primary,
            }
            for name, step in EXHIBIT_STEPS.items()
            if self.actor.has_any(step.roles)
        ]
        context = {
            "exhibit": exhibit,
            "hearing": exhibit.hearing,
            "questions": _questions(exhibit.hearing, exhibit),
            "offers": [] if exhibit.withdrawn_at else offers,
            "pages": [(at, at in seen) for at in range(1, exhibit.pages + 1)],
            "original_seen": original_seen(exhibit, person),
            "may_open": staff_duty(exhibit.hearing, self.actor) in {"jury_officer", "ombudsman"},
            "reads": exhibit.accesses.count(),
        }
        return render(request, "jury/console_exhibit.html", context)


def _questions(hearing: Hearing, exhibit: JuryExhibit) -> list[str]:
    return [
        question_text(one)
        for one in hearing.brief.get("questions", [])
        if one["code"] in exhibit.question_codes
    ]


class ExhibitOriginal(StaffExhibitView):
    """The original beside which a copy is prepared and signed; read as evidence is."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """Serve it inert."""
        if staff_duty(self.exhibit.hearing, self.actor) not in {"jury_officer", "ombudsman"}:
            raise Http404
        try:
            version, check = services.read_exhibit_original(
                reference=reference, actor=self.actor, now=now()
            )
        except (storage.DigestMismatch, FileNotFoundError):
            return render(request, "claims/evidence_changed.html", status=410)
        return inert_response(version, check)


class AddExhibitPage(StepPage):
    """Add a redacted copy of one of the claim's documents."""

    step = ADD
    template_name = "jury/exhibit_add.html"

    def may_open(self) -> None:
        """Only for those who run or oversee hearings."""
        self.hearing = hearing_for_officer(self.reference, self.actor)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the hearing's questions and the claim's documents."""
        return {**exhibit_form_kwargs(self.hearing), "documents": documents_of(self.hearing)}

    def blockers(self) -> list[Blocker]:
        """Return what keeps one from being added."""
        return adding_blockers(self.hearing, self.actor)

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to, and which documents there are to redact."""
        return {
            "hearing": self.hearing,
            "evidence": evidence_rows(self.hearing.claim),
            "cancel_url": reverse("console_hearing", args=[self.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Lead to the new exhibit."""
        return reverse("console_exhibit", args=[result.reference])


class ExhibitStepPage(StepPage):
    """Change, sign or withdraw an exhibit."""

    template_name = "jury/exhibit_step.html"

    def get_step(self) -> Step:
        """Return the step of the URL."""
        step = EXHIBIT_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self) -> None:
        """Only for those who run or oversee hearings."""
        self.exhibit = find_exhibit(self.reference)
        hearing_for_officer(self.exhibit.hearing.reference, self.actor)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the questions where the words are changed."""
        is_words = self.found_step.form is WordsForm
        return exhibit_form_kwargs(self.exhibit.hearing) if is_words else {}

    def initial(self) -> Mapping[str, Any]:
        """Return what stands there, and the stamp of what is signed."""
        exhibit = self.exhibit
        words = {
            "label": exhibit.label,
            "text": exhibit.text,
            "question_codes": exhibit.question_codes,
        }
        return {**words, "seen": content_stamp(exhibit)}

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        return exhibit_blockers(self.found_step.name, self.exhibit, self.actor)

    def page_context(self) -> Mapping[str, Any]:
        """Show what is signed."""
        return {
            "exhibit": self.exhibit,
            "hearing": self.exhibit.hearing,
            "questions": _questions(self.exhibit.hearing, self.exhibit),
            "pages": range(1, self.exhibit.pages + 1),
            "is_signing": self.found_step.name == "sign_exhibit",
            "cancel_url": reverse("console_exhibit", args=[self.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the hearing, whose brief waits."""
        return reverse("console_hearing", args=[self.exhibit.hearing.reference])
