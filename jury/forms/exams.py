"""The forms of the exam, of what jurors state, and of decisions on their standing."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import DayField, LineField, ProseField
from jury.causes import CAUSES
from jury.states import AffiliationKind, AppealOutcome, QualificationKind


class AcceptRulesForm(forms.Form):
    """That one accepts the version of the jury rules that stood above the button."""

    version = forms.CharField(max_length=20, widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label=_("I have read the jury rules and accept them"),
        error_messages={"required": _("Tick the box to accept the jury rules.")},
    )


class ChoiceForm(forms.Form):
    """One answer of an attempt, as the API sends it."""

    code = forms.CharField(label=_("Question"), max_length=20)
    choice = forms.CharField(label=_("Answer"), max_length=4)


class QuestionForm(forms.Form):
    """One question of an attempt, as a page shows it."""

    choice = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an answer."),
            "invalid_choice": _("Choose one of the answers shown."),
        },
    )

    def __init__(self, *args: Any, options: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = options


class AffiliationForm(forms.Form):
    """A hospital one works at or is treated in."""

    kind = forms.ChoiceField(
        label=_("What ties you to the hospital?"),
        choices=AffiliationKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what ties you to the hospital.")},
    )
    hospital_name = LineField(
        label=_("The hospital's name"),
        help_text=_("As it stands on its papers, for example 湘雅医院."),
        missing=_("Enter the hospital's name."),
        max_length=120,
    )


class QualificationForm(forms.Form):
    """A medical or legal qualification and how it can be checked."""

    kind = forms.ChoiceField(
        label=_("Which qualification do you have?"),
        choices=QualificationKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the qualification.")},
    )
    evidence_note = ProseField(
        label=_("How can it be checked?"),
        help_text=_("The certificate's kind, number, and who issued it."),
        missing=_("Enter how the qualification can be checked."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StandingAppealForm(forms.Form):
    """Why a decision on one's standing is wrong."""

    grounds = ProseField(
        label=_("Why is the decision wrong?"),
        missing=_("Enter why the decision is wrong."),
        max_length=2000,
    )


def _causes(name: str) -> list[tuple[str, Any]]:
    return [(cause.code, cause.label) for cause in CAUSES.values() if getattr(cause, name)]


class SuspendForm(forms.Form):
    """For what and until when a juror is suspended."""

    cause = forms.ChoiceField(
        label=_("For which cause?"),
        choices=_causes("suspends"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the cause.")},
    )
    until_on = DayField(
        label=_("The last day of the suspension"),
        help_text=_("For example 2026-10-03; at most a year from now."),
        missing=_("Enter the last day of the suspension."),
    )
    reasons = ProseField(
        label=_("Reasons"),
        help_text=_("The juror reads these words."),
        missing=_("Enter the reasons."),
        max_length=2000,
    )


class DisqualifyForm(forms.Form):
    """For what a juror is disqualified."""

    cause = forms.ChoiceField(
        label=_("For which cause?"),
        choices=_causes("disqualifies"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the cause.")},
    )
    reasons = ProseField(
        label=_("Reasons"),
        help_text=_("The juror reads these words."),
        missing=_("Enter the reasons."),
        max_length=2000,
    )


class VerifyQualificationForm(forms.Form):
    """Until when a checked qualification counts."""

    expires_on = DayField(
        label=_("Until which day does it count?"),
        missing=_("Enter until which day it counts."),
    )


class RefuseQualificationForm(forms.Form):
    """Why a qualification is not verified."""

    reason = ProseField(
        label=_("Why can it not be verified?"),
        help_text=_("The juror reads these words."),
        missing=_("Enter why it cannot be verified."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerAppealForm(forms.Form):
    """What the ombudsman finds on an appeal."""

    outcome = forms.ChoiceField(
        label=_("What do you find?"),
        choices=AppealOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you find.")},
    )
    reasons = ProseField(
        label=_("Reasons"),
        help_text=_("The juror reads these words."),
        missing=_("Enter the reasons."),
        max_length=2000,
    )
