"""The exam as services: limits, one open attempt, answered once, a pass makes a juror."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import Blocked, NotAllowed, WrongState
from jury import services
from jury.exam.bank import bank
from jury.exam_page import shown_result
from jury.models import ExamAttempt, ExamPass, JurorStanding, RulesAcceptance
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)


def _codes(refusal: Blocked) -> set[str]:
    return {blocker.code for blocker in refusal.details} or {refusal.code}


def test_who_passes_is_a_juror_and_stands_on_the_next_roll(world: JuryWorld) -> None:
    candidate = world.candidate()
    attempt = world.answer_exam(candidate, wrong=1)
    assert (attempt.score, attempt.is_passed) == (5, True)
    passed = ExamPass.objects.get(attempt=attempt)
    assert passed.expires_at - passed.passed_at == timedelta(days=730)
    roll = services.freeze_roll(plan_id=world.base.plan.pk, now=clock.now())
    assert roll.entries.filter(person_id=candidate.person_id).exists()


def test_who_fails_is_no_juror_and_waits(world: JuryWorld) -> None:
    candidate = world.candidate()
    attempt = world.answer_exam(candidate, wrong=2)
    assert (attempt.score, attempt.is_passed) == (4, False)
    assert not JurorStanding.objects.filter(person_id=candidate.person_id).exists()
    with pytest.raises(Blocked) as refused:
        services.start_attempt(actor=candidate, now=clock.now())
    assert _codes(refused.value) == {"jury_exam_cool_down"}
    assert ExamAttempt.objects.count() == 1


def test_three_attempts_in_thirty_days_are_the_limit(world: JuryWorld) -> None:
    candidate = world.candidate()
    for _attempt in range(3):
        world.answer_exam(candidate, wrong=6)
        world.later(hours=25)
    with pytest.raises(Blocked) as refused:
        services.start_attempt(actor=candidate, now=clock.now())
    assert _codes(refused.value) == {"jury_exam_limit"}
    world.later(days=27)
    assert world.answer_exam(candidate).is_passed


def test_questions_met_before_do_not_come_again(world: JuryWorld) -> None:
    candidate = world.candidate()
    met: list[str] = []
    for _attempt in range(3):
        attempt = world.answer_exam(candidate, wrong=6)
        met += [one["code"] for one in attempt.questions]
        world.later(hours=25)
    assert len(set(met)) == len(met) == 18


def test_a_second_start_goes_on_with_the_open_attempt(world: JuryWorld) -> None:
    candidate = world.candidate()
    first = services.start_attempt(actor=candidate, now=clock.now())
    again = services.start_attempt(actor=candidate, now=clock.now())
    assert first.pk == again.pk


def test_an_exam_is_handed_in_once_and_whole(world: JuryWorld) -> None:
    candidate = world.candidate()
    attempt = services.start_attempt(actor=candidate, now=clock.now())
    who = {"reference": attempt.reference, "actor": candidate, "now": clock.now()}
    with pytest.raises(Blocked, match="incomplete"):
        services.answer_attempt(**who)
    code = attempt.questions[0]["code"]
    with pytest.raises(Blocked, match="no_such_answer"):
        services.keep_choice(**who, code=code, choice="z")
    for one in attempt.questions:
        services.keep_choice(**who, code=one["code"], choice=bank()[one["code"]].right)
    assert services.answer_attempt(**who).is_passed
    for again in (
        lambda: services.answer_attempt(**who),
        lambda: services.keep_choice(**who, code=code, choice="a"),
    ):
        with pytest.raises(WrongState):
            again()
    assert ExamPass.objects.filter(person_id=candidate.person_id).count() == 1


def test_an_exam_is_answered_by_its_own_person_only(world: JuryWorld) -> None:
    attempt = services.start_attempt(actor=world.candidate(), now=clock.now())
    with pytest.raises(NotAllowed):
        services.answer_attempt(
            reference=attempt.reference, actor=world.jurors[0], now=clock.now(), choices={}
        )


def test_nobody_starts_without_the_rules_accepted(world: JuryWorld) -> None:
    person = world.base.person("未接受")
    with pytest.raises(Blocked) as refused:
        services.start_attempt(actor=world.base.actor(person), now=clock.now())
    assert _codes(refused.value) == {"jury_rules_not_accepted"}


def test_who_has_passed_renews_only_towards_the_end(world: JuryWorld) -> None:
    candidate = world.candidate()
    world.answer_exam(candidate)
    world.later(days=3)
    with pytest.raises(Blocked) as refused:
        services.start_attempt(actor=candidate, now=clock.now())
    assert _codes(refused.value) == {"jury_exam_passed"}
    world.later(days=700)
    assert world.answer_exam(candidate).is_passed
    assert ExamPass.objects.filter(person_id=candidate.person_id).count() == 2


def test_accepting_the_rules_twice_keeps_the_first_day(world: JuryWorld) -> None:
    candidate = world.candidate()
    world.later(days=1)
    services.accept_rules(version="1", language="en", actor=candidate, now=clock.now())
    accepted = RulesAcceptance.objects.get(person_id=candidate.person_id)
    assert accepted.language == "zh-hans"
    with pytest.raises(Blocked, match="unknown"):
        services.accept_rules(version="9", language="en", actor=candidate, now=clock.now())


def test_an_open_attempt_shows_no_result(world: JuryWorld) -> None:
    attempt = services.start_attempt(actor=world.candidate(), now=clock.now())
    with pytest.raises(ValueError, match="not handed in"):
        shown_result(attempt)


def test_only_the_system_enrols_without_an_exam(world: JuryWorld) -> None:
    candidate = world.candidate()
    with pytest.raises(NotAllowed):
        services.enrol_juror(
            person_id=candidate.person_id or 0, score=6, actor=candidate, now=clock.now()
        )
