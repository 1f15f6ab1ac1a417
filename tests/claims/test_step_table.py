"""State × step × role: what each may do from everywhere, and that a refusal writes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from claims.models import Claim
from claims.permissions import available_steps, edge_from, role_for
from claims.queries import lock_claim
from claims.states import BY_STEP, EDGES, STEPS_OF_GRAPH, State
from claims.steps import STEPS
from core.actor import BANK, CLOCK, Actor
from core.errors import NotAllowed, Refusal, WrongState
from tests.claims.calls import CALLS
from tests.worlds import World

ROLES = (
    "claimant",
    "member",
    "reviewer",
    "investigator",
    "jury_officer",
    "finance",
    "ombudsman",
    "auditor",
    "admin",
    "clock",
    "bank",
)
_TABLES = (
    "claims_claim",
    "claims_claimevent",
    "claims_eligibilitysnapshot",
    "claims_investigation",
    "claims_finding",
    "claims_informationrequest",
    "claims_recommendation",
    "claims_decision",
    "claims_dispute",
    "claims_proposal",
    "claims_assignment",
    "claims_conflict",
    "core_deadline",
    "members_message",
)


def _actor(world: World, role: str) -> Actor:
    """Somebody with the role who had no part in the claim so far."""
    if role in ("clock", "bank"):
        return CLOCK if role == "clock" else BANK
    return world.actors["reviewer3" if role == "reviewer" else role]


def _written() -> list[Any]:
    """A digest of every table a step could write to."""
    parts = " UNION ALL ".join(
        f"SELECT '{table}', md5(coalesce(string_agg(t::text, '|' ORDER BY t.id), '')) "
        f"FROM {table} t"
        for table in _TABLES
    )
    with connection.cursor() as cursor:
        cursor.execute(parts)
        return list(cursor.fetchall())


def _attempt(world: World, claim: Claim, step: str, actor: Actor) -> Any:
    """The refusal, or None where the step is taken; whatever it wrote is rolled back."""
    try:
        with transaction.atomic():
            CALLS[step](world, claim, actor)
            transaction.set_rollback(True)
    except Refusal as refusal:
        return refusal
    return None


def _combinations() -> Iterator[tuple[str, str]]:
    for step in STEPS_OF_GRAPH:
        for role in ROLES:
            yield step, role


def test_every_step_of_the_graph_has_a_call() -> None:
    assert set(CALLS) == set(STEPS_OF_GRAPH)


@pytest.mark.parametrize("state", State.values)
def test_wrong_roles_and_wrong_states_are_refused_and_write_nothing(
    world: World, state: str
) -> None:
    claim = world.claim_in(state)
    before = _written()
    for step, role in _combinations():
        actor = _actor(world, role)
        is_role = role_for(step, claim, actor) is not None
        is_state = edge_from(step, state) is not None
        if is_role and is_state:
            continue
        if step == "report_findings" and role == "investigator" and state == State.DRAFT:
            continue  # a draft has no clause to answer yet
        if state == State.DRAFT and step in ("report_findings", "recommend"):
            continue
        with pytest.raises(Refusal) as caught:
            CALLS[step](world, claim, actor)
        refusal = caught.value
        wanted = NotAllowed if not is_role else WrongState
        assert type(refusal) is wanted, (state, step, role, refusal)
        if wanted is WrongState:
            assert refusal.extra["state"] == state
    assert _written() == before


def test_the_role_table_is_the_designs() -> None:
    """Only the roles named in the graph may take a step, and nobody else by any way."""
    for step, edges in BY_STEP.items():
        assert len({edge.roles for edge in edges}) == 1, step
        assert len({edge.duty for edge in edges}) == 1, step


@pytest.mark.parametrize("state", State.values)
def test_what_is_offered_is_what_the_service_takes(world: World, state: str) -> None:
    """An open offer is never refused for permission, state or precondition; a blocked one is."""
    claim = world.claim_in(state)
    for role in ROLES:
        actor = _actor(world, role)
        for offer in available_steps(lock_claim(claim.reference), actor, world.now):
            refusal = _attempt(world, claim, offer.step.name, actor)
            codes = {blocker.code for blocker in offer.blockers}
            if offer.is_open and refusal is not None:
                # What was entered may still be refused, never the step itself.
                assert not isinstance(refusal, NotAllowed | WrongState), (state, offer, refusal)
            if not offer.is_open:
                assert refusal is not None, (state, role, offer.step.name, codes)
                assert codes <= {blocker.code for blocker in refusal.details}, (state, refusal)


def test_steps_of_other_apps_have_no_page_here() -> None:
    machine = {"lapse", "let_stand", "leave_unclaimed"}
    own = {edge.step for edge in EDGES if edge.owner_app == "claims"} - machine
    assert set(STEPS) == own
