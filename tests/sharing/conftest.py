"""The world of these tests."""

import pytest

from tests.worlds_money import MoneyWorld, make_money_world


@pytest.fixture
def world(db: None) -> MoneyWorld:
    """A plan, its members, and everybody who has a part in paying."""
    return make_money_world()
