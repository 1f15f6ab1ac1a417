"""Every edge of the graph is taken once by its rightful actor, and logged."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from claims import services
from claims.models import Claim
from claims.queries import verify_chain
from claims.states import EDGES, Edge, State
from core.actor import BANK, CLOCK, Actor
from core.zone import add_days
from tests.claims.calls import CALLS, go_past
from tests.worlds import DISEASE, World
from tests.worlds_claims import wind_down

_PLAIN = [edge for edge in EDGES if edge.step != "supply_information" and edge.source != "draft"]


def _remind(world: World, claim: Claim) -> None:
    services.remind_of_information(reference=claim.reference, actor=CLOCK, now=world.now)
    go_past(world, claim)


PREPARED: dict[str, Callable[[World, Claim], None]] = {
    "lapse": _remind,
    "let_stand": go_past,
    "leave_unclaimed": go_past,
    "close_unfunded": lambda world, _claim: wind_down(world),
}


def _actor(world: World, edge: Edge) -> Actor:
    if "claimant" in edge.roles:
        return world.claimant
    if "clock" in edge.roles:
        return CLOCK
    if "bank" in edge.roles:
        return BANK
    role = max(edge.roles)
    if role == "reviewer":
        # Who recommended recommends again; everything else is for somebody not yet involved.
        return world.reviewer if edge.step == "recommend" else world.reviewer3
    return world.actors[role]


@pytest.mark.parametrize("edge", _PLAIN, ids=lambda edge: f"{edge.step}-{edge.source}")
def test_the_edge_is_taken_and_logged(world: World, edge: Edge) -> None:
    claim = world.outside() if edge.step == "skip_investigation" else _ready(world, edge)
    if edge.step in PREPARED:
        PREPARED[edge.step](world, claim)
    actor = _actor(world, edge)
    before = claim.event_count
    world.tick()
    if edge.second_person and edge.step != "instruct_payout":
        CALLS[edge.step](world, claim, world.ombudsman)
        waiting = Claim.objects.get(pk=claim.pk)
        assert (waiting.state, waiting.event_count) == (edge.source, before)
    CALLS[edge.step](world, claim, actor)
    moved = Claim.objects.get(pk=claim.pk)
    event = moved.events.latest("seq")
    assert moved.state == edge.target
    assert (event.event, event.from_state, event.to_state) == (edge.step, edge.source, edge.target)
    assert moved.event_count == before + 1
    assert (event.second_person_id is not None) is edge.second_person
    assert verify_chain(moved) == []


def _ready(world: World, edge: Edge) -> Claim:
    """A claim in the edge's source whose recommendation fits the step."""
    if edge.step in ("deny", "refer_to_jury"):
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
        return Claim.objects.get(pk=claim.pk)
    return world.claim_in(edge.source)


@pytest.mark.parametrize(
    "came_from", ["filed", "under_investigation", "under_review", "under_final_review"]
)
def test_an_answer_goes_back_to_where_the_question_came_from(world: World, came_from: str) -> None:
    claim = world.claim_in(came_from)
    due_at, asked_at = claim.due_at, world.tick()
    services.request_information(
        reference=claim.reference,
        actor=world.reviewer3,
        now=asked_at,
        questions="请补充。",
        deadline_on=add_days(world.today(), 20),
    )
    answered_at = world.tick(48)
    services.supply_information(
        reference=claim.reference, actor=world.claimant, now=answered_at, answer="见附件。"
    )
    back = Claim.objects.get(pk=claim.pk)
    assert back.state == came_from
    assert back.clock_paused_seconds == 48 * 3600
    assert due_at is not None
    assert back.due_at == due_at + timedelta(hours=48)


def test_filing_binds_the_rulebook_of_the_day_of_diagnosis_and_stores_eligibility(
    world: World,
) -> None:
    claim = world.filed()
    assert claim.rulebook_version is not None
    assert claim.rulebook_version.number == 2
    snapshot = claim.eligibility.get()
    assert (snapshot.is_eligible, snapshot.amount_cents, snapshot.band) == (
        True,
        30_000_000,
        "0–39",
    )
    assert snapshot.facts["disease_code"] == DISEASE
