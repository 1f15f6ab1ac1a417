"""Telling very many: chunk by chunk, on from where it stopped, each once."""

from datetime import datetime

import pytest

from members import messages, services
from members.models import Broadcast, Mail, Message, Person
from tests.members.letters import reader
from tests.members.world import World

KIND = messages.register("told_to_all", "Told", "Body")
asked: list[tuple[int, int]] = []


@services.audience("test.people")
def people(subject: str, after: int, size: int, now: datetime) -> list[int]:
    """Everybody there is."""
    asked.append((after, size))
    found = Person.objects.filter(pk__gt=after).order_by("pk")
    return list(found.values_list("pk", flat=True)[:size])


def announce(world: World) -> None:
    """Have everybody told."""
    services.broadcast(
        KIND, {"reference": "H"}, "k", world.now, audience="test.people", subject_reference="H"
    )


def test_everybody_is_told_once_in_chunks(world: World) -> None:
    first = reader(world)
    for _number in range(6):
        world.person()
    for _twice in range(2):
        announce(world)
    asked.clear()
    assert services.work_broadcasts(world.now, chunk=3) == 7
    assert [size for _after, size in asked] == [3, 3, 3]
    assert services.work_broadcasts(world.now, chunk=3) == 0
    row = Broadcast.objects.get()
    assert (row.told, row.done_at) == (7, world.now)
    assert Message.objects.filter(kind=KIND, subject_reference="H").count() == 7
    assert [mail.message.person_id for mail in Mail.objects.all()] == [first.pk]
    assert not Mail.objects.get().is_urgent


def test_a_pass_stops_in_time_and_the_next_goes_on(world: World) -> None:
    for _number in range(5):
        world.person()
    announce(world)
    assert services.work_broadcasts(world.now, chunk=2, seconds=0) == 2
    with pytest.raises(ZeroDivisionError):
        services.work_broadcasts(world.now, chunk=2, monotonic=lambda: 1 / 0)
    assert services.work_broadcasts(world.now, chunk=2) == 3
    assert Message.objects.filter(kind=KIND).count() == 5


def test_an_audience_nobody_registered_is_a_bug(world: World) -> None:
    with pytest.raises(KeyError):
        services.broadcast(KIND, {}, "k", world.now, audience="nobody", subject_reference="")
    with pytest.raises(ValueError, match=r"test\.people"):
        services.audience("test.people")(lambda _s, _a, _n, _t: [])
