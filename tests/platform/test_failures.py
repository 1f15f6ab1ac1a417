"""Where no view answers: problem documents under /api/, pages elsewhere."""

import pytest
from django.test import Client

PROBLEM = "application/problem+json"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/", "/api/v2/claims/", "/api/v1/no/such/thing/"])
def test_an_absent_resource_is_a_problem(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert answer.json()["code"] == "not_found"


def test_an_absent_page_is_a_page() -> None:
    answer = Client().get("/no/such/page/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_a_problem_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise LookupError("gone")

    monkeypatch.setattr("members.api.plans_with_versions", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/plans/")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert answer.json()["code"] == "failed"
    assert "gone" not in answer.content.decode()
