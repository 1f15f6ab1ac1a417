"""Promises 1, 2, 5–7 and 9 hold against raw SQL as the app role; each guard has its twin."""

from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims.models import Claim
from claims.queries import verify_chain
from claims.states import EDGES, FINAL, State
from tests.invariants.claims_sql import CHAIN, EDGE, KEEPS, MATCH, ROW, id_of, run, step, without
from tests.worlds import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world, committed."""
    return make_world()


# 1: a state changes only along an edge of the one declared graph

LEAP = (
    "UPDATE claims_claim SET state = 'denied_finally', event_count = event_count + 1, "
    "head_digest = 'x' WHERE id = %s"
)


def test_the_database_holds_the_one_graph(db: None) -> None:
    from claims.models import ClaimEdge

    stored = {
        (e.step, e.source, e.target, e.duty, e.needs_second_person, e.leaves_final)
        for e in ClaimEdge.objects.all()
    }
    assert stored == {
        (e.step, e.source, e.target, str(e.duty), e.second_person, e.source in FINAL) for e in EDGES
    }


def test_a_leap_is_refused(world: World, app_connection: Connection, refused: Any) -> None:
    claim = world.filed()
    with refused("does not go"):
        run(app_connection, LEAP, claim.pk)
    with refused("permission denied"):
        run(app_connection, "UPDATE claims_edge SET target = 'paid'")
    with refused("permission denied"):
        run(
            app_connection,
            "INSERT INTO claims_edge (step, source, target, duty, needs_second_person, "
            "leaves_final) VALUES ('leap', 'filed', 'paid', 'machine', false, false)",
        )
    with refused("begins as a draft"):
        run(
            app_connection,
            "INSERT INTO claims_claim SELECT (c).* FROM (SELECT c FROM claims_claim c) x",
        )


def test_without_the_guard_a_leap_goes_through(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with without(drop_guard, ROW, MATCH):
        run(app_connection, LEAP, claim.pk)
        assert Claim.objects.get(pk=claim.pk).state == State.DENIED_FINALLY


# 2: each transition writes exactly one event; folding the events gives the state

SILENT = (
    "UPDATE claims_claim SET state = 'under_review', event_count = event_count + 1, "
    "head_digest = 'x' WHERE id = %s"
)


def test_a_silent_change_is_refused_at_the_commit(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.filed()
    with refused("its log does not say so"):
        run(app_connection, SILENT, claim.pk)
    with refused("counts one event"):
        run(
            app_connection,
            "UPDATE claims_claim SET state = 'under_review' WHERE id = %s",
            claim.pk,
        )
    assert Claim.objects.get(pk=claim.pk).state == State.FILED


def test_without_the_guard_a_silent_change_goes_through(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with without(drop_guard, MATCH):
        run(app_connection, SILENT, claim.pk)
        assert verify_chain(Claim.objects.get(pk=claim.pk)) != []


def test_an_event_without_its_change_or_off_the_chain_is_refused(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.filed()
    reviewer = id_of(world, "reviewer")
    with refused("does not describe"):
        step(app_connection, claim, "skip_investigation", "under_review", reviewer, moves=False)
    with refused("does not follow"):
        step(
            app_connection, claim, "skip_investigation", "under_review", reviewer, previous="f" * 64
        )
    step(app_connection, claim, "skip_investigation", "under_review", reviewer)


def test_without_the_chain_guard_the_log_forks(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with without(drop_guard, CHAIN):
        reviewer = id_of(world, "reviewer")
        step(
            app_connection, claim, "skip_investigation", "under_review", reviewer, previous="f" * 64
        )
        wrong = verify_chain(Claim.objects.get(pk=claim.pk))
        assert any("digest before it" in words for words in wrong)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE claims_claimevent SET note = 'altered'",
        "DELETE FROM claims_claimevent",
        "TRUNCATE claims_claimevent",
        "DELETE FROM claims_recommendation",
        "UPDATE claims_decision SET amount_cents = 1",
        "UPDATE claims_eligibilitysnapshot SET is_eligible = false",
        "DELETE FROM claims_conflict",
    ],
)
def test_the_log_and_the_findings_are_never_changed(
    world: World, app_connection: Connection, refused: Any, sql: str
) -> None:
    world.claim_in(State.DENIED)
    with refused("permission denied"):
        run(app_connection, sql)


def test_a_filed_claim_is_never_deleted(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.filed()
    with refused("only a draft is erased"):
        run(app_connection, "DELETE FROM claims_claim WHERE id = %s", claim.pk)


# 5: final states have no way out but reopen, with a reason and two approvers


@pytest.mark.parametrize(
    ("second", "reason"), [(None, "new_evidence"), ("reviewer3", ""), ("ombudsman", "x")]
)
def test_a_final_claim_is_not_reopened_by_one_or_without_a_reason(
    world: World,
    app_connection: Connection,
    refused: Any,
    second: str | None,
    reason: str,
) -> None:
    claim = world.claim_in(State.DENIED_FINALLY)
    second_id = id_of(world, second) if second else None
    with refused("two people and a reason"):
        step(
            app_connection,
            claim,
            "reopen",
            "under_review",
            id_of(world, "ombudsman"),
            second_id=second_id,
            reason=reason,
        )


def test_no_other_step_leaves_a_final_state() -> None:
    out = {(edge.step, edge.source) for edge in EDGES if edge.source in FINAL}
    assert {step for step, _source in out} == {"reopen", "return_payout"}
    assert {source for step, source in out if step == "return_payout"} == {State.PAID}


def test_without_the_guard_one_person_reopens(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.claim_in(State.DENIED_FINALLY)
    with without(drop_guard, EDGE):
        step(app_connection, claim, "reopen", "under_review", id_of(world, "ombudsman"))
        assert Claim.objects.get(pk=claim.pk).state == State.UNDER_REVIEW


# 6: references are unique, keep their form, and tell nothing


def test_references_are_unique_fixed_and_of_one_form(
    world: World, app_connection: Connection, refused: Any
) -> None:
    first, second = world.filed(), world.filed()
    with refused("keeps its references"):
        run(
            app_connection,
            "UPDATE claims_claim SET reference = 'C-0000-0001' WHERE id = %s",
            first.pk,
        )
    assert first.reference != second.reference
    assert len({first.reference, first.public_reference}) == 2
    assert abs(int(first.reference[2:6], 36) - int(second.reference[2:6], 36)) != 1


COPY = (
    "INSERT INTO claims_claim SELECT (jsonb_populate_record(c, jsonb_build_object("
    "'id', nextval(pg_get_serial_sequence('claims_claim', 'id')), "
    "'public_reference', 'K-0000-0001'))).* FROM claims_claim c WHERE id = %s"
)


def test_a_second_claim_of_the_same_reference_is_refused(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.draft()
    with refused("unique constraint"):
        run(app_connection, COPY, claim.pk)


def test_without_the_constraint_it_goes_through(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.draft()
    drop = "ALTER TABLE claims_claim DROP CONSTRAINT claims_claim_reference_key"
    restore = (
        "ALTER TABLE claims_claim ADD CONSTRAINT claims_claim_reference_key UNIQUE (reference)"
    )
    with drop_guard(drop, restore):
        run(app_connection, COPY, claim.pk)
        assert Claim.objects.filter(reference=claim.reference).count() == 2


# 7: money is fixed once on notice · 9: the rulebook version is stored for life

RAISE = "UPDATE claims_claim SET aid_cents = aid_cents + 1 WHERE id = %s"
REBIND = "UPDATE claims_claim SET rulebook_version_id = %s WHERE id = %s"


@pytest.mark.parametrize("state", [State.APPROVED, State.ON_NOTICE, State.CLEARED, State.FUNDED])
def test_the_amount_is_fixed(
    world: World, app_connection: Connection, refused: Any, state: str
) -> None:
    claim = world.claim_in(state)
    with refused("only by a new revision"):
        run(app_connection, RAISE, claim.pk)
    with refused("comes with an approval"):
        run(
            app_connection,
            "UPDATE claims_claim SET aid_cents = 1, revision = revision + 1 WHERE id = %s",
            claim.pk,
        )


def test_without_the_guard_the_amount_moves(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.claim_in(State.ON_NOTICE)
    with without(drop_guard, KEEPS):
        run(app_connection, RAISE, claim.pk)
        assert Claim.objects.get(pk=claim.pk).aid_cents == 30_000_001


def test_the_rulebook_version_stays(world: World, app_connection: Connection, refused: Any) -> None:
    claim = world.filed()
    other = world.members.versions[0].pk
    with refused("keeps its rulebook version"):
        run(app_connection, REBIND, other, claim.pk)
    with refused("keeps its rulebook version"):
        run(app_connection, REBIND, None, claim.pk)


def test_without_the_guard_the_rulebook_version_moves(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    other = world.members.versions[0].pk
    with without(drop_guard, KEEPS):
        run(app_connection, REBIND, other, claim.pk)
        assert Claim.objects.get(pk=claim.pk).rulebook_version_id == other
