"""Every state answers four questions for everybody, in both languages."""

import re

import pytest
from django.utils import translation

from claims.guidance import guidance_for
from claims.guidance_table import AUDIENCES, HAPPENING, WHO, YOU_CAN
from claims.states import FINAL, State
from claims.stations import stations_of
from claims.statistics import FEWEST, stage_range
from tests.worlds import World

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_tables_are_complete() -> None:
    assert set(HAPPENING) == set(WHO) == set(YOU_CAN) == set(State.values)
    for state in State.values:
        assert "claimant" in YOU_CAN[state], state
        assert set(YOU_CAN[state]) <= set(AUDIENCES)


@pytest.mark.parametrize("state", State.values)
def test_four_answers_in_both_languages(world: World, state: str) -> None:
    claim = world.claim_in(state)
    for audience in AUDIENCES:
        with translation.override("en"):
            english = guidance_for(claim, audience, world.now)
        with translation.override("zh-hans"):
            chinese = guidance_for(claim, audience, world.now)
        assert set(english) == {"happening", "who_acts", "by_when", "you_can"}
        for question, words in english.items():
            assert words, (state, audience, question)
            assert not CHINESE.search(words), (state, audience, words)
            assert CHINESE.search(chinese[question]), (state, audience, chinese[question])
            assert "%(" not in words + chinese[question]


@pytest.mark.parametrize("state", State.values)
def test_by_when_names_a_day_unless_nothing_is_due(world: World, state: str) -> None:
    claim = world.claim_in(state)
    with translation.override("en"):
        words = guidance_for(claim, "claimant", world.now)["by_when"]
    assert bool(re.search(r"20\d\d", words)) is (state not in FINAL), words


def test_a_range_comes_from_the_last_ninety_days(world: World) -> None:
    assert stage_range(State.FILED, world.now) is None
    for _number in range(FEWEST):
        world.claim_in(State.UNDER_INVESTIGATION)
    found = stage_range(State.FILED, world.tick())
    assert found is not None
    assert (found.low_days, found.high_days, found.count) == (1, 1, FEWEST)
    claim = world.filed()
    with translation.override("en"):
        words = guidance_for(claim, "claimant", world.now)["by_when"]
    assert words.startswith("Usually within about 1 day, by ")
    assert stage_range(State.FILED, world.tick(24 * 120)) is None


@pytest.mark.parametrize("state", State.values)
def test_the_way_has_one_present_station_and_no_gap(world: World, state: str) -> None:
    kinds = [station.kind for station in stations_of(world.claim_in(state), world.now)]
    done, now, ahead = (kinds.count(kind) for kind in ("done", "now", "ahead"))
    assert kinds == ["done"] * done + ["now"] * now + ["ahead"] * ahead
    assert now == (0 if state == State.PAID else 1)
    if state in FINAL:
        assert ahead == 0
