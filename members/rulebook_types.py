"""A rulebook as frozen values: what the parser returns and every other app reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from core.money import ceil_div
from members.criteria import Criterion, ListedCriterion, Node, criteria, in_language


_T = TypeVar("_T")


class _Named:
    """Has its name in two languages."""

    __slots__ = ()
    name_en: str
    name_zh: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return in_language(self.name_en, self.name_zh)


@dataclass(frozen=True)
class Band:
    """An amount of aid for the ages from `min_age` to `max_age`, both included."""

    min_age: int
    max_age: int
    amount_cents: int

    def holds(self, age: int) -> bool:
        """Say whether an age in whole years falls in the band."""
        return self.min_age <= age <= self.max_age


@dataclass(frozen=True)
class AmountRule:
    """Bands for first diagnoses in the half-open period [diagnosed_from, diagnosed_before)."""

    bands: tuple[Band, ...]
    diagnosed_from: date | None = None
    diagnosed_before: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether a first diagnosis on the day falls under the rule."""
        return (self.diagnosed_from is None or self.diagnosed_from <= day) and (
            self.diagnosed_before is None or day < self.diagnosed_before
        )


@dataclass(frozen=True)
class Source:
    """Where a clause's words come from."""

    name_en: str
    name_zh: str
    year: int
    article: str
    mark: str

    @property
    def name(self) -> str:
        """The source's name in the reader's language."""
        return in_language(self.name_en, self.name_zh)


@dataclass(frozen=True)
class Clause:
    """A numbered clause: what it is called, where it comes from, what it asks."""

    number: str
    title_en: str
    title_zh: str
    source: Source
    tree: Node

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return in_language(self.title_en, self.title_zh)

    @property
    def criteria(self) -> tuple[ListedCriterion, ...]:
        """The clause's criteria in reading order."""
        return criteria(self.tree)

    def criterion(self, code: str) -> Criterion:
        """Return one criterion by its code; KeyError where the clause has none such."""
        for listed in self.criteria:
            if listed.criterion.code == code:
                return listed.criterion
        raise KeyError(code)


@dataclass(frozen=True)
class Disease(_Named):
    """A disease the plan aids, its severity class, its clause, its own amounts if any."""

    code: str
    name_en: str
    name_zh: str
    group: str
    severity: str
    clause: str
    amounts: tuple[AmountRule, ...] = ()


@dataclass(frozen=True)
class Document(_Named):
    """A document a claim needs or may bring."""

    code: str
    name_en: str
    name_zh: str
    is_required: bool


@dataclass(frozen=True)
class WaitingPeriod:
    """Days from joining in which an illness is not covered; accidents may be excepted."""

    days: int
    except_accidents: bool


@dataclass(frozen=True)
class Tier(_Named):
    """A tier of membership: its share's weight and its aid, in thousandths of the full one."""

    code: str
    name_en: str
    name_zh: str
    weight: int
    aid_per_mille: int


@dataclass(frozen=True)
class Jury:
    """How hearings are held; a plan without a jury has mode `none`."""

    mode: Literal["drawn", "open", "none"]
    panel_size: int
    rehearing_panel_size: int
    quorum: int
    more_than_per_mille: int
    voting_hours: int
    acceptance_hours: int
    extension_hours: int
    tie: Literal["uphold", "overturn"]
    not_shown_counts_as: Literal["not_met", "met"]
    is_reason_required: bool
    roll_days: int
    exam_questions: int
    exam_pass_mark: int
    second_void: Literal["review", "uphold", "overturn"]


@dataclass(frozen=True)
class HealthQuestion:
    """One question of the health statement."""

    code: str
    text_en: str
    text_zh: str
    accepted_answer: Literal["yes", "no"]

    @property
    def text(self) -> str:
        """The question in the reader's language."""
        return in_language(self.text_en, self.text_zh)


@dataclass(frozen=True)
class Vesting:
    """From how many days of membership on which part of the aid is due."""

    after_days: int
    per_mille: int


@dataclass(frozen=True)
class Closing:
    """How the plan ends: who pays what is still due, and what goes back to the members."""

    mode: Literal[
        "operator_pays", "pro_rata", "members_move", "ends_by_rule", "finish_open_cases", "none"
    ]
    refund: Literal["none", "all_shares", "balance"]
    late_filing_days: int
    finish_days: int
    minimum_members: int


@dataclass(frozen=True)
class Exit:
    """What leaving means."""

    is_open_notice_shared: bool
    rejoin_waits_again: bool
    age_limit: int
    waiting_period_refund: bool
    aid_ends_membership: bool
    debit_retry_days: int


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
        self, disease_code: str, diagnosed_on: date, age: int, tier_code: str = "standard"
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

        min = ceil(max_amount × (1 + fee) / per_case_cap), domain.md §3.
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
