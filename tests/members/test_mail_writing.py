"""One event is one message per channel: when an e-mail is written beside a message."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from core.actor import Actor
from core.errors import NotAllowed
from members import messages, services
from members.mail_queries import refused_kinds
from members.models import Account, Mail, MailRefusal, Message, Person
from tests.members.letters import reader
from tests.members.world import World

FREE = messages.register("mail_free", "Free %(reference)s", "Body")
DUTY = messages.register("mail_duty", "Duty", "Body", is_duty=True)
OF_WORK = messages.register("mail_work", "Work", "Body", group="work")
DUE = messages.register("mail_due", "Due", "By %(due_at)s", deadline="due_at")

Queries = Callable[[int], AbstractContextManager[Any]]


def kinds_mailed(person: Person) -> list[str]:
    """The kinds of a person's e-mails, by name."""
    rows = Mail.objects.filter(message__person=person).order_by("message__kind")
    return list(rows.values_list("message__kind", flat=True))


def actor(person: Person) -> Actor:
    """The person acting with their account."""
    return Actor(person.pk, Account.objects.get(person=person).pk, frozenset())


def test_a_message_and_its_email_are_written_by_one_statement(
    world: World, django_assert_num_queries: Queries
) -> None:
    person = reader(world)
    with django_assert_num_queries(1):
        services.notify(person.pk, FREE, {"reference": "X"}, "k", world.now)
    mail = Mail.objects.get(message__person=person)
    assert (mail.state, mail.attempts, mail.next_try_at) == ("waiting", 0, world.now)


@trials(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=12))
def test_however_often_an_event_is_told_each_channel_has_it_once(
    world: World, keys: list[str]
) -> None:
    with transaction.atomic():
        person = reader(world, "often")
        for key in keys:
            services.notify(person.pk, FREE, {"reference": key}, key, world.now)
        told = Message.objects.filter(person=person)
        assert sorted(told.values_list("key", flat=True)) == sorted(set(keys))
        assert Mail.objects.filter(message__in=told).count() == len(set(keys))
        transaction.set_rollback(True)


def test_without_a_confirmed_address_nothing_is_written(world: World) -> None:
    doubtful, none = reader(world, "doubtful", is_confirmed=False), world.person()
    for person in (doubtful, none):
        services.notify(person.pk, DUTY, {}, "k", world.now)
        assert Message.objects.filter(person=person).count() == 1
    assert not Mail.objects.exists()


def test_a_closed_account_gets_no_email(world: World) -> None:
    person = reader(world)
    Account.objects.filter(person=person).update(is_active=False)
    services.notify(person.pk, DUTY, {}, "k", world.now)
    assert not Mail.objects.exists()


def test_an_event_told_before_the_address_was_confirmed_is_not_mailed_later(world: World) -> None:
    person = reader(world, is_confirmed=False)
    services.notify(person.pk, FREE, {}, "k", world.now)
    Account.objects.get(person=person).emailaddress_set.update(verified=True)
    services.notify(person.pk, FREE, {}, "k", world.now)
    assert not Mail.objects.exists()


def test_a_refused_kind_stays_in_the_inbox_and_a_duty_comes_all_the_same(world: World) -> None:
    person = reader(world)
    MailRefusal.objects.create(person=person, kind=FREE)
    for kind in (FREE, DUTY, DUE):
        services.notify(person.pk, kind, {"due_at": "2020-06-02T00:00:00+00:00"}, "k", world.now)
    assert Message.objects.filter(person=person).count() == 3
    assert kinds_mailed(person) == [DUE, DUTY]


def test_refusing_all_leaves_the_duty(world: World) -> None:
    person = reader(world)
    services.choose_mail(groups=[], language="en", actor=actor(person), now=world.now)
    assert [row.kind for row in MailRefusal.objects.filter(person=person)] == ["*"]
    for kind in (FREE, DUTY):
        services.notify(person.pk, kind, {"reference": "X"}, "k", world.now)
    assert kinds_mailed(person) == [DUTY]
    assert DUTY not in refused_kinds(person.pk)


def test_choosing_again_takes_a_refusal_back(world: World) -> None:
    person = reader(world)
    choose = {"language": "zh-hans", "actor": actor(person), "now": world.now}
    services.choose_mail(groups=[], **choose)
    refused = services.choose_mail(groups=["membership", "claim", "notice"], **choose)
    assert not {FREE, DUE, "welcome"} & refused
    assert {OF_WORK, "role_granted"} <= refused
    assert {row.kind for row in MailRefusal.objects.filter(person=person)} == {"*jury", "*work"}
    for kind in (OF_WORK, FREE):
        services.notify(person.pk, kind, {"reference": "X"}, "k", world.now)
    assert kinds_mailed(person) == [FREE]
    assert Account.objects.get(person=person).language == "zh-hans"


def test_nobody_chooses_without_being_somebody(world: World) -> None:
    with pytest.raises(NotAllowed):
        services.choose_mail(
            groups=[], language="en", actor=Actor(None, None, frozenset()), now=world.now
        )


def test_what_is_rolled_back_was_never_told(world: World) -> None:
    person = reader(world)
    with pytest.raises(LookupError), transaction.atomic():
        services.notify(person.pk, FREE, {"reference": "X"}, "k", world.now)
        raise LookupError
    assert not Message.objects.filter(person=person).exists()
    assert not Mail.objects.exists()


def test_many_are_told_by_one_statement(world: World, django_assert_num_queries: Queries) -> None:
    people = [reader(world, f"many{number}") for number in range(4)] + [world.person()]
    ids = [person.pk for person in people]
    with django_assert_num_queries(1):
        assert services.notify_many(ids, DUE, {"due_at": ""}, "k", world.now, "H-1") == 5
    assert services.notify_many(ids, DUE, {"due_at": ""}, "k", world.now) == 0
    assert Message.objects.filter(kind=DUE, subject_reference="H-1").count() == 5
    assert Mail.objects.filter(is_urgent=True).count() == 4
    assert services.notify_many([], DUE, {}, "k", world.now) == 0


def test_references_of_messages_are_all_different_and_long(world: World) -> None:
    ids = [world.person().pk for _number in range(20)]
    services.notify_many(ids, FREE, {}, "k", world.now)
    references = set(Message.objects.values_list("reference", flat=True))
    assert len(references) == 20
    assert all(len(one) == len("MS-0000-0000-0000") for one in references)
