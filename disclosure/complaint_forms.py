"""The questions of a complaint and of its answer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.form_fields import LineField, ProseField, ReferenceField
from disclosure.states import ComplaintCategory, ComplaintOutcome


class ComplaintForm(forms.Form):
    """A complaint by anybody."""

    category = forms.ChoiceField(
        label=_("What is it about?"),
        choices=ComplaintCategory.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose what it is about."),
        },
    )
    text = ProseField(
        label=_("What went wrong?"),
        help_text=_("Nobody but those who look into it reads this; it is never published."),
        max_length=4000,
        missing=_("Enter what went wrong."),
    )
    contact = LineField(
        label=_("How can we reach you?"),
        help_text=_("Only if we may ask back. It is stored encrypted and never published."),
        max_length=200,
        required=False,
        missing=_("Enter how we can reach you."),
    )
    page = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)


class TrackForm(forms.Form):
    """What opens a complaint to who has no account."""

    reference = ReferenceField(
        prefix="G", label=_("Number of the complaint"), missing=_("Enter the number.")
    )
    code = LineField(
        label=pgettext_lazy("complaint", "Code"),
        help_text=_("It was shown once the complaint was received."),
        max_length=40,
        missing=_("Enter the code."),
    )


class AssignForm(forms.Form):
    """Who is to answer a complaint."""

    owner = forms.ChoiceField(
        label=_("Who is to answer it?"),
        error_messages={
            "required": _("Choose somebody."),
            "invalid_choice": _("Choose somebody of the list."),
        },
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["owner"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = list(people)


class ComplaintAnswerForm(forms.Form):
    """The answer to a complaint, to its complainant alone."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=ComplaintOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what came of it."),
            "invalid_choice": _("Choose what came of it."),
        },
    )
    answer = ProseField(
        label=_("The answer"),
        help_text=_("The complainant reads it. What is published is only that one more was so."),
        missing=_("Enter the answer."),
    )
