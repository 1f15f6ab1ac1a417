"""Fields for the criteria of a claim's clause, one question each, three answers."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import clause_of
from members.criteria import MET, NOT_MET, NOT_SHOWN
from members.rulebook_parts import Clause

PREFIX = "criterion_"
ANSWER_CHOICES = (
    (MET, _("Met")),
    (NOT_MET, _("Not met")),
    (NOT_SHOWN, _("The papers do not show it")),
)


def clause_or_none(claim: Claim) -> Clause | None:
    """Return the clause of the claim's disease, or None where the plan has none for it."""
    try:
        return clause_of(claim)
    except KeyError:
        return None


def criterion_fields(claim: Claim) -> dict[str, forms.Field]:
    """Return a field for each criterion of the claim's clause, by the field's name."""
    clause = clause_or_none(claim)
    if clause is None:
        return {}
    return {
        f"{PREFIX}{listed.criterion.code}": forms.ChoiceField(
            label=listed.criterion.text,
            help_text=listed.criterion.help,
            choices=ANSWER_CHOICES,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Answer met, not met, or that the papers do not show it."),
                "invalid_choice": _("Choose one of the three answers."),
            },
        )
        for listed in clause.criteria
    }


def answers_in(cleaned: Mapping[str, object]) -> dict[str, str]:
    """Return the answers by criterion code from a form's cleaned data."""
    return {
        name.removeprefix(PREFIX): str(value)
        for name, value in cleaned.items()
        if name.startswith(PREFIX)
    }
