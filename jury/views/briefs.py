"""The brief in the console: written beside its preview, signed as it was read."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.errors import Blocker
from core.pages import StepPage, without_validation
from core.steps import Step
from jury.brief import with_answers
from jury.brief_page import shown_brief
from jury.exhibits.queries import brief_stamp, exhibits_of
from jury.forms.briefs import BriefForm
from jury.parties import names_of
from jury.steps import HEARING_STEPS, step_blockers
from jury.views.console import hearing_for_officer


class _BriefStepPage(StepPage):
    """A step on a hearing's brief."""

    def may_open(self) -> None:
        """Only for those who run or oversee hearings."""
        self.hearing = hearing_for_officer(self.reference, self.actor)

    def blockers(self) -> list[Blocker]:
        """Return what blocks the step."""
        if not self.actor.has_any(self.found_step.roles):
            return [Blocker("jury_officer_only", _("A jury officer does this."))]
        return step_blockers(self.found_step.name, self.hearing, self.actor)

    def success_url(self, result: Any) -> str:
        """Lead back to the hearing."""
        return reverse("console_hearing", args=[self.reference])


class PrepareBriefPage(_BriefStepPage):
    """The officer's form, question by question, with what the jurors will read beside it."""

    template_name = "jury/brief_prepare.html"

    def get_step(self) -> Step:
        """Return the step."""
        return HEARING_STEPS["prepare_brief"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save it; or show what is typed as the jurors would read it, saving nothing."""
        if "_preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.may_open()
        form = without_validation(BriefForm, data=request.POST, **self.form_kwargs())
        return self._show(form, status=200)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Return the questions of the clause, and the names that must not stand in the brief."""
        return {"brief": self.hearing.brief, "names": names_of(self.hearing.claim)}

    def initial(self) -> Mapping[str, Any]:
        """Return the brief as it is: at first what the claim's papers say."""
        return BriefForm.initial_from(self.hearing.brief)

    def page_context(self) -> Mapping[str, Any]:
        """Show what the jurors will read, as far as it is typed."""
        if self.request.method == "POST":
            typed = {name: str(value) for name, value in self.request.POST.items()}
            self.hearing.brief = with_answers(self.hearing.brief, typed)
        return {
            "hearing": self.hearing,
            "brief": shown_brief(self.hearing, list(exhibits_of(self.hearing))),
            "is_typed": self.request.method == "POST",
            "cancel_url": reverse("console_hearing", args=[self.reference]),
        }


class SignBriefPage(_BriefStepPage):
    """The whole brief with its exhibits; the signature is under exactly this."""

    template_name = "jury/brief_sign.html"

    def get_step(self) -> Step:
        """Return the step."""
        return HEARING_STEPS["sign_brief"]

    def initial(self) -> Mapping[str, Any]:
        """Return the stamp of what the page shows."""
        return {"seen": brief_stamp(self.hearing)}

    def page_context(self) -> Mapping[str, Any]:
        """Show the brief to whoever signs it."""
        return {
            "hearing": self.hearing,
            "brief": shown_brief(self.hearing, list(exhibits_of(self.hearing))),
            "cancel_url": reverse("console_hearing", args=[self.reference]),
        }
