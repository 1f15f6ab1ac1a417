"""A draft as the API fills it in: any answers of the filing form at once, then handing in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.base import StepForm
from claims.forms.filing import BankForm, DiagnosisForm, HospitalForm, IllnessForm, StoryForm
from claims.models import Claim
from claims.queries import draft_version
from core.clock import now
from core.zone import local_date
from members.queries import rulebook_of


class _Answers(IllnessForm, DiagnosisForm, HospitalForm, StoryForm, BankForm):
    """The answers that are sent, each as strict as on its page; the others stay as they are."""

    claim: Claim

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = local_date(now(), self.claim.plan.zone)
        rulebook = rulebook_of(draft_version(self.claim, today))
        super().__init__(*args, rulebook=rulebook, today=today, **kwargs)
        for name in set(self.fields) - set(self.data):
            del self.fields[name]


def save_draft_form(claim: Claim) -> type[forms.Form]:
    """Return the form that takes any of a draft's answers."""
    return type("SaveDraftForm", (_Answers,), {"claim": claim})


class FileForm(StepForm):
    """The claimant's word for what was filed."""

    declared = forms.BooleanField(
        label=_("What I have entered is true."),
        error_messages={"required": _("Tick the box if what you entered is true.")},
    )

    def service_kwargs(self) -> Mapping[str, Any]:
        """The declaration is the act itself."""
        return {}
