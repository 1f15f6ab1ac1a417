"""The forms of redacted evidence: adding a copy, changing its words, withdrawing it."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from claims.evidence.wording import WORDING
from core.form_fields import LineField, ProseField
from jury.forms.briefs import ScannedForm

TEXT_LENGTH = 4000


class SeveralFilesInput(forms.ClearableFileInput):
    """A file input that takes several files at once."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Several files; its value is a list."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Return the files, each of which is one."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(SeveralFilesField, self).clean(one, initial) for one in given]


class WordsForm(ScannedForm):
    """What an exhibit is called, which questions it is about, and what it says."""

    label = LineField(
        label=_("What is this paper?"),
        help_text=_("In the jurors' words, for example: ventilator chart of the first hospital."),
        missing=_("Enter what this paper is."),
    )
    question_codes = forms.MultipleChoiceField(
        label=_("Which questions is it about?"),
        help_text=_("Choose none where it is about the whole."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose questions of this hearing.")},
    )
    text = ProseField(
        label=_("What it says, as text"),
        help_text=_(
            "The lines that matter, without names and numbers. Whoever cannot read the picture "
            "reads this."
        ),
        missing=_("Enter what it says."),
        max_length=TEXT_LENGTH,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        questions: Sequence[tuple[str, str]] = (),
        names: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = names
        choices = self.fields["question_codes"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = list(questions)


class ExhibitForm(WordsForm):
    """A redacted copy of one of the claim's documents."""

    evidence = forms.ChoiceField(
        label=_("Which document is it a copy of?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the document it is a copy of."),
            "invalid_choice": _("Choose a document of this claim."),
        },
    )
    copy = SeveralFilesField(
        label=_("The redacted copy"),
        help_text=_(
            "Pictures of the pages (JPEG or PNG), or a PDF that holds only pictures. They are "
            "drawn anew from their pixels: nothing under a black bar is kept."
        ),
        required=False,
        allow_empty_file=True,
        error_messages={"invalid": WORDING["none_chosen"]},
    )
    field_order = ("evidence", "label", "question_codes", "copy", "text")

    def __init__(
        self, *args: Any, documents: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["evidence"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = list(documents)

    def clean(self) -> dict[str, Any]:
        """Ask for the copy or its text."""
        found = super().clean()
        if not self.errors and not found.get("copy") and not found.get("text"):
            self.add_error(
                "copy", forms.ValidationError(_("Add the redacted copy, or type what it says."))
            )
        return found


class WithdrawExhibitForm(forms.Form):
    """Why an exhibit is taken back."""

    note = ProseField(
        label=_("Why is it withdrawn?"),
        help_text=_("For the log. From now on no juror can open it."),
        missing=_("Enter why it is withdrawn."),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
