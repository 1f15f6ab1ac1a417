"""Counting ballots in constant memory, by the rules of counting."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jury.rules import (
    ANSWERS,
    DENY,
    PAY,
    VOTES,
    CountingRules,
    Found,
    Outcome,
    found_of,
    has_quorum,
    is_tied,
    outcome_of,
)


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


def check_ballot(ballot: OpenedBallot, criteria: Sequence[str]) -> None:
    """Raise ValueError for a vote or an answer that is none."""
    if ballot.vote not in VOTES:
        raise ValueError(f"{ballot.vote!r} is not a vote")
    if set(ballot.answers) != set(criteria):
        raise ValueError("a ballot answers exactly the hearing's criteria")
    if any(answer not in ANSWERS for answer in ballot.answers.values()):
        raise ValueError("an answer is met, not_met or not_shown")


class Count:
    """A running count in constant memory, for a panel of nine or an open hearing of thousands."""

    def __init__(self, criteria: Sequence[str]) -> None:
        self._criteria = tuple(criteria)
        self._votes: Counter[str] = Counter()
        self._answers: dict[str, Counter[str]] = {code: Counter() for code in criteria}

    def add(self, ballot: OpenedBallot) -> None:
        """Count one ballot; ValueError for a vote or an answer that is none."""
        check_ballot(ballot, self._criteria)
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
