"""The pieces a rulebook is made of, as frozen values."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from members.criteria import Criterion, ListedCriterion, Node, criteria, in_language


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
    """How hearings are held; a plan without a jury has mode `none`.

    At most `exam_attempt_limit` attempts at the exam fall in `exam_window_days`, each at least
    `exam_cool_down_hours` after the one before; a pass counts for `exam_valid_days`. With fewer
    ballots than `reasons_shown_from`, or all alike, only totals are shown.
    """

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
    exam_attempt_limit: int
    exam_window_days: int
    exam_cool_down_hours: int
    exam_valid_days: int
    juror_rules_version: str
    expert_seat: Literal["none", "medical", "legal"]
    reasons_shown_from: int
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
        "operator_pays",
        "pro_rata",
        "members_move",
        "ends_by_rule",
        "finish_open_cases",
        "none",
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
