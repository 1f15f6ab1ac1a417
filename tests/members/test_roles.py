"""Granting and revoking roles."""

import pytest

from core.actor import SYSTEM
from core.errors import Blocked, NotAllowed
from members import services
from members.models import Message, RoleGrant
from members.queries import live_roles, people_with_role
from tests.members.world import World


def test_a_role_is_granted_by_an_administrator_with_a_reason(world: World) -> None:
    person, admin = world.person(), world.admin()
    grant = services.grant_role(
        person_id=person.pk, role="reviewer", reason="passed", actor=admin, now=world.now
    )
    assert (grant.granted_by_id, grant.reason) == (admin.person_id, "passed")
    assert live_roles(person.pk) == {"reviewer"}
    assert list(people_with_role("reviewer")) == [person]
    assert Message.objects.get(person=person).kind == "role_granted"


@pytest.mark.parametrize("role", ["", "reviewer", "finance", "ombudsman", "auditor"])
def test_nobody_but_an_administrator_grants_or_revokes(world: World, role: str) -> None:
    person = world.person()
    actor = world.actor(world.person(), *([role] if role else []))
    with pytest.raises(NotAllowed):
        services.grant_role(person_id=person.pk, role="reviewer", actor=actor, now=world.now)
    services.grant_role(person_id=person.pk, role="reviewer", actor=SYSTEM, now=world.now)
    with pytest.raises(NotAllowed):
        services.revoke_role(person_id=person.pk, role="reviewer", actor=actor, now=world.now)
    assert live_roles(person.pk) == {"reviewer"}


@pytest.mark.parametrize(
    ("held", "asked", "code"),
    [
        ("finance", "reviewer", "role_finance_apart"),
        ("finance", "investigator", "role_finance_apart"),
        ("reviewer", "finance", "role_finance_apart"),
        ("investigator", "finance", "role_finance_apart"),
        ("reviewer", "reviewer", "role_held"),
    ],
)
def test_finance_and_deciding_are_kept_apart_in_words(
    world: World, held: str, asked: str, code: str
) -> None:
    person = world.person()
    services.grant_role(person_id=person.pk, role=held, actor=SYSTEM, now=world.now)
    with pytest.raises(Blocked) as refusal:
        services.grant_role(person_id=person.pk, role=asked, actor=SYSTEM, now=world.now)
    assert refusal.value.code == code
    assert RoleGrant.objects.count() == 1


def test_nobody_grants_or_revokes_their_own_roles(world: World) -> None:
    person = world.person()
    services.grant_role(person_id=person.pk, role="admin", actor=SYSTEM, now=world.now)
    admin = world.actor(person, "admin")
    for act in (services.grant_role, services.revoke_role):
        with pytest.raises(Blocked) as refusal:
            act(person_id=person.pk, role="auditor", actor=admin, now=world.now)
        assert refusal.value.code == "role_own"


def test_a_revoked_role_is_gone_and_can_be_granted_again(world: World) -> None:
    person, admin = world.person(), world.admin()
    for _time in range(2):
        services.grant_role(person_id=person.pk, role="finance", actor=admin, now=world.now)
        services.revoke_role(
            person_id=person.pk, role="finance", reason="left", actor=admin, now=world.now
        )
    assert live_roles(person.pk) == frozenset()
    assert RoleGrant.objects.filter(person=person).count() == 2
    with pytest.raises(Blocked) as refusal:
        services.revoke_role(person_id=person.pk, role="finance", actor=admin, now=world.now)
    assert refusal.value.code == "role_not_held"


def test_a_role_needs_a_verified_identity(world: World) -> None:
    person = services.register_person(
        full_name="无名", born_on=world.person().born_on, sex="male", actor=SYSTEM, now=world.now
    )
    with pytest.raises(Blocked) as refusal:
        services.grant_role(person_id=person.pk, role="reviewer", actor=SYSTEM, now=world.now)
    assert refusal.value.code == "identity_unverified"


def test_an_unknown_role_is_a_bug(world: World) -> None:
    with pytest.raises(ValueError, match="emperor"):
        services.grant_role(
            person_id=world.person().pk, role="emperor", actor=SYSTEM, now=world.now
        )


def test_an_investigator_works_for_an_agency(world: World) -> None:
    person = world.person()
    row = services.join_agency(
        person_id=person.pk,
        agency_code="minxin",
        agency_name="民信公估",
        actor=SYSTEM,
        now=world.now,
    )
    assert (row.agency.code, str(row.agency)) == ("minxin", "民信公估")
