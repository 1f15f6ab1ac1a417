"""Whether a claim is inside coverage and for how much: pure arithmetic on facts and rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from core.zone import add_days, days_between
from members.ages import age_on
from members.rulebook_types import Rulebook


@dataclass(frozen=True, slots=True)
class Facts:
    """What eligibility follows from. Days are days of the plan's zone; `ends_on` is exclusive."""

    born_on: date
    first_diagnosed_on: date
    filed_on: date
    disease_code: str
    accident: bool
    starts_on: date
    ends_on: date | None = None
    tier: str = "standard"

    def as_json(self) -> dict[str, str]:
        """Return the facts as text, for the stored snapshot."""
        return {
            "born_on": self.born_on.isoformat(),
            "first_diagnosed_on": self.first_diagnosed_on.isoformat(),
            "filed_on": self.filed_on.isoformat(),
            "disease_code": self.disease_code,
            "accident": "yes" if self.accident else "no",
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat() if self.ends_on else "",
            "tier": self.tier,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied: whether it is met, the rule or clause it stands in, its figures."""

    code: str
    is_met: bool
    clause: str
    params: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the finding for the stored snapshot."""
        return {
            "code": self.code,
            "is_met": self.is_met,
            "clause": self.clause,
            "params": dict(self.params),
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules come to. `amount_if_covered_cents` is the band's aid where one holds."""

    eligible: bool
    band: str
    amount_cents: int
    amount_if_covered_cents: int
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The rules that are not met."""
        return tuple(finding for finding in self.findings if not finding.is_met)


# Which disputed facts could turn a failed rule, if a jury found them otherwise.
TURNED_BY: dict[str, frozenset[str]] = {
    "membership": frozenset({"first_diagnosed_on"}),
    "waiting_period": frozenset({"first_diagnosed_on", "accident"}),
    "filing_window": frozenset({"first_diagnosed_on"}),
    "disease": frozenset({"first_diagnosed_on", "disease_code"}),
    "age_band": frozenset({"first_diagnosed_on"}),
}


def assess(facts: Facts, rulebook: Rulebook) -> Assessment:
    """Apply every rule of coverage to the facts (docs/domain.md) and return all findings.

    The age on the day of first diagnosis decides the band; accidents are exempt from the
    waiting period where the rulebook says so; the filing window includes its last day.
    """
    findings = (
        _membership(facts),
        _waiting_period(facts, rulebook),
        _filing_window(facts, rulebook),
        _disease(facts, rulebook),
    )
    band_finding, band, amount = _amount(facts, rulebook)
    all_findings = (*findings, band_finding)
    eligible = all(finding.is_met for finding in all_findings) and amount > 0
    return Assessment(eligible, band, amount if eligible else 0, amount, all_findings)


def could_be_turned(failed_codes: frozenset[str], disputed: frozenset[str]) -> bool:
    """Say whether the disputed facts, found otherwise, could make the claim payable."""
    return all(TURNED_BY[code] & disputed for code in failed_codes)


def with_found(facts: Facts, found: Mapping[str, str]) -> Facts:
    """Return the facts as a jury found them; unknown names raise KeyError."""
    changes: dict[str, Any] = {}
    for name, value in found.items():
        if name == "first_diagnosed_on":
            changes[name] = date.fromisoformat(value)
        elif name == "accident":
            changes[name] = value == "yes"
        elif name == "disease_code":
            changes[name] = value
        elif name != "criteria":
            raise KeyError(name)
    return replace(facts, **changes)


def _membership(facts: Facts) -> Finding:
    on = facts.first_diagnosed_on
    is_member = facts.starts_on <= on and (facts.ends_on is None or on < facts.ends_on)
    params = {"on": on.isoformat(), "starts_on": facts.starts_on.isoformat()}
    return Finding("membership", is_member, "membership", params)


def _waiting_period(facts: Facts, rulebook: Rulebook) -> Finding:
    waiting = rulebook.waiting
    first_covered = add_days(facts.starts_on, waiting.days)
    exempt = facts.accident and waiting.except_accidents
    params = {
        "on": facts.first_diagnosed_on.isoformat(),
        "days": str(waiting.days),
        "until": add_days(first_covered, -1).isoformat(),
    }
    is_met = exempt or facts.first_diagnosed_on >= first_covered
    return Finding("waiting_period", is_met, "waiting_period", params)


def _filing_window(facts: Facts, rulebook: Rulebook) -> Finding:
    after = days_between(facts.first_diagnosed_on, facts.filed_on)
    params = {
        "on": facts.first_diagnosed_on.isoformat(),
        "after": str(after),
        "days": str(rulebook.filing_window_days),
        "until": add_days(facts.first_diagnosed_on, rulebook.filing_window_days).isoformat(),
    }
    is_met = 0 <= after <= rulebook.filing_window_days
    return Finding("filing_window", is_met, "filing_window", params)


def _disease(facts: Facts, rulebook: Rulebook) -> Finding:
    on = facts.first_diagnosed_on
    params = {"on": on.isoformat(), "clause": ""}
    try:
        disease = rulebook.disease(facts.disease_code)
    except KeyError:
        return Finding("disease", False, "disease", params)
    params["clause"] = disease.clause
    if disease.amounts:
        is_aided = any(rule.holds(on) and rule.bands for rule in disease.amounts)
    else:
        is_aided = bool(rulebook.bands.get(disease.severity))
    return Finding("disease", is_aided, disease.clause, params)


def _amount(facts: Facts, rulebook: Rulebook) -> tuple[Finding, str, int]:
    age = age_on(facts.born_on, facts.first_diagnosed_on)
    params = {"age": str(age), "band": ""}
    try:
        band = rulebook.band_for(facts.disease_code, facts.first_diagnosed_on, age)
    except KeyError:
        band = None
    if band is None:
        return Finding("age_band", False, "age_band", params), "", 0
    name = f"{band.min_age}–{band.max_age}"
    per_mille = rulebook.tier(facts.tier).aid_per_mille
    member_days = max(days_between(facts.starts_on, facts.first_diagnosed_on), 0)
    amount = band.amount_cents * per_mille // 1000
    amount = amount * rulebook.vested_per_mille(member_days) // 1000
    finding = Finding("age_band", True, "age_band", {**params, "band": name})
    return finding, name, amount
