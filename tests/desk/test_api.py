"""The claim as an API resource: visible to whom it may be, with every app's steps."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim
from claims.states import State
from tests.desk.conftest import SignIn
from tests.worlds import World

CLAIMS = "/api/v1/claims/"


def _body(answer: Any) -> Any:
    return json.loads(answer.content)


def _names(answer: Any) -> set[str]:
    return {offer["name"] for offer in _body(answer)["available_steps"]}


def test_a_claim_lists_the_steps_of_every_app_with_fields_and_blockers(
    world: World, signed_in: SignIn
) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    answer = signed_in("reviewer2").get(reverse("api_claim", args=[claim.reference]))
    offers = {offer["name"]: offer for offer in _body(answer)["available_steps"]}
    assert {"approve", "deny", "send_back", "refer_to_jury"} <= set(offers)
    assert offers["approve"]["blockers"] == []
    assert offers["deny"]["blockers"][0]["code"] == "recommendation_is_approval"
    assert [field["name"] for field in offers["send_back"]["fields"]] == ["note"]
    assert offers["approve"]["link"] == f"{CLAIMS}{claim.reference}/steps/approve/"


@pytest.mark.parametrize(
    ("state", "name", "step"),
    [
        (State.APPROVED, "reviewer", "prepare_redaction"),
        (State.DISPUTED, "jury_officer", "open_hearing"),
        (State.FUNDED, "finance", "prepare_payouts"),
        (State.PAYOUT_RETURNED, "claimant", "correct_account"),
    ],
)
def test_a_step_of_an_upper_app_leads_to_that_apps_resource(
    world: World, signed_in: SignIn, state: str, name: str, step: str
) -> None:
    claim = world.claim_in(state)
    client = signed_in(name)
    offers = _body(client.get(reverse("api_claim", args=[claim.reference])))["available_steps"]
    found = next(offer for offer in offers if offer["name"] == step)
    assert client.get(found["page"]).status_code == 200
    assert client.post(found["link"], "[]", content_type="application/json").status_code != 404


def test_the_claim_links_its_own_resources(world: World, signed_in: SignIn) -> None:
    claim = world.filed()
    client = signed_in("claimant")
    body = _body(client.get(reverse("api_claim", args=[claim.reference])))
    assert client.get(body["evidence"]).status_code == 200
    assert client.get(body["events"]).status_code == 200
    assert client.get(body["url"]).status_code == 200
    assert set(body["guidance"]) == {"happening", "who_acts", "by_when", "you_can"}
    assert _names(client.get(body["url"])) == {"withdraw"}


def test_nobody_reads_a_claim_they_may_not_know_of(world: World, signed_in: SignIn) -> None:
    claim = world.filed()
    url = reverse("api_claim", args=[claim.reference])
    for name in ("member", "investigator", "admin"):
        client = signed_in(name)
        assert client.get(url).status_code == 404, name
        assert _body(client.get(CLAIMS))["results"] == [], name
    for name in ("claimant", "reviewer", "auditor"):
        assert signed_in(name).get(url).status_code == 200, name


def test_a_stranger_is_asked_for_a_token(world: World, client: Any) -> None:
    assert client.get(CLAIMS).status_code in (401, 403)


def test_posting_starts_a_draft_once_for_a_key(world: World, signed_in: SignIn) -> None:
    client = signed_in("claimant")
    body = json.dumps({"membership": world.membership.reference})
    answers = [
        client.post(
            CLAIMS, body, content_type="application/json", headers={"idempotency-key": "draft-1"}
        )
        for _time in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    claim = Claim.objects.get()
    assert answers[0]["Location"] == reverse("api_claim", args=[claim.reference])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"membership": ""},
        {"membership": "M-0000-0000"},
        {"membership": "C-0000-0000"},
        {"membership": "x" * 5000},
        {"membership": "坏\u202e人"},
        {"membership": 7},
        {"unknown": "field"},
        [],
    ],
)
def test_a_wrong_body_is_refused_and_nothing_is_written(
    world: World, signed_in: SignIn, body: Any
) -> None:
    answer = signed_in("claimant").post(CLAIMS, json.dumps(body), content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"].startswith("application/problem+json")
    assert not Claim.objects.exists()


def test_nobody_files_for_a_stranger(world: World, signed_in: SignIn) -> None:
    body = json.dumps({"membership": world.membership.reference})
    answer = signed_in("member").post(CLAIMS, body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert not Claim.objects.exists()


def test_the_list_is_paged_by_its_own_link_and_keeps_its_filter(
    world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desk.api.PAGE_SIZE", 2)
    wanted = {world.filed().reference for _number in range(5)}
    world.claim_in(State.UNDER_REVIEW)
    client, url, seen = signed_in("reviewer"), f"{CLAIMS}?state=filed", []
    while url and len(seen) < 9:
        body = _body(client.get(url))
        seen += [row["reference"] for row in body["results"]]
        url = body["next"]
    assert (len(seen), set(seen)) == (5, wanted)


@pytest.mark.parametrize("query", ["state=nonsense", "after=nonsense"])
def test_a_wrong_filter_is_no_error(world: World, signed_in: SignIn, query: str) -> None:
    assert signed_in("reviewer").get(f"{CLAIMS}?{query}").status_code == 200


def test_the_list_takes_the_same_queries_whatever_the_rows(world: World, signed_in: SignIn) -> None:
    world.filed()
    client = signed_in("reviewer")
    with CaptureQueriesContext(connection) as few:
        client.get(CLAIMS)
    for _number in range(4):
        world.filed()
    with CaptureQueriesContext(connection) as many:
        client.get(CLAIMS)
    assert len(few) == len(many) <= 6
