"""Quorum, threshold, tie and "not shown" against an oracle of fractions, to thirty-one jurors."""

import importlib.util
from collections import Counter
from fractions import Fraction
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from jury.recount import recount
from jury.rules import CountingRules, found_of, has_quorum, is_tied, outcome_of, words_withheld
from jury.tally import OpenedBallot, tally
from record import tree
from tests.jury.record_files import opened_part, sealed_body, verdict_body

MOST = 31
THRESHOLDS = (0, 333, 500, 501, 600, 667, 750, 999)
Tie = Literal["uphold", "overturn"]
TIES: tuple[Tie, Tie] = ("uphold", "overturn")
PANELS = [(pay, deny) for pay in range(MOST + 1) for deny in range(MOST + 1 - pay)]


def _oracle(pay: int, deny: int, threshold: int, tie: str) -> str:
    """What the votes come to, said once more in fractions."""
    share, bar = Fraction(pay, pay + deny), Fraction(threshold, 1000)
    if share == bar:
        return tie
    return "overturn" if share > bar else "uphold"


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_every_panel_to_thirty_one_comes_to_what_the_oracle_says(threshold: int) -> None:
    for (pay, deny), tie, quorum in product(PANELS, TIES, range(1, MOST + 1)):
        rules = CountingRules(quorum, threshold, tie, "not_met")
        assert has_quorum(pay + deny, rules) == (pay + deny >= quorum)
        if pay + deny:
            assert outcome_of(pay, deny, rules) == _oracle(pay, deny, threshold, tie)
            exactly = Fraction(pay, pay + deny) == Fraction(threshold, 1000)
            assert is_tied(pay, deny, rules) == exactly


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_every_division_of_answers_to_thirty_one_is_found_as_the_oracle_says(
    threshold: int,
) -> None:
    for met, not_met in PANELS:
        for not_shown in range(MOST + 1 - met - not_met):
            whole = met + not_met + not_shown
            counts = {"met": met, "not_met": not_met, "not_shown": not_shown}
            strict = CountingRules(1, threshold, "uphold", "not_met")
            kind = CountingRules(1, threshold, "uphold", "met")
            bar = Fraction(threshold, 1000)
            reached = whole > 0 and Fraction(met, whole) > bar
            other = "not_shown" if not_shown > not_met else "not_met"
            assert found_of(counts, strict) == ("met" if reached else other)
            reached = whole > 0 and Fraction(met + not_shown, whole) > bar
            assert found_of(counts, kind) == ("met" if reached else "not_met")


def _checker() -> ModuleType:
    path = Path(settings.BASE_DIR) / "docs" / "verify" / "verify.py"
    spec = importlib.util.spec_from_file_location("verify", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("quorum", [1, 5, 16, 31])
def test_the_second_implementation_accepts_the_right_outcome_and_no_other(quorum: int) -> None:
    checker = _checker()
    marks = [f"{number:064x}" for number in range(MOST)]
    tops = [
        tree.root_of([tree.leaf_hash(bytes.fromhex(mark)) for mark in marks[:size]]).hex()
        for size in range(MOST + 1)
    ]
    for (pay, deny), threshold, tie in product(PANELS, (500, 667), TIES):
        cast = pay + deny
        enough = cast >= quorum
        right = _oracle(pay, deny, threshold, tie) if cast and enough else "uphold"
        body = {
            "hearing": "H-1",
            "round": 1,
            "count": cast,
            "root": tops[cast],
            "spoiled": 0,
            "tally": {"pay": pay, "deny": deny, "by_criterion": {}},
            "quorum": quorum,
            "threshold": threshold,
            "tie": tie,
            "not_shown_counts_as": "not_met",
            "found": {},
            "basis": "vote",
            "words_withheld": "small",
            "reasons_shown_from": 99,
        }
        log: dict[Any, Any] = {
            ("ballots_sealed", "H-1", 1): {"count": cast, "root": tops[cast]},
            ("opened", "H-1", 1): (marks[:cast], Counter(pay=pay, deny=deny)),
        }
        checker.check_verdict(body | {"outcome": right}, log)
        wrong = "uphold" if right == "overturn" else "overturn"
        with pytest.raises(ValueError, match="outcome follows"):
            checker.check_verdict(body | {"outcome": wrong}, log)


CODES = ("diagnosis", "papers")
BALLOTS = st.lists(
    st.tuples(
        st.sampled_from(["pay", "deny"]),
        st.fixed_dictionaries(
            {code: st.sampled_from(["met", "not_met", "not_shown"]) for code in CODES}
        ),
        st.text(max_size=20),
    ),
    min_size=1,
    max_size=24,
)


@limits(max_examples=150, deadline=None)
@given(
    votes=BALLOTS,
    quorum=st.integers(1, 12),
    threshold=st.sampled_from(THRESHOLDS),
    tie=st.sampled_from(TIES),
    shown_from=st.integers(1, 12),
)
def test_the_tally_is_the_recount_of_the_published_ballots(
    votes: list[tuple[str, dict[str, str], str]],
    quorum: int,
    threshold: int,
    tie: Tie,
    shown_from: int,
) -> None:
    rules = CountingRules(quorum, threshold, tie, "not_met")
    found = tally([OpenedBallot(vote, answers) for vote, answers, _ in votes], CODES, rules)
    withheld = words_withheld(found.ballots, found.pay, found.deny, shown_from)
    part = opened_part(votes, withheld)
    sealed = sealed_body(part)
    verdict = verdict_body(found, rules, sealed, withheld, shown_from)
    assert recount(verdict, sealed, [part]) == []
    _checker_accepts(part, sealed, verdict)
    flipped = dict(found.by_criterion[CODES[0]])
    flipped["met"], flipped["not_met"] = flipped["met"] + 1, flipped["not_met"] - 1
    told = verdict["tally"] | {"by_criterion": found.by_criterion | {CODES[0]: flipped}}
    assert "tally" in recount(verdict | {"tally": told}, sealed, [part])


def _checker_accepts(part: dict[str, Any], sealed: dict[str, Any], verdict: dict[str, Any]) -> None:
    checker = _checker()
    log: dict[Any, Any] = {
        "points": [{"size": 2}],
        "index": 2,
        ("ballots_sealed", "H-1", 1): sealed | {"index": 1},
    }
    checker.check_opened(part, log)
    checker.check_verdict(verdict, log)
