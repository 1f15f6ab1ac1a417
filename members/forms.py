"""The forms of the members' steps: they check shape, services check everything else."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.form_fields import LineField
from members.messages import GROUPS
from members.models import Account, Person
from members.rulebook import Rulebook, Tier
from members.states import Language, Role

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class GrantRoleForm(forms.Form):
    """Who is to hold which role, and why."""

    person = LineField(
        label=_("Person's reference or username"),
        missing=_("Enter the person's reference, such as P-1234-5678, or their username."),
        max_length=64,
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a role."), "invalid_choice": _("Choose a role.")},
    )
    reason = LineField(
        label=_("Reason"),
        help_text=_("Kept with the grant; the auditor reads it."),
        missing=_("Enter why this person is to hold the role."),
        max_length=500,
    )

    def clean_person(self) -> int:
        """Return the id of the person meant."""
        text = self.cleaned_data["person"].strip()
        person_id = (
            Person.objects.filter(reference=text.upper()).values_list("pk", flat=True).first()
            or Account.objects.filter(username=text, person__isnull=False)
            .values_list("person_id", flat=True)
            .first()
        )
        if person_id is None:
            message = _("Enter a reference or username that exists; this one does not.")
            raise forms.ValidationError(message, code="no_such_person")
        return int(person_id)


class RevokeRoleForm(forms.Form):
    """Why a role ends."""

    reason = LineField(
        label=_("Reason"),
        help_text=_("Kept with the grant; the auditor reads it."),
        missing=_("Enter why the role ends."),
        max_length=500,
    )


def _tier_field(tiers: tuple[Tier, ...]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Tier"),
        help_text=_("A lower tier pays a lower share and receives less aid."),
        choices=[(tier.code, tier.name) for tier in tiers],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a tier."), "invalid_choice": _("Choose a tier.")},
    )


class ChangeTierForm(forms.Form):
    """Which tier a membership moves to."""

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"] = _tier_field(rulebook.tiers)


class JoinForm(forms.Form):
    """The tier and the health statement, question by question."""

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"] = _tier_field(rulebook.tiers)
        for question in rulebook.health_questions:
            self.fields[f"health_{question.code}"] = forms.ChoiceField(
                label=question.text,
                choices=YES_NO,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Answer yes or no."),
                    "invalid_choice": _("Answer yes or no."),
                },
            )

    def answers(self) -> dict[str, str]:
        """Return the answers by question code."""
        return {
            name.removeprefix("health_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("health_")
        }


class MailForm(forms.Form):
    """Which messages come by e-mail, by what they are about, and in which language."""

    groups = forms.MultipleChoiceField(
        label=_("Send me by e-mail what is about"),
        choices=[(name, words) for name, (words, _about) in GROUPS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the subjects listed here.")},
    )
    language = forms.ChoiceField(
        label=_("Language of your e-mails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": _("Choose a language."),
        },
    )
