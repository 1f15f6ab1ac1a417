"""What is asked of those who step outside the usual way."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from claims import reasons
from claims.forms.base import StepForm, reason_field
from claims.models import Claim
from claims.states import OWNER_ROLE
from core.form_fields import DayField, LineField, ProseField, ReferenceField
from members.queries import people_with_role


class _Explained(StepForm):
    """What happened and what shows it; the second person confirms the same reason."""

    note = ProseField(
        label=_("What happened, and what shows it?"),
        help_text=_("A second person reads this before confirming."),
        missing=_("Say what happened and what shows it."),
        max_length=2000,
    )
    field_order = ("reason_code", "note")


class RequestInformationForm(StepForm):
    """What the claimant is asked, and until when."""

    questions = ProseField(
        label=_("What do you need to know?"),
        help_text=_("The claimant reads this. Ask everything at once."),
        missing=_("Say what you need to know."),
        max_length=4000,
    )
    documents = ProseField(
        label=_("Which papers?"),
        help_text=_("Name for each what would show the same if it cannot be had."),
        missing=_("Name the papers."),
        max_length=2000,
        required=False,
    )
    deadline_on = DayField(
        label=_("Until when?"),
        help_text=_("A reminder goes out before this day, for example 2026-10-03."),
        missing=_("Enter the day until which the answer is awaited."),
    )


class ReviewDisputeForm(StepForm):
    """Why the dispute goes back to review without a hearing."""

    reason_code = reason_field(reasons.REVIEW_DISPUTE)
    note = ProseField(
        label=_("Which error, or why no jury?"),
        missing=_("Say which error it is, or why no jury judges it."),
        max_length=2000,
    )


class HaltForm(_Explained):
    """Why the payment must stop."""

    reason_code = reason_field(reasons.HALT)


class CloseUnfundedForm(_Explained):
    """Why nobody is left to pay."""

    reason_code = reason_field(reasons.CLOSE_UNFUNDED)


class ReopenForm(_Explained):
    """What is new."""

    reason_code = reason_field(reasons.REOPEN)


class ChangeClaimantForm(StepForm):
    """Who takes the claim over, and what shows it."""

    claimant_reference = ReferenceField(
        label=_("Reference of the new claimant"),
        prefix="P",
        missing=_("Enter the person's reference, for example P-9TX4-K2QH."),
    )
    reason_code = reason_field(reasons.CHANGE_CLAIMANT)
    evidence = LineField(
        label=_("Documents that show it"),
        help_text=_("For example the references of the death certificate and the register."),
        missing=_("Name the documents that show it."),
        max_length=200,
    )
    note = ProseField(label=_("Note"), missing=_("Enter a note."), max_length=2000, required=False)


class DeclareConflictForm(StepForm):
    """Why somebody must not act on a claim."""

    reason = LineField(
        label=_("What connects you with this claim?"),
        help_text=_("A few words are enough. It cannot be taken back."),
        missing=_("Say in a few words what connects you with this claim."),
        max_length=200,
    )


class _Assign(StepForm):
    """To whom the claim is given."""

    person = forms.ChoiceField(
        label=_("Who is to take it?"),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose one of the people of the list."),
        },
    )

    def service_kwargs(self) -> Mapping[str, Any]:
        """Name the person by id."""
        return {"person_id": int(self.cleaned_data["person"])}


def assign_form(claim: Claim) -> type[StepForm]:
    """Return the form with the people who may own the claim's stage."""
    wanted = OWNER_ROLE.get(str(claim.state), "reviewer")
    role = wanted if wanted in ("investigator", "finance", "jury_officer") else "reviewer"
    people = [(str(person.pk), person.full_name) for person in people_with_role(role)]
    field = forms.ChoiceField(
        label=_Assign.base_fields["person"].label,
        choices=people,
        error_messages=_Assign.base_fields["person"].error_messages,
    )
    return type("AssignForm", (_Assign,), {"person": field})
