"""When jurors answer and when voting opens: the timetable as a pure function."""

from datetime import UTC, datetime, timedelta
from random import Random

from jury.windows import Timetable, latest_opening, least_time, window_for

DRAWN = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _table(opens: int = 24, closes: int = 48, *, is_voting: bool = False) -> Timetable:
    return Timetable(
        DRAWN + opens * HOUR, latest_opening(DRAWN, 24), DRAWN + closes * HOUR, is_voting
    )


def test_the_first_jurors_answer_until_the_opening() -> None:
    window = window_for(DRAWN, 24, _table())
    assert window.answer_due_at == window.opens_at == DRAWN + 24 * HOUR


def test_a_juror_seated_in_time_answers_until_the_opening_that_stays() -> None:
    window = window_for(DRAWN + 10 * HOUR, 24, _table())
    assert window.answer_due_at == window.opens_at == DRAWN + 24 * HOUR
    assert window.closes_at == DRAWN + 48 * HOUR


def test_where_less_than_the_least_time_is_left_the_opening_and_the_close_move() -> None:
    window = window_for(DRAWN + 24 * HOUR, 24, _table())
    assert least_time(24) == 6 * HOUR
    assert window.answer_due_at == window.opens_at == DRAWN + 30 * HOUR
    assert window.closes_at == DRAWN + 54 * HOUR


def test_the_opening_waits_for_nobody_past_its_latest_moment() -> None:
    window = window_for(DRAWN + 46 * HOUR, 24, _table(46, 70))
    assert window.opens_at == DRAWN + 48 * HOUR
    assert window.answer_due_at == DRAWN + 52 * HOUR, "the last invited answers while others vote"
    assert window.closes_at == DRAWN + 72 * HOUR


def test_once_voting_is_open_a_juror_has_the_least_time_and_at_the_end_all_of_it() -> None:
    table = _table(24, 48, is_voting=True)
    early = window_for(DRAWN + 30 * HOUR, 24, table)
    late = window_for(DRAWN + 40 * HOUR, 24, table)
    assert early.answer_due_at == DRAWN + 36 * HOUR
    assert late.answer_due_at == late.closes_at == DRAWN + 48 * HOUR


def test_every_window_leaves_time_and_the_voting_time_is_never_shortened() -> None:
    random = Random(31)
    for _case in range(5000):
        acceptance, voting = random.randint(1, 72), random.randint(1, 96)
        opens = DRAWN + acceptance * HOUR
        closes = opens + voting * HOUR
        at = DRAWN + random.random() * (closes - DRAWN)
        table = Timetable(opens, latest_opening(DRAWN, acceptance), closes, at >= opens)
        window = window_for(at, acceptance, table)
        assert at < window.answer_due_at <= window.closes_at
        assert opens <= window.opens_at <= table.opens_latest_at
        assert window.closes_at - window.opens_at == closes - opens
        if not table.is_voting and window.opens_at < table.opens_latest_at:
            assert at + least_time(acceptance) <= window.answer_due_at <= window.opens_at
