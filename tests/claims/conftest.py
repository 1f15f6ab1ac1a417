"""The claims' world as a fixture."""

import pytest

from tests.worlds import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A plan, its staff, a claimant."""
    return make_world()
