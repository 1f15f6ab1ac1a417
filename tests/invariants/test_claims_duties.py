"""Promises 10, 11 and 12 hold against raw SQL as the app role; the guard has its twins."""

from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from claims import services
from claims.models import Claim
from claims.states import State
from tests.invariants.claims_sql import DUTIES, id_of, step, without
from tests.worlds import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world, committed."""
    return make_world()


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
        step(app_connection, claim, "deny", "denied", id_of(world, who))
    step(app_connection, claim, "deny", "denied", id_of(world, "reviewer2"))


def test_without_the_guard_one_person_recommends_and_decides(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = _denial_recommended(world)
    with without(drop_guard, DUTIES):
        step(app_connection, claim, "deny", "denied", id_of(world, "reviewer"))
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
    second_id = id_of(world, second) if second else None
    with refused(words):
        step(app_connection, claim, actor_id=id_of(world, first), second_id=second_id, **PAY)


def test_without_the_guard_who_decided_pays(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.claim_in(State.FUNDED)
    with without(drop_guard, DUTIES):
        step(
            app_connection,
            claim,
            actor_id=id_of(world, "reviewer2"),
            second_id=id_of(world, "reviewer"),
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
            step(app_connection, claim, "skip_investigation", "under_review", id_of(world, who))
    with refused("the claimant's own step"):
        step(app_connection, claim, "withdraw", "withdrawn", id_of(world, "kin"))


def test_without_the_guard_kin_acts(
    world: World, app_connection: Connection, drop_guard: Any
) -> None:
    claim = world.filed()
    with without(drop_guard, DUTIES):
        step(app_connection, claim, "skip_investigation", "under_review", id_of(world, "kin"))
        assert Claim.objects.get(pk=claim.pk).state == State.UNDER_REVIEW
