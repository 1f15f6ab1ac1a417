"""The exam and standings under fire: two starts, two hand-ins, two officers at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.errors import Refusal, WrongState
from core.zone import local_date
from jury import services
from jury.exam.bank import bank
from jury.models import ExamAttempt, ExamPass, JurorStanding, StandingAppeal, StandingEvent
from tests.worlds_jury import JuryWorld, make_jury_world

pytestmark = pytest.mark.django_db(transaction=True)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]


@pytest.fixture
def world() -> JuryWorld:
    return make_jury_world(jurors=2)


def _refusal(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Refusal as refusal:
        return refusal


def test_simultaneous_starts_give_one_attempt(world: JuryWorld, in_threads: InThreads) -> None:
    candidate = world.candidate()
    found = in_threads(12, lambda _number: services.start_attempt(actor=candidate, now=clock.now()))
    assert len({attempt.pk for attempt in found}) == 1, found
    assert ExamAttempt.objects.count() == 1


def test_an_attempt_handed_in_many_times_at_once_is_marked_once(
    world: JuryWorld, in_threads: InThreads
) -> None:
    candidate = world.candidate()
    attempt = services.start_attempt(actor=candidate, now=clock.now())
    choices = {one["code"]: bank()[one["code"]].right for one in attempt.questions}
    found = in_threads(
        8,
        lambda _number: _refusal(
            lambda: services.answer_attempt(
                reference=attempt.reference, actor=candidate, now=clock.now(), choices=choices
            )
        ),
    )
    assert sum(isinstance(one, ExamAttempt) for one in found) == 1, found
    assert sum(isinstance(one, WrongState) for one in found) == 7
    assert ExamPass.objects.count() == 3
    assert JurorStanding.objects.count() == 3


def test_starts_and_hand_ins_at_once_never_pass_the_limit(
    world: JuryWorld, in_threads: InThreads
) -> None:
    candidate = world.candidate()

    def act(_number: int) -> Any:
        return _refusal(lambda: world.answer_exam(candidate, wrong=6))

    in_threads(10, act)
    assert ExamAttempt.objects.filter(person_id=candidate.person_id).count() == 1


def test_two_officers_at_once_take_one_decision(world: JuryWorld, in_threads: InThreads) -> None:
    juror = world.jurors[0]
    reference = world.person_reference(juror)

    def suspend(_number: int) -> Any:
        return _refusal(
            lambda: services.suspend_juror(
                reference=reference,
                cause="pressure",
                until_on=local_date(clock.now()) + timedelta(days=3),
                reasons="x",
                actor=world.jury_officer,
                now=clock.now(),
            )
        )

    found = in_threads(6, suspend)
    assert sum(isinstance(one, JurorStanding) for one in found) == 1, found
    assert StandingEvent.objects.count() == 1


def test_one_appeal_however_often_it_is_sent(world: JuryWorld, in_threads: InThreads) -> None:
    juror = world.jurors[0]
    world.disqualify(juror)
    found = in_threads(
        6,
        lambda _number: _refusal(
            lambda: services.file_appeal(grounds="不是我。", actor=juror, now=clock.now())
        ),
    )
    assert sum(isinstance(one, StandingAppeal) for one in found) == 1, found
