"""Quorum, majority, tie and "the papers do not show it", exhaustively to 31 jurors."""

from fractions import Fraction
from itertools import product

import pytest

from jury.rules import (
    CountingRules,
    found_of,
    has_quorum,
    is_tied,
    outcome_of,
    words_withheld,
)
from jury.tally import OpenedBallot, tally

THRESHOLDS = (0, 500, 600, 667, 999)


def _rules(quorum=1, per_mille=500, tie="uphold", not_shown="not_met") -> CountingRules:
    return CountingRules(quorum, per_mille, tie, not_shown)


def test_more_than_the_threshold_pays_and_nothing_less_to_31_jurors() -> None:
    for per_mille, tie in product(THRESHOLDS, ("uphold", "overturn")):
        rules = _rules(per_mille=per_mille, tie=tie)
        for whole in range(1, 32):
            for pay in range(whole + 1):
                share = Fraction(pay, whole)
                if share > Fraction(per_mille, 1000):
                    due = "overturn"
                elif share == Fraction(per_mille, 1000):
                    due = tie
                else:
                    due = "uphold"
                assert outcome_of(pay, whole - pay, rules) == due


def test_a_tie_does_not_pay_under_the_reference_rules() -> None:
    for half in range(1, 16):
        assert is_tied(half, half, _rules())
        assert outcome_of(half, half, _rules()) == "uphold"
        assert outcome_of(half + 1, half, _rules()) == "overturn"


def test_a_quorum_is_reached_at_its_number_to_31_jurors() -> None:
    for quorum in range(1, 32):
        for cast in range(32):
            assert has_quorum(cast, _rules(quorum=quorum)) == (cast >= quorum)


def test_a_criterion_is_met_by_more_than_the_threshold_whatever_the_third_answer_is() -> None:
    for not_shown_counts in ("not_met", "met"):
        rules = _rules(not_shown=not_shown_counts)
        for met in range(12):
            for not_met in range(12):
                for not_shown in range(12):
                    whole = met + not_met + not_shown
                    if whole == 0:
                        continue
                    counts = {"met": met, "not_met": not_met, "not_shown": not_shown}
                    for_met = met + (not_shown if not_shown_counts == "met" else 0)
                    found = found_of(counts, rules)
                    assert (found == "met") == (2 * for_met > whole)
                    if found == "not_shown":
                        assert not_shown > not_met and not_shown_counts == "not_met"


def test_words_stay_back_where_few_wrote_or_all_agree() -> None:
    for ballots in range(32):
        for pay in range(ballots + 1):
            found = words_withheld(ballots, pay, ballots - pay, 5)
            if ballots < 5:
                assert found == "small"
            else:
                assert found == ("unanimous" if pay in (0, ballots) else "")


def test_the_tally_counts_votes_and_answers() -> None:
    ballots = [
        OpenedBallot("pay", {"a": "met", "b": "not_shown"}),
        OpenedBallot("pay", {"a": "met", "b": "not_met"}),
        OpenedBallot("deny", {"a": "not_met", "b": "not_shown"}),
    ]
    found = tally(ballots, ["a", "b"], _rules(quorum=3))
    assert (found.pay, found.deny, found.outcome) == (2, 1, "overturn")
    assert found.by_criterion["b"] == {"met": 0, "not_met": 1, "not_shown": 2}
    assert found.found == {"a": "met", "b": "not_shown"}


def test_without_a_quorum_nothing_is_found() -> None:
    found = tally([OpenedBallot("pay", {"a": "met"})], ["a"], _rules(quorum=2))
    assert found.outcome == "no_quorum"
    assert found.found == {}


@pytest.mark.parametrize(
    "ballot",
    [
        OpenedBallot("maybe", {"a": "met"}),
        OpenedBallot("pay", {"a": "perhaps"}),
        OpenedBallot("pay", {}),
        OpenedBallot("pay", {"a": "met", "b": "met"}),
    ],
)
def test_what_is_no_ballot_is_not_counted(ballot: OpenedBallot) -> None:
    with pytest.raises(ValueError):
        tally([ballot], ["a"], _rules())
