"""The claims' world with browsers: the database's clock reads what the world's does."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from core.actor import SYSTEM
from members.models import Account
from members.services import create_account
from tests.worlds import World, make_world
from tests.worlds_disclosure import set_clock

SignIn = Callable[..., Client]


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A plan, its staff, a claimant; the clock is set back afterwards."""
    made = make_world()
    set_clock(made.now)
    yield made
    set_clock(None)


@pytest.fixture
def signed_in(world: World) -> SignIn:
    """`signed_in("reviewer")` gives that person's browser, at the world's own time."""

    def sign_in(name: str, language: str = "en") -> Client:
        set_clock(world.now)
        person = world.person(name)
        account = Account.objects.filter(person=person).first() or create_account(
            username=name, password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
        )
        client = Client(headers={"accept-language": language})
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in
