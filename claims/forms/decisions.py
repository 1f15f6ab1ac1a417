"""What is asked of the first and of the second reviewer."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.findings import citable_clauses
from claims.forms.base import NoteForm, RequiredNoteForm, StepForm
from claims.forms.criteria import PREFIX, answers_in, criterion_fields
from claims.models import Claim, Outcome
from core.form_fields import ProseField, YuanField


class _Recommend(StepForm):
    """The outcome, each criterion, the amount, the clauses, the reasons."""

    outcome = forms.ChoiceField(
        label=_("What do you recommend?"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose to approve or to deny."),
            "invalid_choice": _("Choose to approve or to deny."),
        },
    )
    amount_cents = YuanField(
        label=_("Amount"),
        help_text=_("In yuan. Of a denial: what is due if it is overturned."),
        missing=_("Enter the amount in yuan, of a denial what is due if it is overturned."),
    )
    reasons = ProseField(
        label=_("Reasons"),
        help_text=_("In full sentences. The claimant reads them with the decision."),
        missing=_("Give the reasons in full sentences."),
        max_length=6000,
    )

    def service_kwargs(self) -> Mapping[str, Any]:
        """Gather the criteria into one mapping."""
        kept = {
            name: value for name, value in self.cleaned_data.items() if not name.startswith(PREFIX)
        }
        return {**kept, "answers": answers_in(self.cleaned_data)}


def recommend_form(claim: Claim) -> type[StepForm]:
    """Return the form that asks a reviewer for each criterion of the claim's clause."""
    fields = criterion_fields(claim)
    clauses = forms.MultipleChoiceField(
        label=_("Clauses and rules it rests on"),
        choices=citable_clauses(claim),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one clause or rule."),
            "invalid_choice": _("Choose clauses of the list."),
            "invalid_list": _("Choose clauses of the list."),
        },
    )
    order = (*fields, "outcome", "amount_cents", "clauses", "reasons")
    return type(
        "RecommendForm", (_Recommend,), {**fields, "clauses": clauses, "field_order": order}
    )


class ApproveForm(NoteForm):
    """The recommendation confirmed to the cent."""

    amount_cents = YuanField(
        label=_("Amount you confirm"),
        help_text=_("It must be exactly what is recommended; otherwise send it back."),
        missing=_("Enter the recommended amount to confirm it."),
    )
    field_order = ("amount_cents", "note")


class DenyForm(NoteForm):
    """A recommended denial confirmed."""


class SendBackForm(RequiredNoteForm):
    """What is missing or disagreed."""


class ReferToJuryForm(RequiredNoteForm):
    """What the second reviewer is unsure of."""
