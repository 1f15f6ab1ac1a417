"""The forms of the brief: the officer's, the signer's, the claimant's."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import LineField, ProseField
from jury import personal_data
from jury.brief import CLAIMANT, PAPERS, REVIEWERS, VALUE, field_name, question_text
from jury.forms.texts import WARNINGS, refuse_personal_data


class ScannedForm(forms.Form):
    """A form whose texts must not name anybody; each is warned of beside its own field."""

    names: Collection[str] = ()

    def clean(self) -> dict[str, Any]:
        """Look through every text for numbers, addresses and the names of those concerned."""
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and isinstance(self.fields[name], LineField):
                for code in personal_data.found_in(value, self.names):
                    self.add_error(name, forms.ValidationError(WARNINGS[code], code=code))
        return self.cleaned_data


class BriefForm(ScannedForm):
    """The brief, with the two sides of every question; the questions come from the clause."""

    background = ProseField(
        label=_("What happened"),
        help_text=_("Neutral, without names. This is the first thing the jurors read."),
        missing=_("Enter what happened."),
    )
    agreed_facts = ProseField(
        label=_("What both sides agree on"),
        help_text=_("One fact a line."),
        missing=_("Enter what both sides agree on."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    claimant_words = ProseField(
        label=_("The claimant's own words, without names"),
        missing=_("Enter the claimant's words."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    investigation_summary = ProseField(
        label=_("What the investigation found"),
        missing=_("Enter what the investigation found."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    terms = ProseField(
        label=_("Words explained"),
        help_text=_(
            "One a line: the word, a colon, what it means. Where the word stands in the brief it "
            "leads to its meaning."
        ),
        missing=_("Enter the words."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(
        self,
        *args: Any,
        brief: Mapping[str, Any] | None = None,
        names: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        self.questions = list((brief or {}).get("questions", []))
        for index, question in enumerate(self.questions, start=1):
            self._add_question(index, question)

    def _add_question(self, index: int, question: Mapping[str, Any]) -> None:
        if question["kind"] == "fact":
            self.fields[field_name(VALUE, index)] = LineField(
                label=_("The fact, if found so"), missing=_("Enter the fact as it would be found.")
            )
        for part, label, missing in (
            (
                CLAIMANT,
                _("The claimant holds"),
                _("Question %(number)s: enter what the claimant holds."),
            ),
            (
                REVIEWERS,
                _("The reviewers hold"),
                _("Question %(number)s: enter what the reviewers hold."),
            ),
            (PAPERS, _("The papers it rests on"), ""),
        ):
            self.fields[field_name(part, index)] = ProseField(
                label=label,
                missing=missing % {"number": index},
                max_length=1000,
                required=part != PAPERS,
                widget=forms.Textarea(attrs={"rows": 2 if part == PAPERS else 3}),
            )

    def whole(self) -> list[forms.BoundField]:
        """Return the fields about the whole."""
        return [self[name] for name in self.base_fields]

    def groups(self) -> list[dict[str, Any]]:
        """Return the fields of each question under its words."""
        return [
            {
                "number": index,
                "text": question_text(question),
                "fields": [
                    self[field_name(part, index)]
                    for part in (VALUE, CLAIMANT, REVIEWERS, PAPERS)
                    if field_name(part, index) in self.fields
                ],
            }
            for index, question in enumerate(self.questions, start=1)
        ]

    @staticmethod
    def initial_from(brief: Mapping[str, Any]) -> dict[str, Any]:
        """Return what stands in the form at first."""
        values = {name: brief.get(name, "") for name in BriefForm.base_fields}
        for index, question in enumerate(brief.get("questions", []), start=1):
            for part in (CLAIMANT, REVIEWERS, PAPERS, VALUE):
                values[field_name(part, index)] = question.get(part, "")
        return values


class SignForm(forms.Form):
    """A signature under exactly what the page showed."""

    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class StatementForm(forms.Form):
    """The claimant's own words to the jurors."""

    statement = ProseField(
        label=_("Your words to the jurors"),
        help_text=_("Leave out names and numbers that say who you are."),
        missing=_("Enter what you want to tell the jurors."),
        max_length=2000,
        validators=[refuse_personal_data],
    )


class CorrectionForm(forms.Form):
    """What the claimant wants put right in the brief."""

    note = ProseField(
        label=_("What is wrong, and what would be right?"),
        help_text=_("A jury officer reads this; the jurors do not."),
        missing=_("Enter what should be put right."),
        max_length=1000,
    )


class ReopenForm(forms.Form):
    """Why a signed brief is put right."""

    note = ProseField(
        label=_("Why is the brief reopened?"),
        help_text=_("For the log. The brief must be signed again afterwards."),
        missing=_("Enter why the brief is reopened."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
