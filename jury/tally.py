"""The rules of counting as pure functions: quorum, majority, tie, what "not shown" counts as."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class OpenedBallot:
    """What one ballot says: the vote on the whole and an answer to each criterion."""

    vote: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """The count of one hearing."""

    ballots: int
    pay: int
    deny: int
    by_criterion: dict[str, dict[str, int]]
    has_quorum: bool
    is_tied: bool
    outcome: Outcome | Literal["no_quorum"]
    found: dict[str, Found]


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


class Count:
    """A running count in constant memory, for a panel of nine or an open hearing of thousands."""

    def __init__(self, criteria: Sequence[str]) -> None:
        self._criteria = tuple(criteria)
        self._votes: Counter[str] = Counter()
        self._answers: dict[str, Counter[str]] = {code: Counter() for code in criteria}

    def add(self, ballot: OpenedBallot) -> None:
        """Count one ballot; ValueError for a vote or an answer that is none."""
        if ballot.vote not in VOTES:
            raise ValueError(f"{ballot.vote!r} is not a vote")
        if set(ballot.answers) != set(self._criteria):
            raise ValueError("a ballot answers exactly the hearing's criteria")
        if any(answer not in ANSWERS for answer in ballot.answers.values()):
            raise ValueError("an answer is met, not_met or not_shown")
        self._votes[ballot.vote] += 1
        for code, answer in ballot.answers.items():
            self._answers[code][answer] += 1

    def tally(self, rules: CountingRules) -> Tally:
        """Return the count so far under the rules."""
        pay, deny = self._votes[PAY], self._votes[DENY]
        cast = pay + deny
        enough = has_quorum(cast, rules)
        counts = {
            code: {answer: self._answers[code][answer] for answer in ANSWERS}
            for code in self._criteria
        }
        return Tally(
            ballots=cast,
            pay=pay,
            deny=deny,
            by_criterion=counts,
            has_quorum=enough,
            is_tied=enough and is_tied(pay, deny, rules),
            outcome=outcome_of(pay, deny, rules) if enough else "no_quorum",
            found={code: found_of(counts[code], rules) for code in self._criteria}
            if enough
            else {},
        )


def tally(ballots: Iterable[OpenedBallot], criteria: Sequence[str], rules: CountingRules) -> Tally:
    """Return the count of the ballots under the rules."""
    counter = Count(criteria)
    for ballot in ballots:
        counter.add(ballot)
    return counter.tally(rules)
