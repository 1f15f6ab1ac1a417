"""A claim reaches every state by the production services, and its log tells the way."""

import pytest

from claims.queries import events_of, verify_chain
from claims.states import State
from tests.worlds import World


@pytest.mark.parametrize("state", State.values)
def test_every_state_is_reached_and_the_log_folds_to_it(world: World, state: str) -> None:
    claim = world.claim_in(state)
    assert claim.state == state
    assert verify_chain(claim) == []
    assert claim.event_count == events_of(claim).count()
