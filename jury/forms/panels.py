"""The officer's form that takes a juror off a panel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import ProseField
from jury.skip_reasons import REPLACEMENT_REASONS

MAX_NUMBER = 2**31 - 1


class ReplaceForm(forms.Form):
    """Whom to replace, by number, and why."""

    number = forms.IntegerField(
        label=_("The juror's number on the roll"),
        help_text=_("It stands in the table of the panel, and on the juror's own page."),
        min_value=1,
        max_value=MAX_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 12}),
        error_messages={
            "required": _("Enter the juror's number."),
            "invalid": _("Enter the number in digits."),
            "min_value": _("Enter a number from the table of the panel."),
            "max_value": _("Enter a number from the table of the panel."),
        },
    )
    reason_code = forms.ChoiceField(
        label=_("Why is this juror replaced?"),
        help_text=_("The reason is published with the change, without a name."),
        choices=list(REPLACEMENT_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = ProseField(
        label=_("What happened"),
        help_text=_("For the hearing's log. Leave out names."),
        missing=_("Enter what happened."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
