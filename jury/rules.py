"""The rules of counting as pure functions: quorum, majority, tie, and when words are withheld."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

MET = "met"
NOT_MET = "not_met"
NOT_SHOWN = "not_shown"
ANSWERS = (MET, NOT_MET, NOT_SHOWN)
PAY = "pay"
DENY = "deny"
VOTES = (PAY, DENY)

Found = Literal["met", "not_met", "not_shown"]
Outcome = Literal["uphold", "overturn"]
Withheld = Literal["", "small", "unanimous"]


@dataclass(frozen=True, slots=True)
class CountingRules:
    """What the rulebook says about counting; the threshold is in thousandths."""

    quorum: int
    more_than_per_mille: int
    tie: Outcome
    not_shown_counts_as: Literal["not_met", "met"]

    def __post_init__(self) -> None:
        if self.quorum < 1 or not 0 <= self.more_than_per_mille < 1000:
            raise ValueError("a quorum of at least one, a threshold below a thousand")


def has_quorum(ballots: int, rules: CountingRules) -> bool:
    """Say whether enough ballots were cast."""
    return ballots >= rules.quorum


def is_more_than(part: int, whole: int, per_mille: int) -> bool:
    """Say whether the part is more than so many thousandths of the whole, exactly."""
    return part * 1000 > whole * per_mille


def is_tied(pay: int, deny: int, rules: CountingRules) -> bool:
    """Say whether those for payment are exactly the threshold, neither more nor less."""
    whole = pay + deny
    return whole > 0 and pay * 1000 == whole * rules.more_than_per_mille


def outcome_of(pay: int, deny: int, rules: CountingRules) -> Outcome:
    """Return what the votes come to: more than the threshold pays, a tie by its own rule."""
    if is_tied(pay, deny, rules):
        return rules.tie
    return "overturn" if is_more_than(pay, pay + deny, rules.more_than_per_mille) else "uphold"


def found_of(counts: Mapping[str, int], rules: CountingRules) -> Found:
    """Return what the panel found on one criterion.

    Met if more than the threshold found it met, counting "the papers do not show it" as the
    rulebook says. Otherwise the larger of the other two answers; equal, it is not met.
    """
    met, not_met = counts.get(MET, 0), counts.get(NOT_MET, 0)
    not_shown = counts.get(NOT_SHOWN, 0)
    for_met = met + (not_shown if rules.not_shown_counts_as == MET else 0)
    if is_more_than(for_met, met + not_met + not_shown, rules.more_than_per_mille):
        return "met"
    if rules.not_shown_counts_as == NOT_MET and not_shown > not_met:
        return "not_shown"
    return "not_met"


def words_withheld(ballots: int, pay: int, deny: int, reasons_shown_from: int) -> Withheld:
    """Say why the jurors' words stay unpublished: too few wrote them, or all voted alike.

    `ballots` are those that were read, `pay` and `deny` what they say. With few authors an
    acquaintance knows a hand; where all agree, words are all that would tell one from another.
    """
    if ballots < reasons_shown_from:
        return "small"
    return "unanimous" if pay == 0 or deny == 0 else ""
