"""What jurors and claimants are told when, to whom it goes, and that it never tells a vote."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from core import clock
from core.actor import SYSTEM, Actor
from jury import deadlines
from jury.audiences import roll, roll_waiting, seats
from jury.messages import (
    CAST,
    DECIDED,
    DRAWN,
    EXTENDED,
    LAST_CALL,
    NUMBER_WANTED,
    OPENED,
    OPENED_TO_ALL,
    PANEL_DRAWN,
    REMINDER,
    VERDICT,
    VOTING_BEGUN,
    VOTING_OVER,
    tell_jurors,
)
from jury.models import Hearing, RollEntry, Seat
from members import services as member_services
from members.mail_words import compose
from members.messages import kind_of, kinds, render
from members.models import Account, Broadcast, Mail, MailRefusal, Message
from tests.worlds_jury import JuryWorld, run_clock, travel

DUTIES = {"jury_drawn", "jury_opened", "jury_last_call", "jury_extended", "jury_number_wanted"}


def told(kind: str) -> Counter[int]:
    """Who was told a kind how often."""
    return Counter(Message.objects.filter(kind=kind).values_list("person_id", flat=True))


def ids(people: list[Actor]) -> set[int]:
    """The ids of people who act."""
    return {one.person_id or 0 for one in people}


def travel_to_half(hearing: Hearing) -> None:
    """Let half of the voting time pass."""
    assert hearing.opens_at is not None
    assert hearing.closes_at is not None
    travel(hearing.opens_at + (hearing.closes_at - hearing.opens_at) / 2 + timedelta(seconds=1))


def test_at_half_time_only_those_without_a_ballot_are_reminded_and_once(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    panel = world.panel(hearing)
    voted, missing = panel[:3], panel[3:]
    for juror in voted:
        world.cast(hearing, juror)
    travel_to_half(hearing)
    run_clock(2)
    deadlines.remind(hearing.reference, clock.now())
    assert told(REMINDER) == dict.fromkeys(ids(missing), 1)
    assert not told(LAST_CALL)
    assert told(OPENED) == dict.fromkeys(ids(panel), 1)
    assert told(DRAWN) == dict.fromkeys(ids(panel), 1)


def test_in_the_last_tenth_those_without_a_ballot_are_called(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    panel = world.panel(hearing)
    world.cast(hearing, panel[0])
    assert hearing.closes_at is not None
    assert hearing.opens_at is not None
    tenth = (hearing.closes_at - hearing.opens_at) / 10
    travel(hearing.closes_at - tenth - timedelta(minutes=1))
    run_clock(1)
    assert not told(LAST_CALL)
    travel(hearing.closes_at - tenth + timedelta(seconds=1))
    run_clock(2)
    assert told(LAST_CALL) == dict.fromkeys(ids(panel[1:]), 1)


def test_an_extension_is_told_and_has_a_last_call_of_its_own(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    panel = world.panel(hearing)
    assert hearing.closes_at is not None
    travel(hearing.closes_at + timedelta(seconds=1))
    run_clock(2)
    hearing = world.reload(hearing)
    assert hearing.state == "extended"
    assert told(EXTENDED) == dict.fromkeys(ids(panel), 1)
    assert hearing.closes_at is not None
    travel(hearing.closes_at - timedelta(minutes=5))
    run_clock(2)
    assert set(told(LAST_CALL)) == ids(panel)
    kinds_told = Message.objects.filter(kind=EXTENDED).values_list("params", flat=True)
    assert {params["closes_at"] for params in kinds_told} == {hearing.closes_at.isoformat()}


def test_the_claimant_hears_of_each_stage_once(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror)
    claimant = hearing.claim.claimant_id
    for kind in (NUMBER_WANTED, PANEL_DRAWN, VOTING_BEGUN):
        assert told(kind) == {claimant: 1}
    assert not told(VOTING_OVER)
    assert not told(VERDICT)
    panel = world.panel(hearing)
    world.close(hearing)
    for kind in (VOTING_OVER, VERDICT):
        assert told(kind) == {claimant: 1}
    assert told(DECIDED) == dict.fromkeys(ids(panel), 1)


def test_the_duty_is_what_others_wait_for() -> None:
    ours = {kind.kind for kind in kinds() if kind.kind.startswith("jury_") and kind.is_duty}
    assert ours >= DUTIES
    for kind in (REMINDER, CAST, DECIDED, VERDICT, OPENED_TO_ALL):
        assert not kind_of(kind).is_duty


def _bytes_of(hearing: Hearing) -> dict[str, list[int]]:
    """The lengths of all that a hearing has told, as mail and as message, by kind."""
    found: dict[str, list[int]] = {}
    for message in Message.objects.filter(subject_reference=hearing.reference):
        letter = compose(message, "a@example.org", "zh-hans")
        with translation.override("en"):
            shown = render(message)
        length = len(letter.message().as_bytes())
        found.setdefault(message.kind, []).append(length + len(shown.title) + len(shown.body))
    return {kind: sorted(lengths) for kind, lengths in found.items()}


def test_opposite_votes_are_told_in_as_many_bytes(world: JuryWorld) -> None:
    for _more in range(16):
        world.juror()
    drawn = [world.drawn_hearing(), world.drawn_hearing()]
    pay, deny = (world.open_now(hearing) for hearing in drawn)
    for hearing, vote, answer in ((pay, "pay", "met"), (deny, "deny", "not_met")):
        for juror in world.panel(hearing)[:4]:
            world.cast(hearing, juror, vote, answer)
    travel_to_half(deny)
    run_clock(2)
    assert REMINDER in _bytes_of(pay)
    assert _bytes_of(pay) == _bytes_of(deny)


def with_address(juror: Actor) -> None:
    """Give a juror an account with an address of their own."""
    member_services.create_account(
        username=f"juror{juror.person_id}",
        password=None,
        person_id=juror.person_id or 0,
        email=f"juror{juror.person_id}@example.org",
        is_email_confirmed=True,
        actor=SYSTEM,
        now=clock.now(),
    )


def test_a_receipt_comes_by_mail_without_the_choice(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror, refuser = world.panel(hearing)[:2]
    MailRefusal.objects.create(person_id=refuser.person_id or 0, kind="*jury")
    for one in (juror, refuser):
        with_address(one)
        world.cast(hearing, one)
    message = Message.objects.get(kind=CAST, person_id=juror.person_id)
    assert set(message.params) <= {"reference", "receipt", "closes_at", "opens_at"}
    assert [mail.message for mail in Mail.objects.filter(message__kind=CAST)] == [message]
    letter = compose(message, "juror@example.org", "en")
    for word in ("pay", "deny", "not_met", "复印件"):
        assert word not in letter.body


# Open hearings


@pytest.fixture
def open_to_all(world: JuryWorld, superuser_connection: Any) -> Hearing:
    """A hearing that every juror of the roll may vote in."""
    hearing = world.open_hearing()
    with superuser_connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE jury_hearing SET mode = 'open' WHERE id = %s", [hearing.pk])
        cursor.execute("SET session_replication_role = origin")
    return world.reload(hearing)


def test_an_open_hearing_is_told_to_the_roll_by_the_clock_and_can_be_refused(
    world: JuryWorld, open_to_all: Hearing
) -> None:
    hearing, jurors = open_to_all, ids(world.jurors)
    refuser = min(jurors)
    MailRefusal.objects.create(person_id=refuser, kind=OPENED_TO_ALL)
    for juror in sorted(world.jurors, key=lambda one: one.person_id or 0)[:2]:
        with_address(juror)
    assert Account.objects.filter(person_id__in=jurors).count() == 2
    tell_jurors(OPENED, hearing, clock.now())
    tell_jurors(OPENED, hearing, clock.now())
    assert not told(OPENED_TO_ALL)
    member_services.work_broadcasts(clock.now(), chunk=4)
    assert told(OPENED_TO_ALL) == dict.fromkeys(jurors, 1)
    assert Mail.objects.filter(message__kind=OPENED_TO_ALL).count() == 1
    assert Broadcast.objects.get(kind=OPENED_TO_ALL).done_at is not None


def test_only_who_still_can_vote_and_has_not_is_reminded_in_an_open_hearing(
    world: JuryWorld, open_to_all: Hearing
) -> None:
    hearing = open_to_all
    voter = world.panel(hearing)[0]
    world.cast(hearing, voter)
    world.suspend(world.panel(hearing)[1])
    out = ids(world.panel(hearing)[:2])
    on_roll = set(RollEntry.objects.filter(roll=hearing.roll).values_list("person_id", flat=True))
    at = clock.now()
    assert set(roll_waiting(hearing.reference, 0, 100, at)) == on_roll - out
    assert set(roll(hearing.reference, 0, 100, at)) == on_roll - ids(world.panel(hearing)[1:2])
    assert len(roll(hearing.reference, 0, 3, at)) == 3
    assert set(seats(hearing.reference, 0, 100, at)) == set(
        Seat.objects.filter(hearing=hearing).values_list("person_id", flat=True)
    )
    assert hearing.closes_at is not None
    assert roll_waiting(hearing.reference, 0, 100, hearing.closes_at) == []
