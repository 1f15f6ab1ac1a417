"""The forms of payouts: which claims go into a batch, and what a bank's callback must hold."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.references import NotAReference, parse_reference
from payouts.services import BankEvent
from payouts.states import BankEventKind

MOST_CLAIMS = 500


class ClaimListField(forms.Field):
    """Claim references from tick boxes, or from a JSON list."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[str]:
        """Return the references in their one form."""
        if value in self.empty_values:
            return []
        parts = value if isinstance(value, list) else str(value).split()
        try:
            return [parse_reference(str(part), "C") for part in parts]
        except NotAReference as error:
            message = _("One of these is no claim reference.")
            raise ValidationError(message, code="not_a_reference") from error


class PrepareForm(forms.Form):
    """The claims of a batch."""

    claims = ClaimListField(
        label=gettext_lazy("Claims"),
        error_messages={"required": gettext_lazy("Choose at least one claim.")},
    )

    def clean_claims(self) -> list[str]:
        """Return the references; a batch has an upper size."""
        found: list[str] = self.cleaned_data["claims"]
        if len(found) > MOST_CLAIMS:
            raise ValidationError(_("Choose at most 500 claims."), code="too_many")
        return found


class CallbackForm(forms.Form):
    """The shape of a bank's callback."""

    event_id = forms.CharField(max_length=64)
    kind = forms.ChoiceField(choices=BankEventKind.choices)
    end_to_end_id = forms.CharField(max_length=35)
    amount_cents = forms.IntegerField(min_value=1, max_value=10**15)
    bank_reference = forms.CharField(max_length=40)
    reason_code = forms.CharField(max_length=8, required=False)

    def event(self) -> BankEvent:
        """Return the event of a valid callback."""
        return BankEvent(**self.cleaned_data)
