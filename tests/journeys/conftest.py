"""The world of the journeys, and the sandbox bank as a process that calls back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import chromium, visitor  # noqa: F401 - fixtures of the browser
from tests.journeys.world import JourneyWorld, make_journey_world
from tests.payouts.banks import BankProcess, running_bank


@pytest.fixture
def world(transactional_db: None) -> JourneyWorld:
    """Everybody with an account, on the day of filing."""
    return make_journey_world()


@pytest.fixture
def bank(live_server: Any, settings: Any, tmp_path: Path) -> Iterator[BankProcess]:
    """The sandbox bank as a process of its own; its callbacks reach the live server."""
    with running_bank(tmp_path, f"{live_server.url}/api/v1/bank/callbacks/") as process:
        settings.BANK_URL = process.url
        yield process
