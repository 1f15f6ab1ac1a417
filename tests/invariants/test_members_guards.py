"""★11, ★13, ★9: what the database refuses on the members' tables, and what happens without it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from psycopg2.extensions import connection

from core.actor import SYSTEM
from members import services
from members.models import Person
from tests.members.world import NOW, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]

GRANT = (
    "INSERT INTO members_rolegrant (person_id, role, granted_at, reason, revoke_reason) "
    "VALUES (%s, %s, now(), '', '')"
)
PAIRS = [
    ("finance", "reviewer"),
    ("reviewer", "finance"),
    ("finance", "investigator"),
    ("investigator", "finance"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    """A plan with its rules, and people on demand."""
    return make_world()


def off(table: str, trigger: str) -> tuple[str, str]:
    """The statements that switch a trigger off and on again."""
    alter = f"ALTER TABLE {table} {{}} TRIGGER {trigger}"
    return alter.format("DISABLE"), alter.format("ENABLE")


def run(connection: connection, sql: str, *values: object) -> None:
    """Run one statement and commit it."""
    with connection, connection.cursor() as cursor:
        cursor.execute(sql, values)


# ★11


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_one_person_never_holds_finance_and_a_deciding_role(
    world: World, app_connection: connection, refused: Refused, first: str, second: str
) -> None:
    person = world.person()
    run(app_connection, GRANT, person.pk, first)
    with refused("finance neither investigates nor decides"):
        run(app_connection, GRANT, person.pk, second)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_without_the_trigger_finance_and_deciding_meet(
    world: World, app_connection: connection, drop_guard: DropGuard, first: str, second: str
) -> None:
    person = world.person()
    with drop_guard(*off("members_rolegrant", "members_rolegrant_finance_apart")):
        run(app_connection, GRANT, person.pk, first)
        run(app_connection, GRANT, person.pk, second)
        assert person.role_grants.count() == 2


def test_a_revoked_role_is_not_in_the_way(world: World, app_connection: connection) -> None:
    person = world.person()
    run(app_connection, GRANT, person.pk, "finance")
    run(app_connection, "UPDATE members_rolegrant SET revoked_at = now()")
    run(app_connection, GRANT, person.pk, "reviewer")
    assert person.role_grants.count() == 2


def test_a_revoked_grant_is_not_brought_back(
    world: World, app_connection: connection, refused: Refused
) -> None:
    person = world.person()
    run(app_connection, GRANT, person.pk, "finance")
    run(app_connection, "UPDATE members_rolegrant SET revoked_at = now()")
    with refused("revoked once"):
        run(app_connection, "UPDATE members_rolegrant SET revoked_at = NULL")


@pytest.mark.parametrize("column", ["role", "person_id", "granted_at"])
def test_the_app_role_cannot_rewrite_a_grant(
    world: World, app_connection: connection, refused: Refused, column: str
) -> None:
    person = world.person()
    run(app_connection, GRANT, person.pk, "reviewer")
    with refused("permission denied"):
        run(app_connection, f"UPDATE members_rolegrant SET {column} = {column}")


# ★13


def test_one_identity_is_never_two_people(
    world: World, app_connection: connection, refused: Refused
) -> None:
    one, other = unverified(), world.person()
    with refused("person_identity_is_one"):
        run(
            app_connection,
            "UPDATE members_person SET identity_digest = %s WHERE id = %s",
            other.identity_digest,
            one.pk,
        )


def test_without_the_constraint_one_identity_is_two_people(
    world: World, app_connection: connection, drop_guard: DropGuard
) -> None:
    one, other = unverified(), world.person()
    with drop_guard(
        "DROP INDEX person_identity_is_one",
        "CREATE UNIQUE INDEX person_identity_is_one ON members_person (identity_digest) "
        "WHERE NOT identity_digest = ''",
    ):
        run(
            app_connection,
            "UPDATE members_person SET identity_digest = %s WHERE id = %s",
            other.identity_digest,
            one.pk,
        )
        assert Person.objects.filter(identity_digest=other.identity_digest).count() == 2


def test_a_person_has_one_account(
    world: World, app_connection: connection, refused: Refused
) -> None:
    person = with_account(world)
    with refused("members_account_person_id"):
        run(app_connection, INSERT_ACCOUNT, person.pk)


def test_an_account_never_changes_its_person(
    world: World, app_connection: connection, refused: Refused
) -> None:
    with_account(world)
    with refused("belongs to one person for good"):
        run(app_connection, "UPDATE members_account SET person_id = %s", world.person().pk)


def test_without_the_trigger_an_account_changes_hands(
    world: World, app_connection: connection, drop_guard: DropGuard
) -> None:
    with_account(world)
    other = world.person()
    with drop_guard(*off("members_account", "members_account_keeps_person")):
        run(app_connection, "UPDATE members_account SET person_id = %s", other.pk)
        assert Person.objects.get(account__username="zhang") == other


@pytest.mark.parametrize(
    "change",
    ["identity_digest = ''", "is_identity_verified = false", "born_on = born_on + 1"],
)
def test_a_verified_identity_does_not_change(
    world: World, app_connection: connection, refused: Refused, change: str
) -> None:
    world.person()
    with refused("a verified identity does not change"):
        run(app_connection, f"UPDATE members_person SET {change}")


def test_a_verified_person_has_an_identity(
    world: World, app_connection: connection, refused: Refused
) -> None:
    unverified()
    with refused("person_verified_has_identity"):
        run(app_connection, "UPDATE members_person SET is_identity_verified = true")


@pytest.mark.parametrize("table", ["members_person", "members_account", "members_rolegrant"])
def test_the_app_role_removes_nobody(
    world: World, app_connection: connection, refused: Refused, table: str
) -> None:
    for verb in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with refused("permission denied"):
            run(app_connection, verb)


# ★9: a rulebook version, once announced


FIXED = [
    "body = jsonb_set(body, '{fee,basis_points}', '900')",
    "body_digest = repeat('a', 64)",
    "effective_on = effective_on + 1",
    "number = number + 10",
    "state = 'draft'",
]


@pytest.mark.parametrize("change", FIXED)
def test_an_announced_rulebook_version_never_changes(
    world: World, app_connection: connection, refused: Refused, change: str
) -> None:
    with refused("rulebook version"):
        run(app_connection, f"UPDATE members_rulebookversion SET {change}")


@pytest.mark.parametrize("change", FIXED[:2])
def test_without_the_trigger_an_announced_version_changes(
    world: World, app_connection: connection, drop_guard: DropGuard, change: str
) -> None:
    before = world.versions[1].body_digest, world.versions[1].body
    guard = off("members_rulebookversion", "members_rulebookversion_states")
    with drop_guard(*guard):
        run(app_connection, f"UPDATE members_rulebookversion SET {change}")
        version = type(world.versions[1]).objects.get(pk=world.versions[1].pk)
        assert (version.body_digest, version.body) != before


def test_a_version_begins_as_a_draft(
    world: World, app_connection: connection, refused: Refused
) -> None:
    with refused("begins as a draft"):
        run(
            app_connection,
            "INSERT INTO members_rulebookversion (plan_id, number, state, body, body_digest, "
            "announced_on, effective_on) SELECT plan_id, 99, 'in_force', body, body_digest, "
            "announced_on, effective_on + 9 FROM members_rulebookversion LIMIT 1",
        )


@pytest.mark.parametrize("state", ["closed", "open_again"])
def test_a_plan_goes_only_along_its_states(
    world: World, app_connection: connection, refused: Refused, state: str
) -> None:
    with refused("does not go from open"):
        run(app_connection, f"UPDATE members_plan SET state = '{state}'")


# Memberships and their units


def test_memberships_of_one_person_in_one_plan_never_overlap(
    world: World, app_connection: connection, refused: Refused
) -> None:
    world.member()
    with refused("overlap"):
        run(app_connection, OVERLAP)


def test_without_the_trigger_memberships_overlap(
    world: World, app_connection: connection, drop_guard: DropGuard
) -> None:
    membership = world.member()
    with drop_guard(*off("members_membership", "members_membership_period")):
        run(app_connection, OVERLAP)
        assert membership.person.memberships.count() == 2


def test_a_membership_that_ended_stays_as_it_ended(
    world: World, app_connection: connection, refused: Refused
) -> None:
    membership = world.member()
    services.leave(reference=membership.reference, actor=SYSTEM, now=world.now)
    with refused("is fixed"):
        run(app_connection, "UPDATE members_membership SET ends_on = NULL, end_reason = ''")
    with refused("permission denied"):
        run(app_connection, "UPDATE members_membership SET starts_on = '2000-01-01'")


@pytest.mark.parametrize(
    "table", ["members_unitdelta", "members_membershiptier", "members_healthstatement"]
)
def test_units_tiers_and_health_statements_are_append_only(
    world: World,
    app_connection: connection,
    owner_connection: connection,
    refused: Refused,
    table: str,
) -> None:
    world.member()
    for verb in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with refused("permission denied"):
            run(app_connection, verb)
        with refused("append-only"):
            run(owner_connection, verb)


def test_a_message_is_only_ever_marked_read(
    world: World, app_connection: connection, refused: Refused
) -> None:
    world.member()
    run(app_connection, "UPDATE members_message SET read_at = now()")
    for change in ("UPDATE members_message SET params = '{}'", "DELETE FROM members_message"):
        with refused("permission denied"):
            run(app_connection, change)


def test_the_auditor_reads_views_and_no_person(
    world: World, auditor_connection: connection, refused: Refused
) -> None:
    world.member()
    for view in ("role_grants", "rulebook_versions", "memberships", "unit_deltas"):
        run(auditor_connection, f"SELECT * FROM auditor_{view}")
    for table in ("members_person", "members_account", "members_healthstatement"):
        with refused("permission denied"):
            run(auditor_connection, f"SELECT * FROM {table}")


OVERLAP = (
    "INSERT INTO members_membership (reference, person_id, plan_id, payer_id, starts_on, ends_on, "
    "end_reason) SELECT 'M-TEST', person_id, plan_id, payer_id, starts_on + 1, starts_on + 9, "
    "'left' FROM members_membership LIMIT 1"
)
INSERT_ACCOUNT = (
    "INSERT INTO members_account (password, username, email, is_active, language, person_id) "
    "VALUES ('', 'second', '', true, 'en', %s)"
)


def unverified() -> Person:
    """A person whose identity nobody has verified."""
    return services.register_person(
        full_name="无名",
        born_on=date(1990, 1, 1),
        sex="female",
        actor=SYSTEM,
        now=NOW,
    )


def with_account(world: World) -> Person:
    """A person with an account."""
    person = world.person()
    services.create_account(
        username="zhang", password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
    )
    return person
