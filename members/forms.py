"""The forms of the members' steps: they check shape, services check everything else."""

from collections.abc import Mapping
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


def _group_field(group: str) -> forms.MultipleChoiceField:
    words, about = GROUPS[group]
    return forms.MultipleChoiceField(
        label=words,  # type: ignore[arg-type] # the stubs know only their own lazy text
        help_text=about,  # type: ignore[arg-type] # as above
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the messages listed here.")},
    )


class MailForm(forms.Form):
    """Which kinds of message come by e-mail, group by group, and in which language."""

    language = forms.ChoiceField(
        label=_("Language of your e-mails"),
        choices=Language.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a language."),
            "invalid_choice": _("Choose a language."),
        },
    )
    group_membership = _group_field("membership")
    group_claim = _group_field("claim")
    group_jury = _group_field("jury")
    group_notice = _group_field("notice")
    group_work = _group_field("work")

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **kw: Any) -> None:
        super().__init__(*args, **kw)
        for group in GROUPS:
            name = f"group_{group}"
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices.get(group, [])
            if not field.choices:
                del self.fields[name]

    def wanted(self) -> list[str]:
        """Return the kinds that were ticked."""
        chosen: list[str] = []
        for name, values in self.cleaned_data.items():
            if name.startswith("group_"):
                chosen += values
        return chosen
