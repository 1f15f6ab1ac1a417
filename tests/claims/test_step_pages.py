"""The steps by page and by API: the same service, the same refusals, nothing lost."""

import json
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from claims.states import State
from claims.steps import CLAIMANT_STEPS, STEPS
from core.actor import SYSTEM
from members.services import create_account
from tests.worlds import World

HIDDEN = "好\u202e坏"
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def signed_in(world: World) -> Any:
    """`signed_in("reviewer")` gives that person's browser."""
    from members.models import Account

    def sign_in(name: str) -> Client:
        person = world.person(name)
        account = Account.objects.filter(person=person).first() or create_account(
            username=name, password="demo", person_id=person.pk, actor=SYSTEM, now=world.now
        )
        client = Client(headers={"accept-language": "en"})
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def _console(claim: Claim, step: str) -> str:
    return reverse("console_claim_step", args=[claim.reference, step])


def _mine(claim: Claim, step: str) -> str:
    return reverse("me_claim_step", args=[claim.reference, step])


def _api(claim: Claim, step: str) -> str:
    return reverse("api_claim_step", args=[claim.reference, step])


def _fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


FROM = {
    "open_investigation": (State.FILED, "reviewer"),
    "skip_investigation": (State.FILED, "reviewer"),
    "report_findings": (State.UNDER_INVESTIGATION, "investigator"),
    "recommend": (State.UNDER_REVIEW, "reviewer"),
    "approve": (State.UNDER_FINAL_REVIEW, "reviewer2"),
    "deny": (State.UNDER_FINAL_REVIEW, "reviewer2"),
    "send_back": (State.UNDER_FINAL_REVIEW, "reviewer2"),
    "request_information": (State.UNDER_REVIEW, "reviewer"),
    "reinvestigate": (State.UNDER_REVIEW, "reviewer"),
    "review_dispute": (State.DISPUTED, "reviewer3"),
    "supply_information": (State.INFORMATION_REQUESTED, "claimant"),
    "dispute": (State.DENIED, "claimant"),
    "withdraw_dispute": (State.DISPUTED, "claimant"),
    "resume": (State.UNCLAIMED, "claimant"),
    "withdraw": (State.FILED, "claimant"),
    "halt": (State.CLEARED, "ombudsman"),
    "close_unfunded": (State.CLEARED, "ombudsman"),
    "reopen": (State.LAPSED, "ombudsman"),
    "change_claimant": (State.FILED, "ombudsman"),
}


def test_every_step_with_a_page_is_tried() -> None:
    assert set(FROM) == set(STEPS) - {"file"}


@pytest.mark.parametrize("step", FROM)
def test_the_page_opens_in_both_languages_and_refuses_an_empty_form(
    world: World, signed_in: Any, step: str
) -> None:
    state, who = FROM[step]
    claim = world.claim_in(state)
    url = _mine(claim, step) if step in CLAIMANT_STEPS else _console(claim, step)
    client = signed_in(who)
    for language in ("en", "zh-hans"):
        page = client.get(url, headers={"accept-language": language})
        assert page.status_code == 200, (step, page.status_code)
        assert f'lang="{"zh-Hans" if language == "zh-hans" else "en"}"' in page.text
    if step in ("withdraw", "withdraw_dispute", "deny"):
        return  # these ask nothing that must be answered
    answer = client.post(url, {})
    assert answer.status_code == 422
    assert _fresh(claim).event_count == claim.event_count


@pytest.mark.parametrize("step", FROM)
def test_hidden_characters_are_refused_and_what_was_typed_stays(
    world: World, signed_in: Any, step: str
) -> None:
    state, who = FROM[step]
    claim = world.claim_in(state)
    url = _mine(claim, step) if step in CLAIMANT_STEPS else _console(claim, step)
    form = STEPS[step].form
    if form is None:
        return
    texts = [
        name
        for name, field in form.base_fields.items()
        if type(field).__name__ in ("ProseField", "LineField")
    ]
    answer = signed_in(who).post(url, dict.fromkeys(texts, HIDDEN))
    assert answer.status_code == 422
    assert _fresh(claim).event_count == claim.event_count
    if "This step cannot be taken now" in answer.text:
        return  # blocked whatever is entered: there is no form to keep the text in
    assert "direction of writing" in answer.text
    assert "好" in answer.text


def test_a_stranger_is_asked_to_sign_in_and_a_member_finds_nothing(
    world: World, signed_in: Any
) -> None:
    claim = world.filed()
    assert Client().get(_console(claim, "open_investigation")).status_code == 302
    client = signed_in("member")
    assert client.get(_console(claim, "open_investigation")).status_code == 404
    assert client.get(_mine(claim, "withdraw")).status_code == 404
    assert client.post(_mine(claim, "withdraw"), {}).status_code == 404
    assert signed_in("reviewer").get(_console(claim, "no_such_step")).status_code == 404


def test_a_page_shows_what_blocks_instead_of_a_form(world: World, signed_in: Any) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    page = signed_in("reviewer").get(_console(claim, "approve"))
    assert page.status_code == 200
    assert "A second reviewer must decide" in page.text


def test_the_page_takes_the_step_once_however_often_it_is_sent(
    world: World, signed_in: Any
) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    client = signed_in("reviewer2")
    body = {"amount_cents": "３００，０００", "idempotency_key": "k" * 20}
    for _time in range(3):
        answer = client.post(_console(claim, "approve"), body)
        assert answer.status_code == 303 or answer.status_code == 302
    moved = _fresh(claim)
    assert (moved.state, moved.aid_cents) == (State.APPROVED, 30_000_000)
    assert moved.event_count == claim.event_count + 1


def test_who_comes_too_late_is_told_where_the_claim_stands(world: World, signed_in: Any) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    client = signed_in("reviewer3")
    assert client.post(_console(claim, "send_back"), {"note": "缺报告"}).status_code in (302, 303)
    late = client.post(_console(claim, "approve"), {"amount_cents": "300000"})
    assert late.status_code == 409
    assert "Under review" in late.text


# By API


def _post(client: Client, url: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json", headers={**headers})


def test_findings_and_recommendation_by_api(world: World, signed_in: Any) -> None:
    claim = world.claim_in(State.UNDER_INVESTIGATION)
    answers = {f"criterion_{code}": "met" for code in world.answers_for(claim)}
    body = {**answers, "summary": "属实。", "cost_cents": "960.50"}
    answer = _post(signed_in("investigator"), _api(claim, "report_findings"), body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "under_review"
    body = {
        **answers,
        "outcome": "approve",
        "amount_cents": "300000",
        "clauses": ["2.1"],
        "reasons": "符合条款的全部给付条件。",
    }
    answer = _post(signed_in("reviewer"), _api(claim, "recommend"), body)
    assert answer.status_code == 200, answer.content
    recommendation = _fresh(claim).recommendations.get()
    assert recommendation.amount_cents == 30_000_000
    assert set(recommendation.answers.values()) == {"met"}


@pytest.mark.parametrize(
    ("who", "step", "body", "status", "code"),
    [
        ("reviewer", "approve", {"amount_cents": "300000"}, 403, "recommender_never_decides"),
        ("reviewer2", "approve", {"amount_cents": "1"}, 422, "not_as_recommended"),
        ("reviewer2", "recommend", None, 409, "wrong_state"),
        ("finance", "approve", {"amount_cents": "300000"}, 403, "not_your_role"),
    ],
)
def test_refusals_are_problems_with_the_services_code(
    world: World, signed_in: Any, who: str, step: str, body: Any, status: int, code: str
) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    if body is None:
        body = {f"criterion_{one}": "met" for one in world.answers_for(claim)}
        body |= {
            "outcome": "approve",
            "amount_cents": "300000",
            "clauses": ["2.1"],
            "reasons": "好。",
        }
    answer = _post(signed_in(who), _api(claim, step), body)
    assert answer.status_code == status, answer.content
    assert answer.json()["code"] == code
    if status == 409:
        assert answer.json()["state"] == "under_final_review"
    assert _fresh(claim).event_count == claim.event_count


def test_a_draft_is_answered_and_filed_by_api(world: World, signed_in: Any) -> None:
    claim = world.draft(city="")
    client = signed_in("claimant")
    answer = _post(client, _api(claim, "save_draft"), {"city": "长沙"})
    assert answer.status_code == 200, answer.content
    assert _fresh(claim).city == "长沙"
    bad = _post(client, _api(claim, "save_draft"), {"first_diagnosed_on": "2999-01-01"})
    assert bad.status_code == 422 or bad.status_code == 400
    assert _post(client, _api(claim, "file"), {"declared": True}).status_code == 200
    assert _fresh(claim).state == State.FILED


def test_the_log_is_read_with_its_digests(world: World, signed_in: Any) -> None:
    claim = world.claim_in(State.APPROVED)
    url = reverse("api_claim_events", args=[claim.reference])
    rows = signed_in("claimant").get(url).json()["results"]
    assert [row["event"] for row in rows] == [
        "file",
        "open_investigation",
        "report_findings",
        "recommend",
        "approve",
    ]
    assert all(row["previous_digest"] == before["digest"] for before, row in pairwise(rows))
    assert "actor" not in json.dumps(rows)
    assert signed_in("member").get(url).status_code == 404


def test_a_proposal_by_api_says_that_it_waits(world: World, signed_in: Any) -> None:
    claim = world.claim_in(State.CLEARED)
    body = {"reason_code": "suspected_fraud", "note": "账户可疑。"}
    first = _post(signed_in("ombudsman"), _api(claim, "halt"), body)
    assert (first.json()["state"], first.json()["waits_for_second_person"]) == ("cleared", True)
    second = _post(signed_in("reviewer3"), _api(claim, "halt"), body)
    assert second.json()["state"] == "under_investigation"
    assert second.json()["waits_for_second_person"] is False
