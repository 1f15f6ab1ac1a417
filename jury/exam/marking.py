"""Marking an attempt, and what its limits allow: pure functions of what the rulebook says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jury.exam.bank import Question


@dataclass(frozen=True, slots=True)
class Mark:
    """How many answers are right, and whether that is enough."""

    score: int
    is_passed: bool


def mark(questions: Sequence[Question], choices: Mapping[str, str], pass_mark: int) -> Mark:
    """Count the right answers; a question without an answer is not right."""
    score = sum(choices.get(question.code) == question.right for question in questions)
    return Mark(score, score >= pass_mark)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often the exam may be tried: `attempts` in `window`, with `cool_down` after each."""

    attempts: int
    window: timedelta
    cool_down: timedelta


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier attempt: when it was started, and when it was answered."""

    started_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """From when another attempt may start, why not before, and how many are left by then."""

    from_at: datetime
    reason: str
    left: int


def allowance(past: Sequence[Past], limits: Limits, now: datetime) -> Allowance:
    """Return when the next attempt may start, given the answered ones before it.

    `reason` is "" where it may start now, else `cool_down` or `limit`, whichever ends later.
    An attempt leaves the window a full `window` after its start. The counts are domain.md §5's
    answer to "unlimited retakes".
    """
    starts = sorted(one.started_at for one in past)
    in_window = [at for at in starts if at > now - limits.window]
    left = max(0, limits.attempts - len(in_window))
    cooled_at = max((one.answered_at for one in past), default=now) + limits.cool_down
    waits = {"cool_down": cooled_at} if past and cooled_at > now else {}
    if left == 0:
        waits["limit"] = in_window[-limits.attempts] + limits.window
    if not waits:
        return Allowance(now, "", left)
    reason = max(waits, key=lambda name: waits[name])
    return Allowance(waits[reason], reason, left)
