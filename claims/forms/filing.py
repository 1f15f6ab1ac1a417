"""The questions of filing, one form a page; what is typed is kept, whatever is wrong with it."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from core.form_fields import DayField, LineField, ProseField
from members.provinces import PROVINCES
from members.rulebook_types import Rulebook


class HospitalLevel:
    """The three levels of hospitals in China, and the rest."""

    CHOICES = (
        ("3", _("Level three (三级)")),
        ("2", _("Level two (二级)")),
        ("1", _("Level one (一级)")),
        ("0", _("Another, or I do not know")),
    )


class FilingForm(forms.Form):
    """A page of the filing form; `rulebook` and `today` are what its checks depend on."""

    def __init__(self, *args: Any, rulebook: Rulebook, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rulebook = rulebook
        self.today = today


class IllnessForm(FilingForm):
    """Which illness the certificate names."""

    disease_code = forms.ChoiceField(
        label=_("Which illness does the diagnosis certificate name?"),
        help_text=_("Choose the nearest one. The clause of the illness decides what is looked at."),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose the illness that the certificate names."),
            "invalid_choice": _("Choose one of the illnesses of the list."),
        },
    )
    accident = forms.TypedChoiceField(
        label=_("Did an accident cause it?"),
        help_text=_("Accidents are covered within the waiting period; illnesses are not."),
        choices=(("no", _("No")), ("yes", _("Yes"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes or no.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["disease_code"])
        field.choices = [(disease.code, disease.name) for disease in self.rulebook.diseases]


class DiagnosisForm(FilingForm):
    """When a hospital first made the diagnosis."""

    first_diagnosed_on = DayField(
        label=_("On which day did a hospital first diagnose the illness?"),
        help_text=_(
            "The day on the first hospital report that names it, for example 2026-10-03. It "
            "decides the age band, the waiting period and the time for filing."
        ),
        missing=_("Enter the day of the first diagnosis, for example 2026-10-03."),
    )

    def clean_first_diagnosed_on(self) -> date:
        """Refuse a day to come and a day no living memory reaches."""
        day = cast(date, self.cleaned_data["first_diagnosed_on"])
        if day > self.today:
            raise ValidationError(_("This day is yet to come. Check the year."), code="day_future")
        if day.year < self.today.year - 100:
            raise ValidationError(_("This day is too long ago. Check the year."), code="day_past")
        return day


class HospitalForm(FilingForm):
    """Where the diagnosis was made."""

    hospital_name = LineField(
        label=_("What is the name of the hospital?"),
        help_text=_("As it is on the certificate. The investigator goes there."),
        missing=_("Enter the name of the hospital, as it is on the certificate."),
        max_length=100,
    )
    hospital_level = forms.ChoiceField(
        label=_("Which level has it?"),
        choices=HospitalLevel.CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level, or that you do not know.")},
    )
    province = forms.ChoiceField(
        label=_("In which province is it?"),
        choices=[("", "—"), *PROVINCES.items()],
        error_messages={"required": _("Choose the province of the hospital.")},
    )
    city = LineField(
        label=_("In which city or county?"),
        missing=_("Enter the city or county of the hospital."),
        max_length=60,
    )


class StoryForm(FilingForm):
    """What happened, in the claimant's words."""

    story = ProseField(
        label=_("What happened?"),
        help_text=_(
            "In your own words: the first signs, the examinations, the treatment until today. "
            "Members read a shortened form without names when the case is on notice."
        ),
        missing=_("Describe in a few sentences what happened."),
        min_length=10,
        max_length=4000,
        error_messages={"min_length": _("Say a little more: a sentence or two.")},
    )


class BankForm(FilingForm):
    """To which account the aid is paid."""

    account_holder = LineField(
        label=_("Who holds the account?"),
        help_text=_("The covered member or the claimant, as the name is on the card."),
        missing=_("Enter the name of the account holder."),
        max_length=60,
    )
    bank_account = LineField(
        label=_("What is the number of the bank card?"),
        help_text=_("16 to 19 digits; spaces do no harm. It is stored encrypted."),
        missing=_("Enter the number of the bank card."),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def clean_bank_account(self) -> str:
        """Return the digits alone; a slip of one digit is found by the card's check digit."""
        digits = luhn_digits(self.cleaned_data["bank_account"])
        if not 12 <= len(digits) <= 19:
            raise ValidationError(
                _("A card number has 12 to 19 digits. Count them again."), code="card_length"
            )
        if not luhn.is_valid(digits):
            raise ValidationError(
                _("A digit of the card number seems wrong. Compare it with the card."),
                code="card_digit",
            )
        return digits


class DeclarationForm(FilingForm):
    """The claimant's word for what was filed."""

    declared = forms.BooleanField(
        label=_(
            "What I have entered is true, and I agree that an investigator checks it at the "
            "hospital and that the case is shown without names."
        ),
        error_messages={"required": _("Tick the box if what you entered is true.")},
    )


def luhn_digits(typed: str) -> str:
    """Return the decimal digits of what was typed as ASCII, full-width ones included."""
    return "".join(str(int(c)) for c in typed if c.isdecimal())


PAGES: dict[str, Callable[..., FilingForm]] = {
    "illness": IllnessForm,
    "diagnosis": DiagnosisForm,
    "hospital": HospitalForm,
    "story": StoryForm,
    "bank": BankForm,
}
