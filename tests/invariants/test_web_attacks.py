"""Forged requests: another site's form, a planted session, a redirect elsewhere, a wrong host."""

import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from claims.models import Claim
from claims.states import State
from core.actor import SYSTEM
from members import services as member_services
from members.models import Account
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def world(db: None) -> World:
    cache.clear()
    found = make_world()
    member_services.create_account(
        username="rui",
        password="demo",
        person_id=found.actors["reviewer"].person_id,
        actor=SYSTEM,
        now=found.now,
    )
    return found


def signed_in(**options: bool) -> Client:
    client = Client(**options)
    client.force_login(Account.objects.get(username="rui"))
    return client


def sign_in(client: Client, path: str = LOGIN, **more: str):
    return client.post(path, {"login": "rui", "password": "demo", **more})


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "https:evil.example",
        "http://testserver@evil.example/",
        " //evil.example",
        "/%09/evil.example",
    ],
)
def test_signing_in_leads_nowhere_else(world: World, elsewhere: str) -> None:
    for more, query in (({"next": elsewhere}, ""), ({}, elsewhere)):
        client = Client()
        path = f"{LOGIN}?next={query}" if query else LOGIN
        answer = sign_in(client, path, **more)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/"), answer["Location"]
            assert not re.match(r"/[/\\\s]", answer["Location"])
            assert "evil" not in answer["Location"].split("?")[0].split("/")[1]


def test_a_planted_session_does_not_become_the_victims(world: World) -> None:
    planted = Client()
    planted.get(LOGIN)
    planted.cookies[settings.SESSION_COOKIE_NAME] = "planted-by-somebody-else"
    victim = Client()
    victim.cookies[settings.SESSION_COOKIE_NAME] = "planted-by-somebody-else"
    assert sign_in(victim).status_code == 302
    assert victim.get("/console/").status_code == 200
    assert victim.cookies[settings.SESSION_COOKIE_NAME].value != "planted-by-somebody-else"
    assert planted.get("/console/").status_code == 302


def test_a_changed_password_ends_every_other_session(world: World) -> None:
    elsewhere = signed_in()
    assert elsewhere.get("/console/").status_code == 200
    account = Account.objects.get(username="rui")
    account.set_password("another one, long")
    account.save()
    assert elsewhere.get("/console/").status_code == 302


def test_a_form_of_another_site_does_nothing(world: World) -> None:
    claim = world.outside()
    client = signed_in(enforce_csrf_checks=True)
    path = f"claims/{claim.reference}/steps/skip_investigation/"
    fields = {"reason_code": "waiting_period", "note": "在等待期内。"}
    assert client.post(f"/console/{path}", fields).status_code == 403
    by_api = client.post(f"/api/v1/{path}", fields, content_type="application/json")
    assert by_api.status_code == 403
    assert Claim.objects.get(pk=claim.pk).state == State.FILED


def test_a_read_cannot_be_turned_into_a_step(world: World) -> None:
    claim = world.outside()
    client = signed_in()
    path = f"claims/{claim.reference}/steps/skip_investigation/"
    for door in ("/console/", "/api/v1/"):
        query = "?_method=POST&reason_code=waiting_period"
        client.get(f"{door}{path}{query}", headers={"X-HTTP-Method-Override": "POST"})
        client.head(f"{door}{path}")
        client.put(f"{door}{path}", b"{}", content_type="application/json")
        client.delete(f"{door}{path}")
    assert Claim.objects.get(pk=claim.pk).state == State.FILED


def test_a_host_that_is_not_ours_is_refused(world: World) -> None:
    for host in ("evil.example", "testserver.evil.example", "testserver@evil.example"):
        assert Client().get(LOGIN, headers={"Host": host}).status_code == 400
    answer = Client().get(LOGIN, headers={"X-Forwarded-Host": "evil.example"})
    assert b"evil.example" not in answer.content


def plain(text: bytes) -> str:
    """A page without what is new in every answer."""
    shown = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", text).decode()
    return re.sub(r"rui|nobody-at-all", "NAME", shown)


def test_a_failed_sign_in_does_not_tell_who_exists(world: World) -> None:
    answers = []
    for name in ("rui", "nobody-at-all"):
        cache.clear()
        answer = Client().post(LOGIN, {"login": name, "password": "wrong"})
        answers.append((answer.status_code, plain(answer.content)))
    assert answers[0] == answers[1]


def test_asking_for_a_new_password_does_not_tell_who_exists(world: World) -> None:
    Account.objects.filter(username="rui").update(email="rui@example.org")
    answers = []
    for address in ("rui@example.org", "nobody-at-all@example.org"):
        cache.clear()
        answer = Client().post("/accounts/password/reset/", {"email": address}, follow=True)
        answers.append((answer.status_code, plain(answer.content)))
    assert answers[0] == answers[1]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(world: World) -> None:
    client = Client()
    client.get(f"{LOGIN}?lang=en")
    sign_in(client)
    assert set(client.cookies) >= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    for name, cookie in client.cookies.items():
        if cookie.value:
            assert cookie["httponly"], name
            assert cookie["samesite"] == "Lax", name


def test_no_page_of_a_person_is_kept_by_caches(world: World) -> None:
    claim = world.filed()
    client = signed_in()
    for path in ("/console/", f"/console/claims/{claim.reference}/", "/me/", "/me/inbox/"):
        kept = client.get(path).headers.get("Cache-Control", "")
        assert "no-store" in kept or "private" in kept, path
