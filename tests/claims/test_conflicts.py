"""Whoever is close to a claim takes no staff step on it, whatever roles they hold (promise 12)."""

from typing import Any

import pytest
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from claims import services
from claims.models import Claim
from claims.queries import verify_chain
from claims.states import BY_STEP, Duty, State
from core.actor import SYSTEM, Actor
from core.errors import NotAllowed
from members import services as member_services
from members.models import Account
from members.states import Role
from tests.claims.calls import CALLS
from tests.step_tables import footprint
from tests.worlds import World

STAFF_STEPS = sorted(
    step
    for step, edges in BY_STEP.items()
    if edges[0].duty not in (Duty.PARTY, Duty.MACHINE) and step != "instruct_payout"
)


def _close_people(world: World, claim: Claim) -> dict[str, Actor]:
    """Everybody who is close to the claim, each with every role at once."""
    roles = frozenset(Role.values)
    people = {
        "claimant": claim.claimant_id,
        "household": world.actors["kin"].person_id,
        "payer": claim.membership.payer_id,
        "declared": world.actors["reviewer3"].person_id,
    }
    return {name: Actor(person, None, roles) for name, person in people.items()}


def _with_another_payer(world: World) -> None:
    payer = world.person("member")
    member_services.change_payer(
        reference=world.membership.reference,
        payer_id=payer.pk,
        actor=SYSTEM,
        now=world.now,
    )


@pytest.mark.parametrize("step", STAFF_STEPS)
def test_nobody_close_to_a_claim_takes_a_staff_step(world: World, step: str) -> None:
    _with_another_payer(world)
    state = next(edge.source for edge in BY_STEP[step])
    claim = world.claim_in(State(state))
    services.declare_conflict(
        reference=claim.reference, actor=world.actors["reviewer3"], now=world.now, reason="同乡"
    )
    claim = Claim.objects.select_related("membership").get(pk=claim.pk)
    people = _close_people(world, claim)
    assert len({actor.person_id for actor in people.values()}) == 4
    before = footprint()
    for name, actor in people.items():
        with pytest.raises(NotAllowed) as caught:
            CALLS[step](world, claim, actor)
        assert "conflict" in {one.code for one in caught.value.details}, (name, caught.value)
    assert footprint() == before
    assert verify_chain(claim) == []


def _api(world: World, name: str) -> APIClient:
    person = world.person(name)
    account = Account.objects.filter(person=person).first() or member_services.create_account(
        username=f"{name}-api", password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
    )
    client = APIClient()
    token, _made = Token.objects.get_or_create(user=account)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client


def _skip(client: APIClient, claim: Claim) -> Any:
    return client.post(
        f"/api/v1/claims/{claim.reference}/steps/skip_investigation/",
        {"reason_code": "waiting_period", "note": "在等待期内。"},
        format="json",
    )


@pytest.mark.parametrize(("name", "status"), [("kin", 403), ("finance", 403), ("member", 404)])
def test_others_are_turned_away_by_api_and_nothing_moves(
    world: World, name: str, status: int
) -> None:
    claim = world.outside()
    assert _skip(_api(world, name), claim).status_code == status
    assert Claim.objects.get(pk=claim.pk).state == State.FILED


def test_a_reviewer_of_the_household_is_refused_by_api(world: World) -> None:
    claim = world.outside()
    answer = _skip(_api(world, "kin"), claim)
    assert (answer.status_code, answer.json()["code"]) == (403, "conflict")
    assert Claim.objects.get(pk=claim.pk).state == State.FILED


def test_a_demoted_reviewer_is_refused_at_the_next_request(world: World) -> None:
    claim = world.outside()
    client = _api(world, "reviewer")
    address = f"/api/v1/claims/{claim.reference}/"
    assert client.get(address).status_code == 200
    member_services.revoke_role(
        person_id=world.person("reviewer").pk,
        role="reviewer",
        actor=SYSTEM,
        now=world.now,
        reason="test",
    )
    assert client.get(address).status_code == 404
    assert _skip(client, claim).status_code == 404
    assert Claim.objects.get(pk=claim.pk).state == State.FILED
