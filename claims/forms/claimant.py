"""What the claimant is asked after filing: answers, disputes, withdrawals, another account."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from claims.findings import DISPUTABLE_FACTS
from claims.forms.base import StepForm
from claims.forms.filing import luhn_digits
from claims.models import Claim
from claims.queries import evidence_since_hearing, hearings_held
from core.form_fields import LineField, ProseField


class SupplyInformationForm(StepForm):
    """The answer to a question."""

    answer = ProseField(
        label=_("Your answer"),
        help_text=_("Add documents on the page of your claim first, then answer here."),
        missing=_("Enter your answer. If a paper cannot be had, say what shows the same."),
        max_length=4000,
    )


class DisputeForm(StepForm):
    """Why the denial is wrong."""

    facts_in_dispute = forms.MultipleChoiceField(
        label=_("What do you hold to be different?"),
        choices=list(DISPUTABLE_FACTS.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one."),
            "invalid_choice": _("Choose from the list."),
            "invalid_list": _("Choose from the list."),
        },
    )
    grounds = ProseField(
        label=_("Why is the denial wrong?"),
        help_text=_("If a jury hears your case, its members read this without your name."),
        missing=_("Say why the denial is wrong."),
        max_length=4000,
    )


def dispute_form(claim: Claim) -> type[DisputeForm]:
    """Return the form of a dispute: after a hearing it asks for the documents that are new."""
    if not hearings_held(claim):
        return DisputeForm
    documents = [
        (document.reference, f"{document.get_kind_display()} ({document.reference})")
        for document in evidence_since_hearing(claim)
    ]
    missing = _("Choose the new document. Add it on the page of your claim first.")

    class SecondDisputeForm(DisputeForm):
        """A dispute after a hearing."""

        new_evidence = forms.MultipleChoiceField(
            label=_("Which documents did the first jury not see?"),
            help_text=_("A second hearing is held on new evidence only."),
            choices=documents,
            widget=forms.CheckboxSelectMultiple,
            error_messages={
                "required": missing,
                "invalid_choice": _("Choose from the list."),
                "invalid_list": _("Choose from the list."),
            },
        )

    return SecondDisputeForm


class WithdrawForm(StepForm):
    """Whether the claim is really to end."""

    note = ProseField(
        label=_("Would you tell us why?"),
        missing=_("Enter a reason."),
        max_length=2000,
        required=False,
    )


class ResumeForm(StepForm):
    """To which account the aid is to go."""

    account_holder = LineField(
        label=_("Who holds the account?"),
        missing=_("Enter the name of the account holder."),
        max_length=60,
    )
    bank_account = LineField(
        label=_("What is the number of the bank card?"),
        help_text=_("12 to 19 digits; spaces do no harm. It is stored encrypted."),
        missing=_("Enter the number of the bank card."),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_bank_account(self) -> str:
        """Return the digits alone."""
        digits = luhn_digits(self.cleaned_data["bank_account"])
        if not 12 <= len(digits) <= 19:
            raise ValidationError(
                _("A card number has 12 to 19 digits. Count them again."), code="card_length"
            )
        return digits
