"""A rulebook as one frozen value: what the parser returns and every other app reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from core.money import ceil_div
from members.criteria import in_language
from members.rulebook_parts import (
    Band,
    Clause,
    Closing,
    Disease,
    Document,
    Exit,
    HealthQuestion,
    Jury,
    Tier,
    Vesting,
    WaitingPeriod,
)

_T = TypeVar("_T")


@dataclass(frozen=True)
class Rulebook:
    """Everything a plan's version lays down. Zero for a cap means there is none."""

    plan_code: str
    title_en: str
    title_zh: str
    collection: Literal["post_paid", "pre_paid", "peer_to_peer"]
    prepaid_cents: int
    min_entry_age_days: int
    max_entry_age: int
    waiting: WaitingPeriod
    filing_window_days: int
    bands: Mapping[str, tuple[Band, ...]]
    documents: tuple[Document, ...]
    diseases: tuple[Disease, ...]
    clauses: tuple[Clause, ...]
    fee_basis_points: int
    per_case_cap_cents: int
    annual_cap_cents: int
    tiers: tuple[Tier, ...]
    notice_days: tuple[int, ...]
    notice_open_days: int
    sharing_days: tuple[int, ...]
    draft_expiry_days: int
    assignment_days: int
    investigation_days: int
    decide_days: int
    information_days: int
    information_reminder_days: int
    dispute_days: int
    dispute_review_days: int
    hearing_days: int
    objection_inquiry_days: int
    pay_days: int
    unclaimed_days: int
    jury: Jury
    name_masking: Literal["surname", "none"]
    minimum_class: int
    investigation_fee_payer: Literal["operator", "claimant", "members"]
    investigation_cost_cents: int
    may_skip_investigation: bool
    exit: Exit
    closing: Closing
    rules_decided_by: Literal["operator", "members", "delegates"]
    rule_comment_days: int
    rule_notice_days: int
    vesting: tuple[Vesting, ...]
    refund_situations: tuple[str, ...]
    health_text_en: str
    health_text_zh: str
    health_questions: tuple[HealthQuestion, ...]
    transition: Literal["diagnosis", "filing"]
    zone: str = "Asia/Shanghai"

    @property
    def title(self) -> str:
        """The rulebook's title in the reader's language."""
        return in_language(self.title_en, self.title_zh)

    @property
    def health_text(self) -> str:
        """What a joining person is asked to state, in the reader's language."""
        return in_language(self.health_text_en, self.health_text_zh)

    def disease(self, code: str) -> Disease:
        """Return a disease by its code; KeyError where the plan has none such."""
        return _one(self.diseases, "code", code)

    def clause(self, number: str) -> Clause:
        """Return a clause by its number; KeyError where there is none such."""
        return _one(self.clauses, "number", number)

    def clause_of(self, disease_code: str) -> Clause:
        """Return the clause that lays down when a disease is aided."""
        return self.clause(self.disease(disease_code).clause)

    def tier(self, code: str) -> Tier:
        """Return a tier by its code; KeyError where there is none such."""
        return _one(self.tiers, "code", code)

    def band_for(self, disease_code: str, diagnosed_on: date, age: int) -> Band | None:
        """Return the amount's band by disease, day of first diagnosis and age on that day."""
        disease = self.disease(disease_code)
        if disease.amounts:
            bands = next((r.bands for r in disease.amounts if r.holds(diagnosed_on)), ())
        else:
            bands = self.bands.get(disease.severity, ())
        return next((band for band in bands if band.holds(age)), None)

    def amount_cents(
        self,
        disease_code: str,
        diagnosed_on: date,
        age: int,
        tier_code: str = "standard",
    ) -> int | None:
        """Return the aid in cents, or None where no band holds (outside coverage)."""
        band = self.band_for(disease_code, diagnosed_on, age)
        if band is None:
            return None
        return band.amount_cents * self.tier(tier_code).aid_per_mille // 1000

    @property
    def max_amount_cents(self) -> int:
        """The largest aid any case can come to."""
        own = (band for d in self.diseases for rule in d.amounts for band in rule.bands)
        plans = (band for bands in self.bands.values() for band in bands)
        return max(band.amount_cents for band in (*own, *plans))

    @property
    def minimum_members(self) -> int:
        """The head count at which one full case costs the per-case cap; 0 without a cap.

        min = ceil(max_amount × (1 + fee) / per_case_cap), docs/domain.md.
        """
        if self.per_case_cap_cents == 0:
            return 0
        owed = self.max_amount_cents * (10_000 + self.fee_basis_points)
        return ceil_div(owed, 10_000 * self.per_case_cap_cents)

    def vested_per_mille(self, member_days: int) -> int:
        """Return which part of the aid is due after so many days of membership."""
        reached = [step.per_mille for step in self.vesting if step.after_days <= member_days]
        return reached[-1] if reached else (0 if self.vesting else 1000)


def _one(items: tuple[_T, ...], field: str, value: str) -> _T:
    for item in items:
        if getattr(item, field) == value:
            return item
    raise KeyError(value)
