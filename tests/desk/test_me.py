"""A member's own pages: what is asked of them, where it stands, what was decided and why."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from claims import services
from claims.guidance import guidance_for
from claims.models import Claim
from claims.states import State
from claims.steps import CLAIMANT_STEPS
from tests.desk.conftest import SignIn
from tests.worlds import World

ME = "/me/"
MOST_QUERIES = 32


def _page(claim: Claim) -> str:
    return reverse("my_claim", args=[claim.reference])


def _main(answer: Any) -> str:
    page: str = answer.content.decode()
    return page.split('<main id="main" tabindex="-1">')[1].split("</main>")[0]


def _plain(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("state", [state for state in State if state != State.DRAFT])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_my_claim_answers_four_questions_in_every_state(
    world: World, signed_in: SignIn, state: str, language: str
) -> None:
    claim = world.claim_in(state)
    page = _plain(_main(signed_in("claimant", language).get(_page(claim))))
    with translation.override(language):
        answers = guidance_for(claim, "claimant", world.now)
    for words in answers.values():
        assert " ".join(words.split()) in page


def test_a_draft_leads_to_its_questions(world: World, signed_in: SignIn) -> None:
    draft = world.draft()
    client = signed_in("claimant")
    assert client.get(_page(draft))["Location"] == reverse("filing", args=[draft.reference])
    page = client.get(ME).content.decode()
    assert reverse("filing", args=[draft.reference]) in page
    assert "1 thing is asked of you" in page


def test_what_is_asked_stands_on_top_with_its_day(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.INFORMATION_REQUESTED)
    client = signed_in("claimant")
    page = _main(client.get(_page(claim)))
    assert "What is asked of you" in page
    assert "请补充病理报告。" in page
    assert reverse("me_claim_step", args=[claim.reference, "supply_information"]) in page
    assert "1 thing is asked of you" in _main(client.get(ME))


def test_a_recommendation_is_not_told_before_it_is_confirmed(
    world: World, signed_in: SignIn
) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    page = _main(signed_in("claimant").get(_page(claim)))
    assert "Recommended" not in page
    assert "300,000" not in page
    assert "逐条核对给付条件" not in page


def test_a_denial_is_told_with_reasons_criteria_and_the_way_to_dispute(
    world: World, signed_in: SignIn
) -> None:
    claim = world.claim_in(State.DENIED)
    page = _main(signed_in("claimant").get(_page(claim)))
    assert "逐条核对给付条件" in page
    assert "tag-not_met" in page
    assert "300,000 yuan if it is overturned" in page
    assert reverse("me_claim_step", args=[claim.reference, "dispute"]) in page


def test_the_history_names_nobody_of_the_staff(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.DENIED)
    page = _main(signed_in("claimant").get(_page(claim)))
    for name in ("reviewer", "reviewer2", "investigator"):
        assert world.person(name).full_name not in page


def test_only_the_claimants_own_steps_are_offered(world: World, signed_in: SignIn) -> None:
    for state in (State.FILED, State.DENIED, State.DISPUTED, State.UNCLAIMED, State.ON_NOTICE):
        claim = world.claim_in(state)
        page = _main(signed_in("claimant").get(_page(claim)))
        steps = set(re.findall(rf"/me/claims/{claim.reference}/steps/(\w+)/", page))
        assert steps, state
        assert steps <= CLAIMANT_STEPS
        assert "/console/" not in page


def test_nobody_else_finds_my_claim(world: World, signed_in: SignIn) -> None:
    claim = world.filed()
    for name in ("member", "kin", "reviewer", "auditor", "admin"):
        assert signed_in(name).get(_page(claim)).status_code == 404, name
    assert Client().get(_page(claim))["Location"].startswith("/accounts/login/")
    assert signed_in("claimant").get("/me/claims/C-0000-0000/").status_code == 404


def test_the_page_of_somebody_without_claims_offers_to_file(
    world: World, signed_in: SignIn
) -> None:
    page = _main(signed_in("member").get(ME))
    assert "Nothing waits for you" in page
    assert reverse("filing_start") in page
    assert "You are in no plan yet." in page


def test_ended_claims_stand_apart(world: World, signed_in: SignIn) -> None:
    paid, gone = world.claim_in(State.PAID), world.claim_in(State.WITHDRAWN)
    page = _main(signed_in("claimant").get(ME))
    assert "Your claims have ended" in page
    for claim in (paid, gone):
        assert _page(claim) in page


def test_nothing_is_asked_while_others_work(world: World, signed_in: SignIn) -> None:
    world.claim_in(State.UNDER_REVIEW)
    page = _main(signed_in("claimant").get(ME))
    assert "Nothing is asked of you; your claims go on" in page


def test_an_unread_message_leads_on(world: World, signed_in: SignIn) -> None:
    claim = world.filed()
    page = _main(signed_in("claimant").get(ME))
    assert f"We have your claim {claim.reference}" in page


def test_my_page_is_chinese_for_who_reads_chinese(world: World, signed_in: SignIn) -> None:
    claim = world.claim_in(State.DENIED)
    services.dispute_denial(
        reference=claim.reference,
        actor=world.claimant,
        now=world.tick(),
        grounds="检查报告已证明符合条款。",
        facts_in_dispute=["criteria"],
    )
    client = signed_in("claimant", "zh-hans")
    for address in (ME, _page(claim)):
        shown = _plain(_main(client.get(address)))
        shown = re.sub(r"[CMK]-[0-9A-Z]{4}-[0-9A-Z]{4}", "", shown)
        assert re.findall(r"[A-Za-z]{3,}", shown) == [], address


@pytest.mark.parametrize("state", [State.FILED, State.DENIED, State.ON_NOTICE, State.PAID])
def test_my_claim_takes_a_bounded_number_of_queries(
    world: World, signed_in: SignIn, state: str
) -> None:
    claim = world.claim_in(state)
    client = signed_in("claimant")
    client.get(_page(claim))
    with CaptureQueriesContext(connection) as found:
        client.get(_page(claim))
    assert len(found) <= MOST_QUERIES
