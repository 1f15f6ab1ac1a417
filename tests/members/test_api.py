"""The token, who one is, plans and rules by API."""

from collections.abc import Iterator

import pytest
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.urls import reverse
from rest_framework.test import APIClient

from core.actor import SYSTEM
from core.canonical import canonical_json, sha256_hex
from members import rulebooks, services
from members.api import FAILURES, FAILURES_OF_ADDRESS
from members.models import Membership
from tests.members.world import World


@pytest.fixture(autouse=True)
def _no_failures_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def member(world: World) -> Membership:
    """A member with an account named zhang."""
    membership = world.member()
    services.create_account(
        username="zhang",
        password="demo",
        person_id=membership.person_id,
        actor=SYSTEM,
        now=world.now,
    )
    return membership


def test_a_username_and_password_give_a_token_that_works(member: Membership) -> None:
    client = APIClient()
    answer = client.post(
        reverse("api_token"), {"username": "zhang", "password": "demo"}, format="json"
    )
    assert answer.status_code == 200
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}")
    me = client.get(reverse("api_me")).json()
    assert me["username"] == "zhang"
    assert me["person"] == member.person.reference
    assert me["roles"] == []
    assert [row["reference"] for row in me["memberships"]] == [member.reference]
    assert member.person.full_name not in str(me)


@pytest.mark.parametrize(
    "given",
    [{"username": "zhang", "password": "wrong"}, {"username": "nobody", "password": "demo"}],
)
def test_wrong_credentials_are_one_problem_whoever_exists(
    member: Membership, given: dict[str, str]
) -> None:
    answer = APIClient().post(reverse("api_token"), given, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "credentials_wrong")
    assert answer["Content-Type"] == "application/problem+json"


def test_ten_wrong_tries_stop_even_the_right_one(member: Membership) -> None:
    client = APIClient()
    wrong = {"username": "zhang", "password": "wrong"}
    for _try in range(FAILURES):
        assert client.post(reverse("api_token"), wrong, format="json").status_code == 403
    right = {"username": "zhang", "password": "demo"}
    answer = client.post(reverse("api_token"), right, format="json")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    other = client.post(reverse("api_token"), wrong | {"username": "li"}, format="json")
    assert other.status_code == 403


def test_another_spelling_of_the_name_gives_no_further_tries(member: Membership) -> None:
    client = APIClient()
    for place in range(FAILURES):
        name = "".join(one.upper() if place >> bit & 1 else one for bit, one in enumerate("zhang"))
        client.post(reverse("api_token"), {"username": name, "password": "x"}, format="json")
    answer = client.post(
        reverse("api_token"), {"username": "zhang", "password": "demo"}, format="json"
    )
    assert answer.status_code == 429


def test_an_address_does_not_try_one_password_on_every_name(member: Membership) -> None:
    client = APIClient()
    for place in range(FAILURES_OF_ADDRESS):
        given = {"username": f"name {place}", "password": "demo"}
        assert client.post(reverse("api_token"), given, format="json").status_code == 403
    given = {"username": "zhang", "password": "demo"}
    assert client.post(reverse("api_token"), given, format="json").status_code == 429
    elsewhere = client.post(reverse("api_token"), given, format="json", REMOTE_ADDR="198.51.100.7")
    assert elsewhere.status_code == 200


def test_the_right_password_forgets_the_wrong_ones(member: Membership) -> None:
    client = APIClient()
    right = {"username": "zhang", "password": "demo"}
    for _round in range(3):
        for _try in range(FAILURES - 1):
            client.post(reverse("api_token"), right | {"password": "wrong"}, format="json")
        assert client.post(reverse("api_token"), right, format="json").status_code == 200


def test_where_a_second_factor_is_set_up_the_password_alone_gives_no_token(
    member: Membership,
) -> None:
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(member.person.account, secret)
    client = APIClient()
    given = {"username": "zhang", "password": "demo"}
    for code in ("", "000000x"):
        answer = client.post(reverse("api_token"), given | {"code": code}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "credentials_wrong")
    (counter,) = list(auth.yield_hotp_counters_from_time())[:1]
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    answer = client.post(reverse("api_token"), given | {"code": code}, format="json")
    assert answer.status_code == 200


def test_missing_fields_are_named(world: World) -> None:
    answer = APIClient().post(reverse("api_token"), {}, format="json")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"username", "password"}


def test_me_needs_a_token(world: World) -> None:
    answer = APIClient().get(reverse("api_me"))
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"


def test_roles_are_those_live_at_the_request(world: World, member: Membership) -> None:
    client = APIClient()
    client.force_authenticate(member.person.account)
    services.grant_role(person_id=member.person_id, role="reviewer", actor=SYSTEM, now=world.now)
    assert client.get(reverse("api_me")).json()["roles"] == ["reviewer"]
    services.revoke_role(person_id=member.person_id, role="reviewer", actor=SYSTEM, now=world.now)
    assert client.get(reverse("api_me")).json()["roles"] == []


def test_anyone_reads_plans_and_published_rules(world: World) -> None:
    client = APIClient()
    services.draft_rulebook(
        plan_code=world.plan.code,
        body=rulebooks.load("critical-illness-2"),
        actor=SYSTEM,
        now=world.now,
    )
    plans = client.get(reverse("api_plans")).json()
    assert [plan["code"] for plan in plans] == ["critical-illness"]
    assert [row["number"] for row in plans[0]["rulebooks"]] == [1, 2]
    assert client.get(reverse("api_plan", args=["critical-illness"])).json() == plans[0]
    rules = client.get(reverse("api_rulebook", args=["critical-illness", 2])).json()
    assert sha256_hex(canonical_json(rules["body"])) == rules["body_digest"]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("api_plan", ["nothing"]),
        ("api_rulebook", ["critical-illness", 3]),
        ("api_rulebook", ["nothing", 1]),
    ],
)
def test_what_is_not_published_is_not_found(world: World, name: str, args: list[str | int]) -> None:
    services.draft_rulebook(
        plan_code=world.plan.code,
        body=rulebooks.load("critical-illness-2"),
        actor=SYSTEM,
        now=world.now,
    )
    answer = APIClient().get(reverse(name, args=args))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
