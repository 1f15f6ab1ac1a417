"""What the rules of coverage say, in words: findings, rules by name, facts in dispute."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import bound_rules
from core import formats
from core.errors import Text

# The rules by code, each with the text of a finding that meets it and of one that does not.
RULES: dict[str, tuple[Text, Text]] = {
    "membership": (
        _("The covered member was in the plan on %(on)s (member since %(starts_on)s)."),
        _("The covered member was not in the plan on %(on)s, the day of first diagnosis."),
    ),
    "waiting_period": (
        _("The day of first diagnosis, %(on)s, lies after the waiting period."),
        _(
            "The illness was first diagnosed on %(on)s, inside the waiting period of %(days)s "
            "days, which ran until %(until)s."
        ),
    ),
    "filing_window": (
        _("The claim was filed %(after)s days after the first diagnosis; %(days)s are allowed."),
        _(
            "The claim was filed %(after)s days after the first diagnosis of %(on)s; the last day "
            "to file was %(until)s."
        ),
    ),
    "disease": (
        _("The disease is one the plan aids, by clause %(clause)s."),
        _("The plan does not aid this disease for a first diagnosis on %(on)s."),
    ),
    "age_band": (
        _("At %(age)s years of age on the day of first diagnosis the band is %(band)s."),
        _("At %(age)s years of age on the day of first diagnosis no band applies."),
    ),
}

RULE_NAMES: dict[str, Text] = {
    "membership": _("Membership on the day of first diagnosis"),
    "waiting_period": _("Waiting period"),
    "filing_window": _("Time for filing"),
    "disease": _("Diseases the plan aids"),
    "age_band": _("Age bands"),
}

DISPUTABLE_FACTS: dict[str, Text] = {
    "criteria": _("Whether the clause's conditions are met"),
    "first_diagnosed_on": _("The day of first diagnosis"),
    "accident": _("Whether an accident was the cause"),
    "disease_code": _("Which disease it is"),
}


def finding_text(code: str, is_met: bool, params: Mapping[str, str]) -> str:
    """Return a stored finding in the reader's language, its days as people write them."""
    met, failed = RULES[code]
    shown = {name: _shown(name, value) for name, value in params.items()}
    return str(met if is_met else failed) % shown


def _shown(name: str, value: str) -> str:
    is_day = name in ("on", "until") or name.endswith("_on")
    return formats.day(date.fromisoformat(value)) if is_day and value else value


def citable_clauses(claim: Claim) -> list[tuple[str, str]]:
    """Return the rules and clauses a recommendation may cite: the claim's own first."""
    rules = bound_rules(claim)
    own = [clause for clause in rules.clauses if _is_own(claim, clause.number)]
    cited = [(clause.number, f"{clause.number} {clause.title}") for clause in own]
    return [*cited, *((code, str(name)) for code, name in RULE_NAMES.items())]


def _is_own(claim: Claim, number: str) -> bool:
    rules = bound_rules(claim)
    return any(
        disease.code == claim.disease_code and disease.clause == number
        for disease in rules.diseases
    )
