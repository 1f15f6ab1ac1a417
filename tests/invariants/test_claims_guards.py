"""Promises 1, 2, 5–7 and 9–12 hold against raw SQL as the app role; each guard has its twin."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims import services
from claims.models import Claim
from claims.queries import verify_chain
from claims.states import EDGES, FINAL, State
from tests.worlds import World, make_world

ROW = ("claims_claim", "claims_claim_row")
KEEPS = ("claims_claim", "claims_claim_keeps")
MATCH = ("claims_claim", "claims_claim_events_match")
EDGE = ("claims_claimevent", "claims_event_1_edge")
CHAIN = ("claims_claimevent", "claims_event_2_chain")
DUTIES = ("claims_claimevent", "claims_event_3_duties")


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world, committed."""
    return make_world()


@contextmanager
def _without(drop_guard: Any, *triggers: tuple[str, str]) -> Iterator[None]:
    """Triggers taken away and restored."""
    off = ";".join(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in triggers)
    on = ";".join(f"ALTER TABLE {table} ENABLE TRIGGER {name}" for table, name in triggers)
    with drop_guard(off, on):
        yield


def _run(connection: Connection, sql: str, *params: Any) -> None:
    """Execute and commit, or roll back and raise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _step(
    connection: Connection,
    claim: Claim,
    event: str,
    to_state: str,
    actor_id: int | None,
    *,
    second_id: int | None = None,
    reason: str = "",
    kind: str = "person",
    moves: bool = True,
    previous: str | None = None,
) -> None:
    """Take a step by SQL alone: the claim's row and one event, in one transaction."""
    digest = secrets.token_hex(32)
    fresh = Claim.objects.get(pk=claim.pk)
    try:
        with connection.cursor() as cursor:
            if moves:
                cursor.execute(
                    "UPDATE claims_claim SET state = %s, event_count = event_count + 1, "
                    "head_digest = %s WHERE id = %s",
                    [to_state, digest, claim.pk],
                )
            cursor.execute(
                "INSERT INTO claims_claimevent (claim_id, seq, event, from_state, to_state, "
                "actor_person_id, second_person_id, actor_kind, role, reason_code, note, facts, "
                "occurred_at, previous_digest, digest) VALUES "
                "(%s, %s, %s, %s, %s, %s, %s, %s, 'x', %s, '', '{}', core_now(), %s, %s)",
                [
                    claim.pk,
                    fresh.event_count + 1,
                    event,
                    fresh.state,
                    to_state,
                    actor_id,
                    second_id,
                    kind,
                    reason,
                    fresh.head_digest if previous is None else previous,
                    digest,
                ],
            )
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def _id(world: World, name: str) -> int:
    person_id = world.actors[name].person_id
    assert person_id is not None
    return person_id


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
        _run(app_connection, LEAP, claim.pk)
    with refused("permission denied"):
        _run(app_connection, "UPDATE claims_edge SET target = 'paid'")
    with refused("permission denied"):
        _run(
            app_connection,
            "INSERT INTO claims_edge (step, source, target, duty, needs_second_person, "
            "leaves_final) VALUES ('leap', 'filed', 'paid', 'machine', false, false)",
        )
    with refused("begins as a draft"):
        _run(
            app_connection,
            "INSERT INTO claims_claim SELECT (c).* FROM (SELECT c FROM claims_claim c) x",
        )


def test_without_the_guard_a_leap_goes_through(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with _without(drop_guard, ROW, MATCH):
        _run(app_connection, LEAP, claim.pk)
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
        _run(app_connection, SILENT, claim.pk)
    with refused("counts one event"):
        _run(
            app_connection,
            "UPDATE claims_claim SET state = 'under_review' WHERE id = %s",
            claim.pk,
        )
    assert Claim.objects.get(pk=claim.pk).state == State.FILED


def test_without_the_guard_a_silent_change_goes_through(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with _without(drop_guard, MATCH):
        _run(app_connection, SILENT, claim.pk)
        assert verify_chain(Claim.objects.get(pk=claim.pk)) != []


def test_an_event_without_its_change_or_off_the_chain_is_refused(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.filed()
    reviewer = _id(world, "reviewer")
    with refused("does not describe"):
        _step(app_connection, claim, "skip_investigation", "under_review", reviewer, moves=False)
    with refused("does not follow"):
        _step(
            app_connection, claim, "skip_investigation", "under_review", reviewer, previous="f" * 64
        )
    _step(app_connection, claim, "skip_investigation", "under_review", reviewer)


def test_without_the_chain_guard_the_log_forks(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with _without(drop_guard, CHAIN):
        reviewer = _id(world, "reviewer")
        _step(
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
        _run(app_connection, sql)


def test_a_filed_claim_is_never_deleted(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.filed()
    with refused("only a draft is erased"):
        _run(app_connection, "DELETE FROM claims_claim WHERE id = %s", claim.pk)


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
    second_id = _id(world, second) if second else None
    with refused("two people and a reason"):
        _step(
            app_connection,
            claim,
            "reopen",
            "under_review",
            _id(world, "ombudsman"),
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
    with _without(drop_guard, EDGE):
        _step(app_connection, claim, "reopen", "under_review", _id(world, "ombudsman"))
        assert Claim.objects.get(pk=claim.pk).state == State.UNDER_REVIEW


# 6: references are unique, keep their form, and tell nothing


def test_references_are_unique_fixed_and_of_one_form(
    world: World, app_connection: Connection, refused: Any
) -> None:
    first, second = world.filed(), world.filed()
    with refused("keeps its references"):
        _run(
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
        _run(app_connection, COPY, claim.pk)


def test_without_the_constraint_it_goes_through(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.draft()
    drop = "ALTER TABLE claims_claim DROP CONSTRAINT claims_claim_reference_key"
    restore = (
        "ALTER TABLE claims_claim ADD CONSTRAINT claims_claim_reference_key UNIQUE (reference)"
    )
    with drop_guard(drop, restore):
        _run(app_connection, COPY, claim.pk)
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
        _run(app_connection, RAISE, claim.pk)
    with refused("comes with an approval"):
        _run(
            app_connection,
            "UPDATE claims_claim SET aid_cents = 1, revision = revision + 1 WHERE id = %s",
            claim.pk,
        )


def test_without_the_guard_the_amount_moves(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.claim_in(State.ON_NOTICE)
    with _without(drop_guard, KEEPS):
        _run(app_connection, RAISE, claim.pk)
        assert Claim.objects.get(pk=claim.pk).aid_cents == 30_000_001


def test_the_rulebook_version_stays(world: World, app_connection: Connection, refused: Any) -> None:
    claim = world.filed()
    other = world.members.versions[0].pk
    with refused("keeps its rulebook version"):
        _run(app_connection, REBIND, other, claim.pk)
    with refused("keeps its rulebook version"):
        _run(app_connection, REBIND, None, claim.pk)


def test_without_the_guard_the_rulebook_version_moves(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    other = world.members.versions[0].pk
    with _without(drop_guard, KEEPS):
        _run(app_connection, REBIND, other, claim.pk)
        assert Claim.objects.get(pk=claim.pk).rulebook_version_id == other


# 10, 11, 12: separation of duties


def _denial_recommended(world: World) -> Claim:
    claim = world.claim_in(State.UNDER_REVIEW)
    services.recommend(
        reference=claim.reference,
        actor=world.reviewer,
        now=world.tick(),
        outcome="deny",
        amount_cents=30_000_000,
        answers=world.answers_for(claim, "not_met"),
        clauses=["2.1"],
        reasons="病历未能证明给付条件。",
    )
    return claim


@pytest.mark.parametrize("who", ["reviewer", "investigator"])
def test_who_recommended_or_investigated_does_not_decide(
    world: World, app_connection: Connection, refused: Any, who: str
) -> None:
    claim = _denial_recommended(world)
    with refused("another duty"):
        _step(app_connection, claim, "deny", "denied", _id(world, who))
    _step(app_connection, claim, "deny", "denied", _id(world, "reviewer2"))


def test_without_the_guard_one_person_recommends_and_decides(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = _denial_recommended(world)
    with _without(drop_guard, DUTIES):
        _step(app_connection, claim, "deny", "denied", _id(world, "reviewer"))
        assert Claim.objects.get(pk=claim.pk).state == State.DENIED


PAY = {"event": "instruct_payout", "to_state": "in_payment", "reason": "instructed"}


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ("reviewer", "finance", "another duty"),
        ("finance", "reviewer2", "another duty"),
        ("finance", "investigator", "another duty"),
        ("finance", "finance", "two people"),
        ("finance", None, "two people"),
    ],
)
def test_who_pays_neither_investigated_nor_decided_and_two_pay(
    world: World,
    app_connection: Connection,
    refused: Any,
    first: str,
    second: str | None,
    words: str,
) -> None:
    claim = world.claim_in(State.FUNDED)
    second_id = _id(world, second) if second else None
    with refused(words):
        _step(app_connection, claim, actor_id=_id(world, first), second_id=second_id, **PAY)


def test_without_the_guard_who_decided_pays(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.claim_in(State.FUNDED)
    with _without(drop_guard, DUTIES):
        _step(
            app_connection,
            claim,
            actor_id=_id(world, "reviewer2"),
            second_id=_id(world, "reviewer"),
            **PAY,
        )
        assert Claim.objects.get(pk=claim.pk).state == State.IN_PAYMENT


def test_nobody_acts_where_they_are_a_party_kin_or_conflicted(
    world: World, app_connection: Connection, refused: Any
) -> None:
    claim = world.filed()
    services.declare_conflict(
        reference=claim.reference, actor=world.reviewer3, now=world.tick(), reason="同乡"
    )
    for who in ("claimant", "kin", "reviewer3"):
        with refused("concerns them"):
            _step(app_connection, claim, "skip_investigation", "under_review", _id(world, who))
    with refused("the claimant's own step"):
        _step(app_connection, claim, "withdraw", "withdrawn", _id(world, "kin"))


def test_without_the_guard_kin_acts(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with _without(drop_guard, DUTIES):
        _step(app_connection, claim, "skip_investigation", "under_review", _id(world, "kin"))
        assert Claim.objects.get(pk=claim.pk).state == State.UNDER_REVIEW
