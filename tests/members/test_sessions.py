"""What ends a session: signing out and a new password reach every copy of its cookie."""

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.authtoken.models import Token

from core.actor import SYSTEM
from members import services
from members.models import Account
from tests.members.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(world: World) -> Account:
    """A member's account with a password."""
    return services.create_account(
        username="zhang",
        password="a-former-word-7",
        person_id=world.member().person_id,
        actor=SYSTEM,
        now=world.now,
    )


def _copy(client: Client) -> Client:
    """A browser with a copy of another's cookies, as a thief or a shared machine has it."""
    copied = Client()
    for name, morsel in client.cookies.items():
        copied.cookies[name] = morsel.value
    return copied


def _signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def _is_in(client: Client) -> bool:
    by_api = client.get(reverse("api_me")).status_code == 200
    assert (client.get(reverse("inbox")).status_code == 200) == by_api
    return by_api


def test_a_copy_of_the_cookie_does_not_work_after_signing_out(account: Account) -> None:
    client = _signed_in(account)
    thief, tablet = _copy(client), _signed_in(account)
    assert _is_in(thief)
    client.post(reverse("account_logout"))
    assert not _is_in(client)
    assert not _is_in(thief)
    assert not _is_in(tablet), "signing out is signing out everywhere"
    assert _is_in(_signed_in(Account.objects.get(pk=account.pk)))


def test_an_older_copy_of_the_account_brings_no_session_back(account: Account) -> None:
    client = _signed_in(account)
    thief, older = _copy(client), Account.objects.get(pk=account.pk)
    client.post(reverse("account_logout"))
    older.save()
    assert not _is_in(thief)


def test_a_new_password_ends_other_sessions_and_the_token(account: Account) -> None:
    client, other = _signed_in(account), _signed_in(account)
    token = Token.objects.create(user=account)
    host = Client(headers={"Authorization": f"Token {token.key}"})
    assert host.get(reverse("api_me")).status_code == 200
    words = {"oldpassword": "a-former-word-7"}
    words |= {"password1": "an-entirely-new-1", "password2": "an-entirely-new-1"}
    answer = client.post(reverse("account_change_password"), words)
    assert answer.status_code == 302, answer.content.decode()
    assert _is_in(client)
    assert not _is_in(other)
    assert host.get(reverse("api_me")).status_code == 401


def test_what_the_api_answers_to_credentials_is_kept_by_nobody_on_the_way(account: Account) -> None:
    token = Token.objects.create(user=account)
    host = Client(headers={"Authorization": f"Token {token.key}"})
    for reader in (_signed_in(account), host):
        assert "no-store" in reader.get(reverse("api_me")).headers["Cache-Control"]
    coded = Client(headers={"Complaint-Code": "0000-0000-0000"})
    answer = coded.get(reverse("api_complaint", args=["G-0000-0000"]))
    assert "no-store" in answer.headers["Cache-Control"]
