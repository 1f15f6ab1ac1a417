"""The disclosure world as a fixture; the database's clock is set back after each test."""

from collections.abc import Iterator

import pytest

from tests.worlds_disclosure import OPENS_AT, DisclosureWorld, make_disclosure_world, set_clock


@pytest.fixture
def world(db: None) -> Iterator[DisclosureWorld]:
    """A plan with its rules, staff and members, at the instant the notice opens."""
    set_clock(OPENS_AT)
    yield make_disclosure_world()
    set_clock(None)
