"""A panel from its draw to its verdict: answers, lapses, replacements, the expert's seat."""

import json
from datetime import timedelta
from typing import Any

import pytest

from core import clock
from core.errors import Blocked, NotAllowed, WrongState
from jury import services
from jury.models import DrawStep, Hearing, HearingEvent, Seat
from jury.services.replacing import replace_juror
from jury.states import SITTING
from members.models import Message
from record.queries import entries_for
from tests.worlds_jury import JuryWorld, make_jury_world, run_clock, travel

pytestmark = pytest.mark.django_db(transaction=True)


def _changes(hearing: Hearing) -> list[dict[str, Any]]:
    return [json.loads(entry.body) for entry in entries_for(hearing.reference, "panel_changed")]


def _seats(hearing: Hearing, **fields: Any) -> list[Seat]:
    return list(Seat.objects.filter(hearing=hearing, **fields).order_by("pk"))


def _past_the_window(world: JuryWorld, hearing: Hearing) -> Hearing:
    found = world.reload(hearing)
    first = min(seat.answer_due_at for seat in _seats(found, state="invited") if seat.answer_due_at)
    travel(first + timedelta(seconds=1))
    run_clock(2)
    return world.reload(hearing)


def test_who_does_not_answer_lapses_and_the_opening_waits_for_the_next(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    opens_at, closes_at = hearing.opens_at, hearing.closes_at
    assert opens_at is not None
    assert closes_at is not None
    silent, *others = _seats(hearing)
    for seat in others:
        services.accept_seat(
            reference=hearing.reference, actor=world.actor_of(seat), now=clock.now()
        )
    moved = _past_the_window(world, hearing)
    assert Seat.objects.get(pk=silent.pk).state == "lapsed"
    assert moved.state == "drawn"
    assert moved.opens_at is not None
    assert timedelta(hours=6) <= moved.opens_at - opens_at < timedelta(hours=6, minutes=2)
    assert moved.closes_at == closes_at + (moved.opens_at - opens_at)
    (change,) = _changes(hearing)
    assert change["left"] == {
        "number": silent.number,
        "reason": "lapsed",
        "code": "",
        "seat": "main",
    }
    assert change["opens_at"] == moved.opens_at.isoformat()
    assert Message.objects.filter(person_id=silent.person_id, kind="jury_seat_passed_on").exists()
    opened = world.open_now(moved)
    assert opened.state == "open"
    assert len(world.panel(opened)) == 9


def test_the_opening_does_not_wait_for_ever(world: JuryWorld) -> None:
    """With a roll of forty nobody ever answers: it opens at its latest, whoever is still asked."""
    for _index in range(26):
        world.juror()
    hearing = world.drawn_hearing()
    passes = 0
    while world.reload(hearing).state == "drawn":
        hearing = _past_the_window(world, hearing)
        passes += 1
        assert passes < 8
    if hearing.state != "void":
        assert hearing.opens_at == hearing.opens_latest_at
        assert Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING)).count() == 9


def test_a_late_answer_is_refused_even_before_the_clock_comes_by(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    seat = _seats(hearing)[0]
    assert seat.answer_due_at is not None
    travel(seat.answer_due_at)
    with pytest.raises(WrongState) as refused:
        services.accept_seat(
            reference=hearing.reference, actor=world.actor_of(seat), now=clock.now()
        )
    assert refused.value.code == "jury_answer_late"
    with pytest.raises(WrongState) as raced:
        services.accept_seat(
            reference=hearing.reference,
            actor=world.actor_of(seat),
            now=seat.answer_due_at - timedelta(seconds=1),
        )
    assert raced.value.code == "jury_answer_late", "the database's clock decides"


def test_declining_twice_gives_the_seat_up_once(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    who = {"reference": hearing.reference, "actor": world.panel(hearing)[0]}
    services.decline_seat(**who, now=clock.now())
    with pytest.raises(WrongState) as refused:
        services.decline_seat(**who, now=clock.now())
    assert refused.value.code == "jury_seat_given_up"
    assert len(_changes(hearing)) == 1
    assert len(world.panel(hearing)) == 9


def test_the_officer_replaces_a_juror_before_and_during_the_vote(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    first = _seats(hearing)[0]
    who = {"reference": hearing.reference, "actor": world.jury_officer}
    replace_juror(**who, now=clock.now(), number=first.number, reason_code="conflict")
    assert Seat.objects.get(pk=first.pk).state == "replaced"
    opened = world.open_now(hearing)
    second = _seats(opened, state="accepted")[0]
    replace_juror(**who, now=clock.now(), number=second.number, reason_code="asked", note="住院了")
    assert len(world.panel(opened)) == 9
    new = _seats(opened, state="invited")[-1]
    assert world.cast(opened, world.actor_of(new))
    changes = _changes(opened)
    assert [change["change"] for change in changes] == [1, 2]
    assert [change["left"]["code"] for change in changes] == ["conflict", "asked"]
    assert [change["by"] for change in changes] == ["jury_officer", "jury_officer"]


def test_a_juror_who_has_voted_is_not_replaced_and_nothing_is_written(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    seat = _seats(hearing)[0]
    world.cast(hearing, world.actor_of(seat))
    before = (HearingEvent.objects.count(), DrawStep.objects.count(), Seat.objects.count())
    for number, reason_code, refusal in (
        (seat.number, "conflict", WrongState),
        (99_999, "conflict", Blocked),
        (seat.number, "because", Blocked),
    ):
        with pytest.raises(refusal):
            replace_juror(
                reference=hearing.reference,
                actor=world.jury_officer,
                now=clock.now(),
                number=number,
                reason_code=reason_code,
            )
    for actor in (world.ombudsman, world.reviewer, world.actor_of(seat)):
        with pytest.raises(NotAllowed):
            replace_juror(
                reference=hearing.reference,
                actor=actor,
                now=clock.now(),
                number=seat.number,
                reason_code="conflict",
            )
    after = (HearingEvent.objects.count(), DrawStep.objects.count(), Seat.objects.count())
    assert before == after


def test_a_replacement_during_the_vote_answers_or_votes_or_lapses(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    left = _seats(hearing)[0]
    services.recuse(
        reference=hearing.reference,
        actor=world.actor_of(left),
        now=clock.now(),
        reason_code="unable",
    )
    new = _seats(hearing, state="invited")[0]
    assert new.answer_due_at is not None
    assert new.answer_due_at - new.seated_at == timedelta(hours=6)
    later = _past_the_window(world, hearing)
    assert Seat.objects.get(pk=new.pk).state == "lapsed"
    assert later.state == "open"
    assert later.closes_at == hearing.closes_at
    assert len(world.panel(later)) == 9


def test_who_votes_has_answered(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    services.recuse(
        reference=hearing.reference,
        actor=world.panel(hearing)[0],
        now=clock.now(),
        reason_code="unable",
    )
    new = _seats(hearing, state="invited")[0]
    world.cast(hearing, world.actor_of(new))
    _past_the_window(world, hearing)
    assert Seat.objects.get(pk=new.pk).state in ("invited", "accepted")
    assert not _seats(hearing, state="lapsed")


def test_a_roll_that_runs_out_voids_the_round_and_says_why(transactional_db: None) -> None:
    world = make_jury_world(10)
    hearing = world.drawn_hearing()
    assert hearing.state == "drawn"
    for juror in world.panel(hearing)[:2]:
        if world.reload(hearing).state == "drawn":
            services.decline_seat(reference=hearing.reference, actor=juror, now=clock.now())
    void = world.reload(hearing)
    assert void.state == "void"
    (entry,) = entries_for(hearing.reference, "hearing_void")
    assert json.loads(entry.body)["reason"] == "panel_incomplete"


def test_a_stage_that_is_late_reaches_the_ombudsman_once(world: JuryWorld) -> None:
    hearing = services.open_hearing(
        reference=world.disputed_claim().reference, actor=world.jury_officer, now=clock.now()
    )
    run_clock(1)
    due = world.reload(hearing).due_at
    assert due is not None
    assert due - hearing.created_at == timedelta(days=12)
    travel(due + timedelta(seconds=1))
    run_clock(2)
    late = world.reload(hearing)
    assert late.escalated_at is not None
    told = Message.objects.filter(kind="jury_hearing_late").values_list("person_id", flat=True)
    assert set(told) == {world.ombudsman.person_id, world.jury_officer.person_id}
    run_clock(2)
    assert HearingEvent.objects.filter(hearing=hearing, event="mark_overdue").count() == 1


def test_after_an_outage_the_jurors_keep_their_whole_time_to_vote(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    world.accept_all(hearing)
    assert hearing.opens_at is not None
    assert hearing.closes_at is not None
    voting_time = hearing.closes_at - hearing.opens_at
    travel(hearing.closes_at + timedelta(days=3))
    run_clock(1)
    late = world.reload(hearing)
    assert late.state == "open"
    assert late.opens_at is not None
    assert late.closes_at is not None
    assert late.opens_at > hearing.closes_at
    assert late.closes_at - late.opens_at == voting_time
