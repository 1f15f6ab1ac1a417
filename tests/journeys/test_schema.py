"""The API against its own OpenAPI document: made-up requests, no server error, answers as told."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from rest_framework.authtoken.models import Token
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from claims.models import Claim
from claims.states import State
from config.wsgi import application
from core.actor import SYSTEM
from members import services as member_services
from tests.worlds import World, make_world

EXAMPLES = 4
# The harness drops uploads of refused requests without closing them; servers close each answer.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
CHECKS = (not_a_server_error, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def schema() -> Any:
    """The API's own description of itself."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    found = schemathesis.openapi.from_dict(document)
    found.app = application
    return found


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A claim under review, so that every other request asks for something that is there.

    The connection stays open between requests, as Django's own test client keeps it.
    """
    found = make_world()
    found.claim_in(State.UNDER_REVIEW)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield found
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def token_of(world: World, role: str) -> str:
    """The token of somebody with a role."""
    account = member_services.create_account(
        username=f"schema-{role}",
        password="demo",
        person_id=world.actors[role].person_id,
        actor=SYSTEM,
        now=world.now,
    )
    return Token.objects.create(user=account).key


def fuzz(schema: Any, headers: dict[str, str]) -> int:
    """Ask every operation a few made-up things; each request is undone. Returns how many."""
    asked = 0
    there = Claim.objects.get().reference
    for found in schema.get_all_operations():
        operation = found.ok()

        @hypothesis_settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            if asked % 2 and "/claims/{reference}/" in case.operation.path:
                case.path_parameters["reference"] = there
            with transaction.atomic():
                answer = case.call(headers={**headers, "Host": "testserver"})
                transaction.set_rollback(True)
            case.validate_response(answer, checks=CHECKS)

        ask()
    return asked


def test_nobody_in_particular_breaks_nothing(schema: Any, world: World) -> None:
    assert fuzz(schema, {}) > 100


def test_a_reviewer_breaks_nothing(schema: Any, world: World) -> None:
    headers = {"Authorization": f"Token {token_of(world, 'reviewer3')}"}
    assert fuzz(schema, headers) > 100


def test_the_document_describes_every_resource(schema: Any) -> None:
    assert settings.SPECTACULAR_SETTINGS["SERVE_PERMISSIONS"]
    paths = set(schema.raw_schema["paths"])
    assert {"/api/v1/claims/", "/api/v1/token/", "/api/v1/hearings/{reference}/ballot/"} <= paths
