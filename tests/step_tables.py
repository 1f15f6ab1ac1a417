"""For tables of state × step × role: people of every role, and what is in the tables."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from core.actor import ANONYMOUS, BANK, CLOCK, SYSTEM, Actor
from core.errors import NotAllowed, Refusal
from members import services as member_services
from members.models import Person
from members.states import Role
from tests.members.world import World
from tests.worlds_money import JOINED_AT

MACHINES = {"clock": CLOCK, "bank": BANK, "anonymous": ANONYMOUS}
ROLES = (*Role.values, "member", *MACHINES)


@dataclass(frozen=True)
class Row:
    """A step: what it calls, who takes it, and from where."""

    call: Callable[[Any, Actor], object]
    roles: frozenset[str]
    sources: frozenset[str]
    # States in which the step is asked again and, for whom it is for, changes nothing.
    repeats: frozenset[str] = frozenset()


def row(call: Callable[[Any, Actor], object], roles: str, sources: str, repeats: str = "") -> Row:
    """A row from words."""
    return Row(
        call, frozenset(roles.split()), frozenset(sources.split()), frozenset(repeats.split())
    )


def people_of_every_role(
    base: World, new_person: Callable[[], Person] | None = None
) -> dict[str, Actor]:
    """One person for each role, who has nothing to do with any row; a member; the machines."""
    new_person = new_person or base.person
    found: dict[str, Actor] = dict(MACHINES)
    for role in Role.values:
        person = new_person()
        member_services.grant_role(
            person_id=person.pk, role=role, actor=SYSTEM, now=JOINED_AT, reason="table"
        )
        found[role] = base.actor(person, role)
    found["member"] = base.actor(base.member(new_person(), now=JOINED_AT).person)
    return found


def footprint() -> dict[str, str]:
    """A digest of the rows of every table of ours."""
    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in settings.OUR_APPS and model._meta.managed
    )
    parts = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) "
        f"FROM {table} t"
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return dict(cursor.fetchall())


def combinations(rows: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    """Every step with every role."""
    for step in rows:
        for role in ROLES:
            yield step, role


def check(rows: Mapping[str, Row], state: str, subject: Any, actors: Mapping[str, Actor]) -> None:
    """Every step by every role from one state: taken where the table says so, else refused.

    What is taken is rolled back; what is refused has written nothing, nowhere.
    """
    before = footprint()
    for step, role in combinations(rows):
        found = rows[step]
        if role in found.roles and state in found.sources:
            with transaction.atomic():
                found.call(subject, actors[role])
                transaction.set_rollback(True)
        elif state in found.repeats:
            _changes_nothing(found, subject, actors[role])
        else:
            with pytest.raises(Refusal) as caught:
                found.call(subject, actors[role])
            if state in found.sources:
                assert isinstance(caught.value, NotAllowed), (state, step, role, caught.value)
    assert footprint() == before, state


def _changes_nothing(found: Row, subject: Any, actor: Actor) -> None:
    try:
        found.call(subject, actor)
    except Refusal:
        return
