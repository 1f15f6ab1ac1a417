"""Every address × method × role × (own, another's, absent object) against the reviewed table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import resolve

from tests import databases
from tests.journeys.access import METHODS, ROLES, Address, Sweep, addresses
from tests.journeys.access_table import PAGES
from tests.journeys.access_table_api import RESOURCES
from tests.journeys.access_table_figures import FIGURES
from tests.journeys.access_table_jury import JURY
from tests.journeys.access_table_messages import MESSAGES
from tests.journeys.scenery import make_scenery
from tests.journeys.world import make_journey_world

pytestmark = pytest.mark.xdist_group("every_url")

Table = dict[str, dict[tuple[str, str], dict[str, int]]]


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sweep]:
    """One world for the whole sweep; every request in it is undone."""
    with django_db_blocker.unblock():
        yield Sweep(make_scenery(make_journey_world()))
        databases.empty()


def read_table(text: str) -> Table:
    """Read paragraphs: names of addresses, then a line for each method and its objects."""
    table: Table = {}
    for paragraph in text.replace("\n    ", " ").split("\n\n"):
        lines = [line for line in paragraph.strip("\n").split("\n") if not line.startswith("#")]
        names = [name for line in lines if not line.startswith("  ") for name in line.split()]
        rules: dict[tuple[str, str], dict[str, int]] = {}
        for line in lines:
            if line.startswith("  "):
                what, _colon, said = line.strip().partition(": ")
                method, *objects = what.split()
                rules |= {(method, one): _expected(said) for one in objects}
        for name in names:
            assert name not in table, f"{name} has two rows"
            table[name] = rules
    return table


def _expected(said: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in said.split(";"):
        *roles, status = part.split()
        wanted = ROLES if roles == ["*"] else roles
        found |= {role: int(status) for role in wanted if role not in found}
    return found


TABLE: Table = {}
for one in (PAGES, JURY, RESOURCES, MESSAGES, FIGURES):
    TABLE |= read_table(one)


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert {address.name for address in addresses()} == set(TABLE)


def test_every_address_leads_to_its_own_page(sweep: Sweep) -> None:
    hidden = []
    for address in addresses():
        found = resolve(sweep.path(address, "own"))
        if address.name not in (found.url_name, found.view_name):
            hidden.append(f"{address.name} is hidden by {found.view_name}")
    assert hidden == []


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_answered_as_the_table_says(sweep: Sweep, role: str) -> None:
    faults = [fault for address in addresses() for fault in _faults(sweep, role, address)]
    assert not faults, "\n".join(faults)


def _faults(sweep: Sweep, role: str, address: Address) -> Iterator[str]:
    for which in sweep.objects_of(address):
        path = sweep.path(address, which)
        for method in METHODS:
            wanted = TABLE[address.name][(method, which)][role]
            status = sweep.ask(role, method, path).status_code
            if status != wanted:
                yield f"{role} {method} {path} ({which}): {status}, not {wanted}"
