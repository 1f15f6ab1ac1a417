"""The jury's own world for each test, with a clock that the test moves."""

import pytest

from tests.worlds_jury import JuryWorld, make_jury_world


@pytest.fixture
def world(transactional_db: None) -> JuryWorld:
    """A plan, its staff and fourteen jurors."""
    return make_jury_world()
