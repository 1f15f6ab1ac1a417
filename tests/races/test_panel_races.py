"""Panels under fire: an answer against the lapse, declining twice, a replacement against a vote."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.deadlines import sweep
from core.errors import Refusal
from jury import services
from jury.models import Ballot, DrawStep, Hearing, Seat
from jury.services.replacing import replace_juror
from jury.states import SITTING
from record.queries import entries_for
from tests.worlds_jury import JuryWorld, make_jury_world, travel

pytestmark = pytest.mark.django_db(transaction=True)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def world(transactional_db: None) -> JuryWorld:
    return make_jury_world(24)


def _held(hearing: Hearing) -> int:
    return Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING)).count()


def _no_crash(results: list[Any]) -> None:
    assert not any(isinstance(result, Exception) for result in results), results


@pytest.mark.parametrize("lead", [0, 5, 20, 60, 120, 250])
def test_an_answer_at_the_instant_its_time_ends_is_taken_or_lapsed_never_both(
    world: JuryWorld, in_threads: InThreads, lead: int
) -> None:
    hearing = world.drawn_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number")[0]
    assert seat.answer_due_at is not None
    travel(seat.answer_due_at - timedelta(milliseconds=lead))

    def act(number: int) -> object:
        try:
            if number == 0:
                return services.accept_seat(
                    reference=hearing.reference, actor=world.actor_of(seat), now=clock.now()
                ).state
            for _pass in range(6):
                sweep()
            return "swept"
        except Refusal as refusal:
            return refusal.code

    results = in_threads(2, act)
    _no_crash(results)
    state = Seat.objects.get(pk=seat.pk).state
    assert (state == "accepted") == (results[0] == "accepted"), (state, results)
    assert results[0] in ("accepted", "jury_answer_late", "jury_seat_lapsed")
    assert _held(hearing) == 9


def test_declining_five_times_at_once_gives_one_seat_to_one_juror(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.drawn_hearing()
    juror = world.panel(hearing)[0]

    def act(_number: int) -> object:
        try:
            return services.decline_seat(
                reference=hearing.reference, actor=juror, now=clock.now()
            ).reference
        except Refusal as refusal:
            return refusal.code

    results = in_threads(5, act)
    _no_crash(results)
    assert sorted(results).count("jury_seat_given_up") == 4
    assert entries_for(hearing.reference, "panel_changed").count() == 1
    assert _held(hearing) == 9


def test_everybody_declining_at_once_leaves_a_whole_panel_or_a_void_round(
    world: JuryWorld, in_threads: InThreads
) -> None:
    hearing = world.drawn_hearing()
    panel = world.panel(hearing)

    def act(number: int) -> object:
        try:
            return services.decline_seat(
                reference=hearing.reference, actor=panel[number], now=clock.now()
            ).state
        except Refusal as refusal:
            return refusal.code

    results = in_threads(9, act)
    _no_crash(results)
    assert world.reload(hearing).state == "drawn"
    assert _held(hearing) == 9
    assert entries_for(hearing.reference, "panel_changed").count() == 9
    counters = list(DrawStep.objects.filter(hearing=hearing).values_list("counter", flat=True))
    assert len(counters) == len(set(counters))
    assert not {juror.person_id for juror in panel} & {
        juror.person_id for juror in world.panel(hearing)
    }


@pytest.mark.parametrize("attempt", range(6))
def test_a_replacement_against_a_vote_is_one_or_the_other(
    world: JuryWorld, in_threads: InThreads, attempt: int
) -> None:
    hearing = world.open_hearing()
    seat = Seat.objects.filter(hearing=hearing).order_by("number")[attempt]

    def act(number: int) -> object:
        try:
            if number == attempt % 2:
                return world.cast(hearing, world.actor_of(seat))
            return replace_juror(
                reference=hearing.reference,
                actor=world.jury_officer,
                now=clock.now(),
                number=seat.number,
                reason_code="conduct",
            ).state
        except Refusal as refusal:
            return refusal.code

    results = in_threads(2, act)
    _no_crash(results)
    has_ballot = Ballot.objects.filter(seat=seat).exists()
    assert has_ballot == (Seat.objects.get(pk=seat.pk).state != "replaced"), results
    assert _held(hearing) == 9
