"""Messages: once per event, in the reader's language."""

from datetime import timedelta

import pytest
from django.utils import translation

from core.errors import NotAllowed
from members import messages, services
from members.models import Message
from members.queries import inbox_of, messages_before, unread_count
from tests.members.world import World

messages.register("test_kind", "Paid %(amount_cents)s", "By %(due_on)s, %(closed_at)s: %(odd)s")


def test_the_same_event_is_told_once(world: World) -> None:
    person = world.person()
    for odd in ("first", "second"):
        services.notify(person.pk, "role_granted", {"role": "admin", "odd": odd}, "k", world.now)
    assert Message.objects.get(person=person).params["odd"] == "first"


def test_a_kind_that_nobody_registered_is_a_bug(world: World) -> None:
    with pytest.raises(KeyError):
        services.notify(world.person().pk, "unheard_of", {}, "k", world.now)


def test_registering_a_kind_twice_differently_is_a_bug() -> None:
    with pytest.raises(ValueError, match="test_kind"):
        messages.register("test_kind", "x", "y", url_name="inbox")


def test_params_are_written_for_people_by_the_end_of_their_name(world: World) -> None:
    person = world.person()
    params = {
        "amount_cents": 12_345,
        "due_on": "2020-06-07",
        "closed_at": "2020-06-07T16:00:00+00:00",
        "odd": "§",
    }
    services.notify(person.pk, "test_kind", params, "k", world.now)
    with translation.override("en"):
        shown = messages.render(Message.objects.get(person=person))
        assert shown.title == "Paid 123.45 yuan"
        assert "7 June 2020" in shown.body
        assert "8 June 2020, 00:00" in shown.body
    assert shown.link == ""


def test_every_message_of_the_app_reads_in_both_languages(world: World) -> None:
    membership = world.member()
    message = Message.objects.get(person=membership.person)
    with translation.override("en"):
        english = messages.render(message)
    with translation.override("zh-hans"):
        chinese = messages.render(message)
    assert english.title == "You are a member of Critical illness mutual aid"
    assert chinese.title == "您已加入重大疾病互助计划"
    assert "90" in chinese.body
    assert "2020年6月2日" in chinese.body


def test_only_its_reader_marks_a_message_read(world: World) -> None:
    membership = world.member()
    message = Message.objects.get(person=membership.person)
    with pytest.raises(NotAllowed):
        services.mark_read(
            reference=message.reference,
            actor=world.actor(world.person(), "admin"),
            now=world.now,
        )
    reader = world.actor(membership.person)
    services.mark_read(reference=message.reference, actor=reader, now=world.now)
    later = world.now + timedelta(days=1)
    again = services.mark_read(reference=message.reference, actor=reader, now=later)
    assert again.read_at == world.now


def test_marking_all_read_leaves_the_messages_of_others(world: World) -> None:
    one, other = world.member().person, world.member().person
    assert services.mark_all_read(actor=world.actor(one), now=world.now) == 1
    assert (unread_count(one.pk), unread_count(other.pk)) == (0, 1)


def test_older_messages_come_page_by_page(world: World) -> None:
    person = world.person()
    for number in range(5):
        services.notify(person.pk, "role_granted", {"role": "admin"}, str(number), world.now)
    newest_first = [message.key for message in inbox_of(person.pk)]
    assert newest_first == ["4", "3", "2", "1", "0"]
    third = inbox_of(person.pk)[2]
    assert [m.key for m in messages_before(person.pk, third.reference)] == ["1", "0"]
    assert not messages_before(world.person().pk, third.reference).exists()
