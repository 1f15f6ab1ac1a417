"""A server of a test's own, in a data home of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.postgres import users
from config.postgres.home import PostgresHome, home_of


@pytest.fixture
def home() -> Iterator[PostgresHome]:
    """Return a home without a server; whoever holds it starts one."""
    folder = Path(tempfile.mkdtemp(prefix="gd"))
    folder.chmod(0o755)
    found = home_of(folder)
    yield found
    users.release(found)
    assert users.wait_until_stopped(found)
    shutil.rmtree(folder)
