"""A member of the staff with a claim of their own reads no more of it than any claimant."""

import pytest
from django.test import Client

from claims.states import State
from core.actor import SYSTEM
from members import services as member_services
from tests.worlds import World, make_world

pytestmark = pytest.mark.django_db


def test_the_console_shows_nobody_their_own_claim() -> None:
    world: World = make_world()
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    member_services.grant_role(
        person_id=claim.claimant_id, role="reviewer", actor=SYSTEM, now=world.now, reason="test"
    )
    account = member_services.create_account(
        username="own", password="demo", person_id=claim.claimant_id, actor=SYSTEM, now=world.now
    )
    client = Client()
    client.force_login(account)
    answer = client.get(f"/console/claims/{claim.reference}/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/me/claims/{claim.reference}/"
    text = client.get(answer["Location"]).content.decode()
    for name in ("reviewer", "investigator"):
        assert world.person(name).full_name not in text
