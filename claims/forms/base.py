"""What the forms of all steps share: notes, reasons, and the service's arguments."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.errors import Text
from core.form_fields import ProseField


class StepForm(forms.Form):
    """A step's form; what it yields is what the step's service takes."""

    def service_kwargs(self) -> Mapping[str, Any]:
        """Return the service's arguments from the cleaned fields."""
        return self.cleaned_data


class NoteForm(StepForm):
    """A step that may be given a note."""

    note = ProseField(
        label=_("Note"),
        help_text=_("Staff read it in the log. The claimant does not see it."),
        missing=_("Enter a note."),
        max_length=2000,
        required=False,
    )


class RequiredNoteForm(StepForm):
    """A step that has to be explained."""

    note = ProseField(
        label=_("What is missing, or what do you disagree with?"),
        missing=_("Say what is missing or what you disagree with."),
        max_length=2000,
    )


def reason_field(reasons: Mapping[str, Text]) -> forms.ChoiceField:
    """Return a field that asks for one of a step's coded reasons."""
    return forms.ChoiceField(
        label=_("Reason"),
        choices=list(reasons.items()),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose one of the reasons of the list."),
        },
    )
