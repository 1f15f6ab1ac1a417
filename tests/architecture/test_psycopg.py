"""psycopg 3 stays out: Django would silently take it instead of psycopg2."""

import importlib.util

from django.db.backends.postgresql.psycopg_any import is_psycopg3

from tests.architecture.source import ROOT


def test_django_uses_psycopg2():
    assert not is_psycopg3


def test_psycopg_3_is_not_installed():
    assert importlib.util.find_spec("psycopg") is None


def test_no_lock_names_psycopg_3():
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) == 3
    for lock in locks:
        names = {line.split("==")[0] for line in lock.read_text().splitlines() if "==" in line}
        assert not names & {"psycopg", "psycopg-binary", "psycopg-c", "psycopg-pool"}
        assert "psycopg2-binary" in names


def test_every_locked_package_has_hashes():
    for lock in ROOT.glob("requirements*.lock"):
        packages = [line for line in lock.read_text().splitlines() if "==" in line]
        assert packages
        assert all(line.endswith("\\") for line in packages), lock.name
