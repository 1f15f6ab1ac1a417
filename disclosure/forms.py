"""The questions that disclosure's steps ask."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import LineField, ProseField
from disclosure.masks import scan_personal_data
from disclosure.states import Grounds, ObjectionState


class ScannedForm(forms.Form):
    """A form whose texts are published: a scan warns of personal data until it was looked at."""

    scanned: Sequence[str] = ()

    has_checked = forms.BooleanField(
        label=_("I have looked at every place the scan marks; none of them tells who it is."),
        required=False,
    )

    def __init__(self, *args: Any, names: Iterable[str] = (), **kwargs: Any) -> None:
        self.names = list(names)
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "has_checked"])

    def clean(self) -> dict[str, Any]:
        """Warn, at the field, of every kind of personal data a text seems to hold."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("has_checked"):
            return cleaned
        for name in self.scanned:
            found = scan_personal_data(cleaned.get(name) or "", self.names)
            for code, message in dict.fromkeys((one.code, one.message) for one in found):
                self.add_error(name, forms.ValidationError(str(message), code=f"scan_{code}"))
        return cleaned


class RedactionForm(ScannedForm):
    """The texts of a case for the notice and, in other words, for the board."""

    scanned = ("story", "investigation_summary", "board_summary")

    story = ProseField(
        label=_("What happened, for the members’ notice"),
        help_text=_("No names, no numbers, no address. Members read it while it is on notice."),
        missing=_("Enter what happened."),
    )
    investigation_summary = ProseField(
        label=_("What the investigation found, for the members’ notice"),
        missing=_("Enter what the investigation found."),
    )
    board_summary = ProseField(
        label=_("In other words, for the public board"),
        help_text=_(
            "Anyone reads it, for good. No age, no sex, no place, no day, no hospital; nothing "
            "that stands word for word in the notice."
        ),
        missing=_("Enter the summary for the board."),
    )


class ReturnForm(forms.Form):
    """Why a redaction goes back."""

    note = ProseField(
        label=_("What has to change?"), max_length=1000, missing=_("Enter what has to change.")
    )


class ObjectionForm(forms.Form):
    """A member's objection."""

    grounds = forms.ChoiceField(
        label=_("What is wrong with this case?"),
        choices=Grounds.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong."),
            "invalid_choice": _("Choose what is wrong."),
        },
    )
    statement = ProseField(
        label=_("What do you know, and how do you know it?"),
        help_text=_("Your name is not shown to the claimant, to other members or to the public."),
        max_length=3000,
        missing=_("Enter what you know."),
    )
    evidence_note = ProseField(
        label=_("What could prove it?"),
        help_text=_("For example a document, a place, a person the investigator could ask."),
        max_length=2000,
        required=False,
        missing=_("Enter what could prove it."),
    )


class SeenForm(forms.Form):
    """A confirmation of texts; the page says which it showed, so that no others are signed."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class InquiryForm(forms.Form):
    """What the inquiry is to find out."""

    question = ProseField(
        label=_("What is to be found out?"),
        max_length=1000,
        required=False,
        missing=_("Enter the question."),
    )


class AnswerForm(ScannedForm):
    """An answer to an objection, for the notice and for the board."""

    scanned = ("answer", "board_answer")

    outcome = forms.ChoiceField(
        label=_("What did the inquiry find?"),
        choices=[
            (ObjectionState.DISMISSED.value, _("The case stands: dismiss the objection")),
            (ObjectionState.SUSTAINED.value, _("The objection is right: sustain it")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what the inquiry found."),
            "invalid_choice": _("Choose what the inquiry found."),
        },
    )
    answer = ProseField(
        label=_("The answer, for the member and the notice"), missing=_("Enter the answer.")
    )
    board_answer = ProseField(
        label=_("In other words, for the public board"),
        help_text=_("No age, no sex, no place, no day; nothing word for word from the answer."),
        missing=_("Enter the answer for the board."),
    )


class CorrectionForm(ScannedForm):
    """Which part of the latest statement is wrong, what is right, and why."""

    scanned = ("replacement",)

    field = forms.ChoiceField(
        label=_("Which part is wrong?"),
        error_messages={
            "required": _("Choose the part."),
            "invalid_choice": _("Choose the part."),
        },
    )
    replacement = ProseField(label=_("What is right?"), missing=_("Enter what is right."))
    reason = LineField(
        label=_("Why is it corrected?"),
        help_text=_("Published with the correction."),
        max_length=300,
        missing=_("Enter the reason."),
    )

    def __init__(self, *args: Any, fields: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["field"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = list(fields)


class BoardSearchForm(forms.Form):
    """What a list of cases is narrowed to."""

    words = LineField(label=_("Search"), max_length=100, required=False, missing=_("Enter a word."))
