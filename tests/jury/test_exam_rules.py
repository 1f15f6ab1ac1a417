"""Drawing, marking and limits of the exam, by property."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jury.exam.bank import TOPICS, bank
from jury.exam.drawing import draw_questions
from jury.exam.marking import Limits, Past, allowance, mark

NOW = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
LIMITS = Limits(3, timedelta(days=30), timedelta(hours=24))


@given(some.integers(), some.integers(min_value=1, max_value=40))
def test_a_draw_is_balanced_and_repeats_nothing(seed: int, count: int) -> None:
    drawn = draw_questions(bank().values(), count, Random(seed))
    codes = [one.code for one in drawn]
    assert len(set(codes)) == count
    topics = Counter(bank()[code].topic for code in codes)
    counts = [topics[topic] for topic in TOPICS]
    assert max(counts) - min(counts) <= 1
    for one in drawn:
        assert sorted(one.options) == sorted(bank()[one.code].keys)


@given(some.integers())
def test_the_same_randomness_draws_the_same(seed: int) -> None:
    first = draw_questions(bank().values(), 6, Random(seed))
    assert first == draw_questions(list(reversed(bank().values())), 6, Random(seed))


@given(some.integers(), some.sets(some.sampled_from(sorted(bank())), max_size=18))
def test_what_was_seen_comes_only_where_nothing_else_is_left(seed: int, seen: set[str]) -> None:
    drawn = draw_questions(bank().values(), 6, Random(seed), seen)
    topics = Counter(bank()[one.code].topic for one in drawn)
    for topic, count in topics.items():
        fresh = [c for c, q in bank().items() if q.topic == topic and c not in seen]
        repeated = [one for one in drawn if one.code in seen and bank()[one.code].topic == topic]
        assert len(repeated) == max(0, count - len(fresh))


def test_every_question_is_drawn_about_equally_often() -> None:
    counts: Counter[str] = Counter()
    for seed in range(3000):
        counts.update(one.code for one in draw_questions(bank().values(), 6, Random(seed)))
    assert set(counts) == set(bank())
    assert min(counts.values()) > 0.6 * 3000 * 6 / len(bank())


def test_a_bank_that_is_too_small_is_refused() -> None:
    few = [question for question in bank().values() if question.code in {"J01", "P01"}]
    with pytest.raises(ValueError, match="too few"):
        draw_questions(few, 6, Random(1))
    with pytest.raises(ValueError, match="nothing"):
        draw_questions([], 6, Random(1))


@given(
    some.lists(some.sampled_from("abcd"), min_size=6, max_size=6),
    some.integers(min_value=0, max_value=7),
)
def test_the_mark_is_the_number_of_right_answers(chosen: list[str], pass_mark: int) -> None:
    questions = list(bank().values())[:6]
    choices = {question.code: key for question, key in zip(questions, chosen, strict=True)}
    found = mark(questions, choices, pass_mark)
    right = sum(question.right == key for question, key in zip(questions, chosen, strict=True))
    assert found.score == right
    assert found.is_passed == (right >= pass_mark)


def test_a_question_without_an_answer_is_not_right() -> None:
    questions = list(bank().values())[:6]
    assert mark(questions, {}, 1).score == 0


def _past(*hours_ago: float) -> list[Past]:
    at = [NOW - timedelta(hours=hours) for hours in hours_ago]
    return [Past(one, one + timedelta(minutes=20)) for one in at]


def test_the_first_attempt_is_free_and_the_next_waits_for_the_cool_down() -> None:
    assert allowance([], LIMITS, NOW).reason == ""
    waiting = allowance(_past(10), LIMITS, NOW)
    assert waiting.reason == "cool_down"
    assert waiting.from_at == NOW - timedelta(hours=10) + timedelta(minutes=20, hours=24)
    assert allowance(_past(25), LIMITS, NOW).reason == ""


def test_after_three_attempts_one_waits_until_the_first_leaves_the_window() -> None:
    found = allowance(_past(24 * 20, 24 * 10, 24 * 5), LIMITS, NOW)
    assert (found.reason, found.left) == ("limit", 0)
    assert found.from_at == NOW + timedelta(days=10)


@given(some.lists(some.floats(min_value=1, max_value=24 * 90), max_size=8))
def test_when_the_wait_is_over_an_attempt_is_allowed_and_never_before(hours: list[float]) -> None:
    past = _past(*hours)
    found = allowance(past, LIMITS, NOW)
    then = allowance(past, LIMITS, found.from_at)
    assert then.reason == ""
    assert then.left >= 1
    if found.reason:
        early = allowance(past, LIMITS, found.from_at - timedelta(seconds=1))
        assert early.reason
    else:
        assert found.from_at == NOW
