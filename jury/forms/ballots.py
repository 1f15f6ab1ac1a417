"""The pages of a ballot: one question each, then the whole."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.form_fields import ProseField
from jury.forms.texts import refuse_personal_data
from jury.services.voters import EXPLANATION_LENGTH, NOTE_LENGTH, REASON_LENGTH

ANSWER_CHOICES = (
    ("met", _("Met")),
    ("not_met", _("Not met")),
    ("not_shown", _("The papers do not show it")),
)
VOTE_CHOICES = (
    ("pay", _("The claim is to be paid")),
    ("deny", _("The denial stands")),
)


class AnswerForm(forms.Form):
    """The answer to one question of the clause."""

    answer = forms.ChoiceField(
        label=_("Your judgement"),
        choices=ANSWER_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the three answers."),
            "invalid_choice": _("Choose one of the three answers."),
        },
    )


class QuestionForm(AnswerForm):
    """One question of the clause, and why, where the juror wants to say it."""

    note = ProseField(
        label=_("Why"),
        help_text=_("Nobody can read this before the vote closes."),
        missing=_("Enter why."),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_personal_data],
    )


class WholeForm(forms.Form):
    """The vote on the whole."""

    vote = forms.ChoiceField(
        label=_("All in all"),
        choices=VOTE_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whether the claim is to be paid."),
            "invalid_choice": _("Choose whether the claim is to be paid."),
        },
    )


class VoteForm(WholeForm):
    """The vote on the whole, with its reason."""

    reason = ProseField(
        label=_("Your reason"),
        help_text=_(
            "One or two sentences, without names. Published after the close, never with your name."
        ),
        missing=_("Enter a reason for your vote."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[refuse_personal_data],
    )


class ExplainForm(forms.Form):
    """Why the vote is another than the answers lead to; asked for, never required."""

    explanation = ProseField(
        label=_("Why does your vote differ from your answers?"),
        help_text=_("A sentence is enough. It is published with your reason, without your name."),
        missing=_("Enter why."),
        max_length=EXPLANATION_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[refuse_personal_data],
    )


class _JsonField(forms.Field):
    """An object of texts, as an API body brings it."""

    def to_python(self, value: Any) -> dict[str, str]:
        """Return the object; ValidationError where it is none, or holds anything but text."""
        if value in (None, ""):
            return {}
        if not isinstance(value, Mapping) or not all(
            isinstance(key, str) and isinstance(item, str) for key, item in value.items()
        ):
            raise ValidationError(_("Send an object of texts."), code="not_an_object")
        return dict(value)


class BallotForm(forms.Form):
    """A whole ballot in one body, for the API."""

    vote = forms.ChoiceField(label=_("All in all"), choices=VOTE_CHOICES)
    answers = _JsonField(label=_("Answers by question"))
    notes = _JsonField(label=_("Notes by question"), required=False)
    reason = ProseField(
        label=_("Your reason"),
        missing=_("Enter a reason for your vote."),
        max_length=REASON_LENGTH,
        validators=[refuse_personal_data],
    )
    explanation = ProseField(
        label=_("Why does your vote differ from your answers?"),
        missing=_("Enter why."),
        max_length=EXPLANATION_LENGTH,
        required=False,
        validators=[refuse_personal_data],
    )
