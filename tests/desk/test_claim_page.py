"""The claim on one page: what one may do, what blocks the rest, who waits for whom; few queries."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import services
from claims.models import Claim
from claims.states import NOT_FINAL, State
from core.zone import add_days
from tests.desk.conftest import SignIn
from tests.worlds import World

# What the page costs at most, whoever reads it and however much is known of the claim.
MOST_QUERIES = 45
STAFF = ("reviewer2", "investigator", "jury_officer", "finance", "ombudsman", "auditor")


def _page(claim: Claim) -> str:
    return reverse("console_claim", args=[claim.reference])


def _main(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
def test_the_page_opens_in_every_state_for_everybody_who_may_know_of_it(
    world: World, signed_in: SignIn, state: str
) -> None:
    claim = world.claim_in(state)
    for name in STAFF:
        answer = signed_in(name).get(_page(claim))
        was_sent = state != State.FILED
        expected = 200 if name != "investigator" or was_sent else 404
        assert answer.status_code == expected, (name, state)
        if expected == 200:
            assert claim.reference in _main(answer)


def test_a_draft_and_a_strangers_claim_do_not_exist(world: World, signed_in: SignIn) -> None:
    draft, filed = world.draft(), world.filed()
    assert signed_in("reviewer").get(_page(draft)).status_code == 404
    assert signed_in("investigator").get(_page(filed)).status_code == 404
    assert signed_in("admin").get(_page(filed)).status_code == 404
    assert signed_in("reviewer").get("/console/claims/C-0000-0000/").status_code == 404
    assert signed_in("member").get(_page(filed)).status_code == 403


def test_what_blocks_a_step_stands_beside_the_steps_one_may_take(
    world: World, signed_in: SignIn
) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    page = _main(signed_in("reviewer2").get(_page(claim)))
    assert reverse("console_claim_step", args=[claim.reference, "approve"]) in page
    assert "Cannot deny:" in page
    assert "The recommendation is to approve" in page
    own = _main(signed_in("reviewer").get(_page(claim)))
    assert reverse("console_claim_step", args=[claim.reference, "approve"]) not in own
    assert "A second reviewer must decide" in own


def test_no_button_is_offered_that_the_service_refuses(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    client = signed_in("reviewer")
    page = _main(client.get(_page(claim)))
    steps = re.findall(rf"/console/claims/{claim.reference}/steps/(\w+)/", page)
    assert {"recommend", "request_information", "reinvestigate"} <= set(steps)
    for step in steps:
        shown = _main(client.get(f"/console/claims/{claim.reference}/steps/{step}/"))
        assert "This step cannot be taken now" not in shown, step


def test_a_recommendation_says_who_waits_for_whom(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    name = world.person("reviewer").full_name
    other = _main(signed_in("reviewer2").get(_page(claim)))
    assert "Two people are needed" in other
    assert name in other
    assert "Waits for a second reviewer, to decide." in other
    own = _main(signed_in("reviewer").get(_page(claim)))
    assert "You cannot finish it yourself" in own


def test_a_proposal_says_who_made_it_why_and_who_may_confirm(
    world: World, signed_in: SignIn
) -> None:
    claim = world.claim_in(State.CLEARED)
    services.halt_claim(
        reference=claim.reference,
        actor=world.reviewer3,
        now=world.tick(),
        reason_code="suspected_fraud",
        note="同一病历在别处出现过。",
    )
    page = _main(signed_in("ombudsman").get(_page(claim)))
    assert world.person("reviewer3").full_name in page
    assert "同一病历在别处出现过。" in page
    assert "Waits for another person (Ombudsman, Reviewer), to confirm." in page
    assert reverse("console_claim_step", args=[claim.reference, "halt"]) in page
    own = _main(signed_in("reviewer3").get(_page(claim)))
    assert "You proposed this. A second person must confirm it." in own


def test_the_history_names_people_and_the_log_is_checked(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    page = _main(signed_in("auditor").get(_page(claim)))
    for name in ("reviewer", "investigator", "claimant"):
        assert world.person(name).full_name in page
    assert "The log is whole" in page


def test_eligibility_is_told_rule_by_rule_with_its_name(world: World, signed_in: SignIn) -> None:
    claim = world.outside()
    page = _main(signed_in("reviewer").get(_page(claim)))
    assert "Outside coverage when filed" in page
    assert "Waiting period" in page
    assert "waiting_period" not in page


def test_the_keys_lead_to_the_next_claim_of_the_queue(world: World, signed_in: SignIn) -> None:
    first, second = world.claim_in(State.UNDER_REVIEW), world.claim_in(State.UNDER_REVIEW)
    page = _main(signed_in("reviewer").get(_page(first)))
    assert f'href="{_page(second)}" rel="next"' in page
    assert "1 of 2" in page
    back = _main(signed_in("reviewer").get(_page(second)))
    assert f'href="{_page(first)}" rel="prev"' in back


def test_no_two_shortcuts_of_a_page_share_a_key(world: World, signed_in: SignIn) -> None:
    for state in (State.FILED, State.UNDER_REVIEW, State.UNDER_FINAL_REVIEW, State.APPROVED):
        claim = world.claim_in(state)
        for name in ("reviewer", "reviewer2"):
            page = _main(signed_in(name).get(_page(claim)))
            keys = re.findall(r'data-shortcut="(.)"', page)
            assert len(keys) == len(set(keys)), (state, keys)
            assert not {"j", "k"} & set(keys)


def test_an_auditor_reads_everything_and_is_offered_no_step(
    world: World, signed_in: SignIn
) -> None:
    for state in NOT_FINAL:
        if state == State.DRAFT:
            continue
        claim = world.claim_in(state)
        page = _main(signed_in("auditor").get(_page(claim)))
        assert "/steps/" not in page, state


def _much_happens(world: World, claim: Claim) -> None:
    """Ask and answer many times, and investigate again."""
    for _number in range(4):
        services.request_information(
            reference=claim.reference,
            actor=world.reviewer,
            now=world.tick(),
            questions="请补充病理报告。",
            deadline_on=add_days(world.today(), 20),
        )
        services.supply_information(
            reference=claim.reference, actor=world.claimant, now=world.tick(), answer="已补充。"
        )


@pytest.mark.parametrize("name", ["reviewer", "ombudsman", "finance", "auditor"])
def test_the_page_takes_a_bounded_number_of_queries_whatever_happened(
    world: World, signed_in: SignIn, name: str
) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    client = signed_in(name)
    assert client.get(_page(claim)).status_code == 200
    with CaptureQueriesContext(connection) as before:
        client.get(_page(claim))
    _much_happens(world, claim)
    client = signed_in(name)
    client.get(_page(claim))
    with CaptureQueriesContext(connection) as after:
        client.get(_page(claim))
    assert len(after) == len(before)
    assert len(after) <= MOST_QUERIES


def test_the_console_speaks_chinese(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    page = _main(signed_in("reviewer2", "zh-hans").get(_page(claim)))
    for words in ("需要两人", "提交时在保障范围内", "申请人看到的内容", "日志完整"):
        assert words in page
    visible = re.sub(r"<[^>]+>", " ", page)
    assert not re.findall(r"\b(?:Approve|Deny|Recommend|Documents|History|Waits)\b", visible)
