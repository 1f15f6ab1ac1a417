"""The forms of the officer, the claimant and the juror about a hearing."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.form_fields import ProseField

MAX_DIGITS = 18


class AnnounceForm(forms.Form):
    """When the panel is drawn; far enough ahead for the public record to carry it."""

    delay_minutes = forms.TypedChoiceField(
        label=_("When is the panel drawn?"),
        coerce=int,
        choices=(
            (1, _("in one minute")),
            (10, _("in ten minutes")),
            (60, _("in one hour")),
            (1440, _("tomorrow at this time")),
        ),
        widget=forms.RadioSelect,
        initial=10,
        error_messages={"required": _("Choose when the panel is drawn.")},
    )


class NumberForm(forms.Form):
    """The claimant's number."""

    number = forms.CharField(
        label=_("Your number"),
        help_text=_("Any whole number of up to 18 digits that you think of now."),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 20}),
        error_messages={"required": _("Enter a number.")},
    )

    def clean_number(self) -> int:
        """Return the number however it was typed: full-width digits, spaces, separators."""
        normal = unicodedata.normalize("NFKC", str(self.cleaned_data["number"]))
        digits = "".join(c for c in normal if not c.isspace() and c not in ",-_'")
        if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS:
            raise ValidationError(
                _("Enter a whole number of up to 18 digits."), code="not_a_number"
            )
        return int(digits)


class RecuseForm(forms.Form):
    """Why a juror steps down."""

    reason_code = forms.ChoiceField(
        label=_("Why can you not judge this?"),
        choices=(
            ("conflict", _("I know the people, or have an interest in the outcome")),
            ("unable", _("I cannot serve now")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = ProseField(
        label=_("Anything to add"),
        missing=_("Enter a note."),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ExtendForm(forms.Form):
    """Why the voting time is extended."""

    reason_code = forms.ChoiceField(
        label=_("Why is more time needed?"),
        choices=(
            ("turnout", _("too few jurors have voted")),
            ("outage", _("the service could not be reached")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )


class VoidForm(forms.Form):
    """Why a round counts for nothing."""

    reason_code = forms.ChoiceField(
        label=_("Why is this round void?"),
        choices=(
            ("brief_wrong", _("the brief was wrong")),
            ("panel_wrong", _("a juror should not have sat")),
            ("disturbed", _("the hearing was disturbed")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = ProseField(
        label=_("What happened"),
        missing=_("Enter what happened."),
        max_length=1000,
        help_text=_("For the log. The public record shows the reason only."),
    )


class ReferForm(forms.Form):
    """Why a second reviewer lets a jury judge."""

    note = ProseField(
        label=_("What are you unsure of?"),
        missing=_("Enter what you are unsure of."),
        max_length=2000,
    )
