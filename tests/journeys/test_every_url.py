"""Every address × method × role × (own, another's, absent object) against the reviewed table."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import resolve

from tests import databases
from tests.journeys.access import METHODS, ROLES, Address, Sweep, addresses
from tests.journeys.scenery import make_scenery
from tests.journeys.world import make_journey_world

pytestmark = pytest.mark.xdist_group("every_url")


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sweep]:
    """One world for the whole sweep; every request in it is undone."""
    with django_db_blocker.unblock():
        yield Sweep(make_scenery(make_journey_world()))
        databases.empty()


def test_dump(sweep):
    out = {}
    shadows = []
    for address in addresses():
        for which in sweep.objects_of(address):
            path = sweep.path(address, which)
            m = resolve(path.split("?")[0])
            if m.url_name != address.name and m.view_name != address.name:
                shadows.append((address.name, path, m.view_name))
            for method in METHODS:
                for role in ROLES:
                    out.setdefault(address.name, {}).setdefault(f"{method} {which}", {})[role] = sweep.ask(role, method, path).status_code
    json.dump({"out": out, "shadows": shadows}, open("/tmp/gd-access.json", "w"), indent=1)
