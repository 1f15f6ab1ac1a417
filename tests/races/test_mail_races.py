"""Several clocks and several tellers at once: each letter goes out once."""

from collections.abc import Callable
from typing import Any

import pytest

from members import messages, services
from members.models import Mail, Message
from members.services import send_waiting
from tests.members.letters import mail_server, reader
from tests.members.test_broadcasts import KIND as TOLD
from tests.members.test_broadcasts import announce
from tests.members.world import World, make_world

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]
KIND = messages.register("raced", "Raced", "Body")


@pytest.fixture
def world(transactional_db: None) -> World:
    """A plan with its rules, and people on demand."""
    return make_world()


def test_an_event_told_at_once_is_one_letter(world: World, in_threads: InThreads) -> None:
    person = reader(world)
    in_threads(8, lambda _n: services.notify(person.pk, KIND, {}, "event", world.now))
    assert Message.objects.filter(person=person).count() == 1
    assert Mail.objects.count() == 1


def test_four_clocks_send_each_letter_once(
    world: World, in_threads: InThreads, settings: Any
) -> None:
    people = [reader(world, f"r{number}") for number in range(12)]
    services.notify_many([one.pk for one in people], KIND, {}, "k", world.now)
    with mail_server(settings) as post:
        results = in_threads(4, lambda _n: send_waiting(world.now))
    assert sum(done.sent for done in results) == 12
    assert len(post.recipients) == len(set(post.recipients)) == 12
    assert len({str(one["Message-ID"]) for one in post.letters}) == 12


def test_three_clocks_tell_everybody_once(world: World, in_threads: InThreads) -> None:
    for _number in range(9):
        world.person()
    announce(world)
    results = in_threads(3, lambda _n: services.work_broadcasts(world.now, chunk=2))
    services.work_broadcasts(world.now, chunk=2)
    assert all(isinstance(told, int) for told in results)
    assert Message.objects.filter(kind=TOLD).count() == 9
