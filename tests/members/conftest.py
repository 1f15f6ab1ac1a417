"""The members' world as a fixture."""

import pytest

from tests.members.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    """A plan with its rules, and people on demand."""
    return make_world()
