"""Time passes on demand in a demo, over the owner's connection, and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from claims.models import Claim
from claims.states import State
from config.environment import Mode
from core import clock, deadlines
from core.actor import ANONYMOUS, Actor
from core.clockwork import HEARTBEAT, beat
from core.errors import Blocked, NotAllowed
from core.models import Deadline
from desk.travel import KIND, destination, go_on, let_time_pass, next_stop, under_way
from tests.desk.conftest import SignIn
from tests.worlds import World, make_world
from tests.worlds_disclosure import set_clock

TRAVEL = "/console/travel/"
AT = datetime(2020, 6, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def demo(settings: Any) -> None:
    """The settings of a demo."""
    settings.GONGDAO = replace(settings.GONGDAO, mode=Mode.DEMO)


@pytest.fixture
def timely(transactional_db: None) -> Iterator[World]:
    """A committed world, with the clock at its own time and set back afterwards."""
    set_clock(AT)
    yield make_world()
    set_clock(None)


def _somebody(world: World) -> Actor:
    return replace(world.reviewer, account_id=1)


@pytest.mark.parametrize("mode", [Mode.TEST, Mode.PRODUCTION, Mode.DEVELOPMENT])
def test_outside_a_demo_every_way_refuses(
    world: World, signed_in: SignIn, settings: Any, mode: Mode
) -> None:
    settings.GONGDAO = replace(settings.GONGDAO, mode=mode)
    client = signed_in("reviewer")
    assert client.get(TRAVEL).status_code == 404
    assert client.post(TRAVEL, {"how_far": "day"}).status_code == 404
    assert TRAVEL not in client.get("/console/").content.decode()
    with pytest.raises(NotAllowed):
        let_time_pass(actor=_somebody(world), now=world.now, how_far="day")
    with pytest.raises(NotAllowed):
        go_on(world.now, world.now + timedelta(days=1))
    with pytest.raises(CommandError, match="only in a demo"):
        call_command("travel", days=1)
    assert not Deadline.objects.filter(kind=KIND).exists()


def test_a_wish_left_over_from_a_demo_moves_nothing(world: World) -> None:
    at = clock.now()
    deadlines.schedule(KIND, (at + timedelta(days=1)).isoformat(), at)
    report = deadlines.sweep()
    assert report.done == []
    assert len(report.superseded) == 1
    assert abs(clock.now() - at) < timedelta(hours=1)


def test_the_page_asks_and_the_clock_is_asked(demo: None, world: World, signed_in: SignIn) -> None:
    client = signed_in("claimant")
    page = client.get(TRAVEL)
    assert page.status_code == 200
    assert "The demo's clock reads" in page.content.decode()
    answer = client.post(TRAVEL, {"how_far": "day"})
    assert answer.status_code == 302
    assert under_way() is not None
    waiting = client.get(answer["Location"]).content.decode()
    assert "Time is passing until" in waiting
    assert "The clock process does not answer" in waiting
    assert 'http-equiv="refresh"' not in waiting
    again = client.post(TRAVEL, {"how_far": "week"})
    assert again.status_code == 422
    assert Deadline.objects.filter(kind=KIND).count() == 1


@pytest.mark.parametrize("how_far", ["", "year", "<b>", "坏\u202e"])
def test_a_wrong_choice_is_said_beside_the_question(
    demo: None, world: World, signed_in: SignIn, how_far: str
) -> None:
    answer = signed_in("reviewer").post(TRAVEL, {"how_far": how_far})
    assert answer.status_code == 422
    assert "Choose how much time is to pass." in answer.content.decode()
    assert not Deadline.objects.filter(kind=KIND).exists()


def test_a_stranger_signs_in_first(demo: None, world: World, client: Any) -> None:
    assert client.get(TRAVEL)["Location"].startswith("/accounts/login/")
    with pytest.raises(NotAllowed):
        let_time_pass(actor=ANONYMOUS, now=world.now, how_far="day")


def test_every_page_of_a_demo_says_that_it_is_invented(
    demo: None, world: World, signed_in: SignIn, client: Any
) -> None:
    for address in ("/console/", "/me/", "/help/", "/board/", "/notice/", "/jury/"):
        page = signed_in("reviewer").get(address).content.decode()
        assert "Demo world: people and cases are invented. Its clock reads" in page, address
        assert f'href="{TRAVEL}"' in page
    public = client.get("/board/", headers={"accept-language": "en"}).content.decode()
    assert "Demo world: people and cases are invented." in public
    assert TRAVEL not in public


def test_nothing_says_so_outside_a_demo(world: World, signed_in: SignIn) -> None:
    assert "Demo world" not in signed_in("reviewer").get("/me/").content.decode()


def test_the_choices_lead_where_they_say(world: World) -> None:
    assert destination("hour", AT) == AT + timedelta(hours=1)
    assert destination("week", AT) == AT + timedelta(days=7)
    assert destination("notice", AT) == datetime(2020, 6, 7, 4, 0, tzinfo=UTC)


def test_it_stops_at_what_is_due_on_the_way(world: World) -> None:
    until = AT + timedelta(days=7)
    assert next_stop(AT, until) <= AT + timedelta(days=1)
    deadlines.schedule("claims.stage", "C-TEST-0001", AT + timedelta(hours=5))
    assert next_stop(AT, until) == AT + timedelta(hours=5)
    deadlines.schedule("claims.stage", "C-TEST-0002", AT + timedelta(minutes=1))
    assert next_stop(AT, until) == AT + timedelta(minutes=15)
    assert next_stop(AT, AT + timedelta(minutes=3)) == AT + timedelta(minutes=3)


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_the_clock_process_hops_from_deadline_to_deadline(demo: None, timely: World) -> None:
    claim = timely.draft()
    assert claim.due_at is not None
    let_time_pass(actor=_somebody(timely), now=clock.now(), how_far="day")
    for _pass in range(4):
        deadlines.sweep()
    assert under_way() is None
    reads = clock.now()
    assert timedelta(days=1) <= reads - AT < timedelta(days=1, minutes=2)
    assert Claim.objects.filter(pk=claim.pk).exists()


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_what_is_due_on_the_way_happens_in_its_order(demo: None, timely: World) -> None:
    claim = timely.claim_in(State.DENIED)
    set_clock(timely.now)
    assert claim.due_at is not None
    call_command("travel", days=(claim.due_at - timely.now).days + 2)
    after = Claim.objects.get(pk=claim.pk)
    assert after.state == State.DENIED_FINALLY
    stood = after.events.get(event="let_stand")
    assert stood.occurred_at - claim.due_at < timedelta(minutes=16)


def test_the_page_waits_for_a_clock_that_runs(
    demo: None, world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.views.travel.WAIT_SECONDS", 0.01)
    client = signed_in("claimant")
    beat(HEARTBEAT)
    address = client.post(TRAVEL, {"how_far": "hour"})["Location"]
    assert "Time is passing until" in client.get(address).content.decode()
    Deadline.objects.filter(kind=KIND).update(done_at=clock.now())
    assert "Time has passed: it is" in client.get(address).content.decode()


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_time_never_goes_back(demo: None, timely: World) -> None:
    with pytest.raises(CommandError):
        call_command("travel", days=-1)
    with pytest.raises(CommandError):
        call_command("travel")
    before = clock.now()
    go_on(before, before - timedelta(days=3))
    assert clock.now() >= before


def test_time_passes_once_at_a_time(demo: None, world: World) -> None:
    let_time_pass(actor=_somebody(world), now=world.now, how_far="hour")
    with pytest.raises(Blocked):
        let_time_pass(actor=_somebody(world), now=world.now, how_far="hour")
    assert reverse("travel") == TRAVEL
