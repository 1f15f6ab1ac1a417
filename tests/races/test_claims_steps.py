"""Of steps taken at once on one claim one wins, and nobody gets two roles (promises 3, 10)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from claims import services
from claims.models import Claim, Decision, Proposal, Recommendation
from claims.queries import verify_chain
from claims.states import State
from core.actor import CLOCK
from core.deadlines import sweep
from core.errors import Blocked, NotAllowed, WrongState
from tests.claims.calls import CALLS, go_past
from tests.worlds import World, make_world

Threads = Callable[[int, Callable[[int], Any]], list[Any]]
CLIENTS = 8


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world, committed."""
    return make_world()


def _fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


@pytest.mark.parametrize(
    ("state", "step", "who"),
    [
        (State.DRAFT, "file", "claimant"),
        (State.FILED, "open_investigation", "reviewer3"),
        (State.UNDER_INVESTIGATION, "report_findings", "investigator"),
        (State.UNDER_REVIEW, "recommend", "reviewer"),
        (State.UNDER_FINAL_REVIEW, "approve", "reviewer3"),
        (State.DENIED, "dispute", "claimant"),
        (State.CLEARED, "fund", "clock"),
    ],
)
def test_eight_clients_take_one_step_once(
    world: World, in_threads: Threads, state: str, step: str, who: str
) -> None:
    claim = world.claim_in(state)
    actor = CLOCK if who == "clock" else world.actors[who]
    before = claim.event_count
    results = in_threads(CLIENTS, lambda _index: CALLS[step](world, claim, actor))
    refused = [result for result in results if isinstance(result, Exception)]
    assert len(refused) == CLIENTS - 1
    assert all(isinstance(refusal, WrongState) for refusal in refused), refused
    assert {refusal.extra["state"] for refusal in refused} == {_fresh(claim).state}
    assert _fresh(claim).event_count == before + 1
    assert verify_chain(_fresh(claim)) == []


def test_approving_and_sending_back_at_once_leaves_one_decision(
    world: World, in_threads: Threads
) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)

    def act(index: int) -> Any:
        step = "approve" if index % 2 else "send_back"
        actor = world.reviewer2 if index % 2 else world.reviewer3
        return CALLS[step](world, claim, actor)

    results = in_threads(CLIENTS, act)
    assert sum(isinstance(result, Claim) for result in results) == 1
    assert Decision.objects.filter(claim=claim).count() == 1
    assert _fresh(claim).state in (State.APPROVED, State.UNDER_REVIEW)


def test_one_person_never_recommends_and_approves_however_fast(
    world: World, in_threads: Threads
) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)

    def act(index: int) -> Any:
        return CALLS["approve" if index % 2 else "recommend"](world, claim, world.reviewer3)

    results = in_threads(CLIENTS, act)
    assert sum(isinstance(result, Claim) for result in results) == 1
    assert Recommendation.objects.filter(claim=claim).count() == 1
    assert Decision.objects.filter(claim=claim).count() == 0
    assert _fresh(claim).state == State.UNDER_FINAL_REVIEW
    assert all(
        isinstance(result, Claim | WrongState | NotAllowed | Blocked) for result in results
    ), results


def test_two_people_proposing_at_once_make_one_proposal_and_one_halt(
    world: World, in_threads: Threads
) -> None:
    claim = world.claim_in(State.CLEARED)

    def act(index: int) -> Any:
        return CALLS["halt"](world, claim, world.ombudsman if index % 2 else world.reviewer3)

    in_threads(CLIENTS, act)
    halted = _fresh(claim)
    assert halted.state == State.UNDER_INVESTIGATION
    assert Proposal.objects.filter(claim=claim, outcome="performed").count() == 1
    event = halted.events.latest("seq")
    assert event.second_person_id not in (None, event.actor_person_id)


def test_disputing_at_the_closing_instant_or_letting_stand_never_both(
    world: World, in_threads: Threads
) -> None:
    claim = world.claim_in(State.DENIED)
    assert claim.due_at is not None
    just_before, just_after = claim.due_at - timedelta(milliseconds=1), claim.due_at

    def act(index: int) -> Any:
        if index % 2:
            return services.let_denial_stand(reference=claim.reference, actor=CLOCK, now=just_after)
        return services.dispute_denial(
            reference=claim.reference,
            actor=world.claimant,
            now=just_before,
            grounds="不同意。",
            facts_in_dispute=["criteria"],
        )

    results = in_threads(CLIENTS, act)
    assert sum(isinstance(result, Claim) for result in results) == 1
    assert verify_chain(_fresh(claim)) == []


def test_sweeps_at_once_let_a_denial_stand_once(world: World, in_threads: Threads) -> None:
    claim = world.claim_in(State.DENIED)
    go_past(world, claim)
    in_threads(4, lambda _index: sweep(now=world.now))
    sweep(now=world.now)
    stood = _fresh(claim)
    assert stood.state == State.DENIED_FINALLY
    assert stood.events.filter(event="let_stand").count() == 1
