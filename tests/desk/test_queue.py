"""The console's first page: what waits for this very role and person, in few queries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from claims import services
from claims.models import Claim
from claims.states import State
from core.actor import SYSTEM, Actor
from desk.acts import acts_for
from desk.queue import neighbours, queue_rows, wanted_view
from desk.waiting import waiting_claims
from desk.work import work_of, work_sentence
from disclosure import services as disclosure_services
from members import services as members_services
from tests.desk.conftest import SignIn
from tests.worlds import World

CONSOLE = "/console/"
MOST_QUERIES = 8


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """What is read outside a page is read in English."""
    with translation.override("en"):
        yield


def _waiting(actor: Actor) -> set[str]:
    return set(waiting_claims(actor).values_list("reference", flat=True))


def _halt(world: World, claim: Claim, actor: Actor) -> None:
    services.halt_claim(
        reference=claim.reference,
        actor=actor,
        now=world.tick(),
        reason_code="suspected_fraud",
        note="同一病历在别处出现过。",
    )


@pytest.mark.parametrize(
    ("state", "role"),
    [
        (State.FILED, "reviewer"),
        (State.UNDER_REVIEW, "reviewer"),
        (State.UNDER_FINAL_REVIEW, "reviewer2"),
        (State.UNDER_INVESTIGATION, "investigator"),
        (State.DISPUTED, "jury_officer"),
        (State.FUNDED, "finance"),
        (State.PAYOUT_RETURNED, "finance"),
    ],
)
def test_a_claim_waits_for_the_role_that_acts_next_and_for_no_other(
    world: World, state: str, role: str
) -> None:
    claim = world.claim_in(state)
    holders = {"reviewer", "reviewer2", "investigator", "jury_officer", "finance", "auditor"}
    assert _waiting(world.actors[role]) == {claim.reference}
    others = {name for name in holders if name.rstrip("2") != role.rstrip("2")}
    assert {name for name in others if _waiting(world.actors[name])} == set()


@pytest.mark.parametrize("state", [State.CLEARED, State.IN_PAYMENT, State.ON_NOTICE, State.PAID])
def test_what_only_time_or_the_bank_moves_waits_for_nobody(world: World, state: str) -> None:
    world.claim_in(state)
    for name in ("reviewer", "investigator", "jury_officer", "finance", "ombudsman"):
        assert _waiting(world.actors[name]) == set()


def test_who_recommended_is_not_asked_to_decide(world: World) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    assert _waiting(world.reviewer) == set()
    assert _waiting(world.reviewer2) == {claim.reference}
    row = queue_rows(world.reviewer, wanted_view(world.reviewer, "role", "", "")).rows
    assert [one.reference for one in row] == [claim.reference]


def test_kin_and_whoever_declared_a_conflict_are_not_asked(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    assert _waiting(world.kin) == set()
    assert _waiting(world.reviewer3) == {claim.reference}
    services.declare_conflict(
        reference=claim.reference, actor=world.reviewer3, now=world.tick(), reason="邻居"
    )
    assert _waiting(world.reviewer3) == set()


def test_an_investigator_sees_only_what_they_were_sent_for(world: World) -> None:
    claim = world.claim_in(State.UNDER_INVESTIGATION)
    assert _waiting(world.investigator) == {claim.reference}
    assert _waiting(world.investigator2) == set()


def test_the_ombudsman_has_what_is_overdue(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    assert _waiting(world.ombudsman) == set()
    Claim.objects.filter(pk=claim.pk).update(is_overdue=True)
    assert _waiting(world.ombudsman) == {claim.reference}


def test_the_sentence_says_how_much_waits_and_what_is_due_next(world: World) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    world.claim_in(State.UNDER_REVIEW)
    actor = world.reviewer2
    assert claim.due_at is not None
    sentence = work_sentence(work_of(actor, world.now), actor, world.now)
    assert sentence.startswith("1 to decide, 1 to recommend on, next due ")
    late = claim.due_at.replace(year=claim.due_at.year + 1)
    sentence = work_sentence(work_of(actor, late), actor, late)
    assert sentence == "1 to decide, 1 to recommend on, 2 overdue"


def test_the_next_due_is_a_time_of_day_where_it_is_today(world: World) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    assert claim.due_at is not None
    at = claim.due_at - timedelta(minutes=1)
    Claim.objects.filter(pk=claim.pk).update(due_at=at)
    that_morning = at - timedelta(hours=10)
    sentence = work_sentence(work_of(world.reviewer2, that_morning), world.reviewer2, that_morning)
    assert sentence == "1 to decide, next due 23:59"


def test_nothing_waiting_is_said_plainly(world: World) -> None:
    for name in ("reviewer", "investigator", "jury_officer", "finance", "ombudsman"):
        actor = world.actors[name]
        assert work_sentence(work_of(actor, world.now), actor, world.now) == "Nothing waits for you"
    auditor = work_sentence(work_of(world.auditor, world.now), world.auditor, world.now)
    assert auditor.startswith("0 claims are under way")
    admin = work_sentence(work_of(world.admin, world.now), world.admin, world.now)
    assert admin.endswith("roles are held")


def test_a_proposal_waits_for_everybody_but_its_proposer(world: World) -> None:
    claim = world.claim_in(State.CLEARED)
    _halt(world, claim, world.reviewer3)
    mine = [act.act for act in acts_for(world.reviewer3) if act.kind == "proposal"]
    theirs = [act.act for act in acts_for(world.ombudsman) if act.kind == "proposal"]
    assert (mine, theirs) == (["second_waits"], ["confirm"])
    assert work_of(world.reviewer3, world.now).of("proposal") == 0
    assert work_of(world.ombudsman, world.now).of("proposal") == 1


def test_a_redaction_waits_to_be_prepared_and_then_for_another_signature(world: World) -> None:
    claim = world.claim_in(State.APPROVED)
    assert [act.act for act in acts_for(world.reviewer)] == ["prepare_redaction"]
    assert acts_for(world.ombudsman) == []
    disclosure_services.prepare_redaction(
        reference=claim.reference,
        actor=world.reviewer,
        now=world.tick(),
        story="成员胸痛入院，诊断为急性心肌梗塞。",
        investigation_summary="到院核对病历，与申请一致。",
        board_summary="急性心肌梗塞，符合条款。",
    )
    assert [act.act for act in acts_for(world.reviewer)] == ["second_waits"]
    assert [act.act for act in acts_for(world.reviewer2)] == ["sign_redaction"]
    assert [act.act for act in acts_for(world.ombudsman)] == ["sign_redaction"]


def test_the_neighbours_follow_the_queue(world: World) -> None:
    first, second = world.claim_in(State.UNDER_REVIEW), world.claim_in(State.UNDER_REVIEW)
    found = neighbours(world.reviewer, first.reference)
    assert (found["position"], found["total"], found["next"]) == (1, 2, second.reference)
    assert neighbours(world.reviewer, second.reference)["previous"] == first.reference
    assert neighbours(world.finance, first.reference) == {}


@pytest.mark.parametrize("name", ["reviewer", "jury_officer", "finance", "ombudsman", "auditor"])
def test_the_page_takes_the_same_few_queries_whatever_the_rows(
    world: World, signed_in: SignIn, name: str
) -> None:
    for state in (State.UNDER_REVIEW, State.APPROVED, State.DISPUTED, State.FUNDED):
        world.claim_in(state)
    _halt(world, world.claim_in(State.CLEARED), world.reviewer3)
    client = signed_in(name)
    assert client.get(CONSOLE).status_code == 200
    with CaptureQueriesContext(connection) as few:
        client.get(CONSOLE)
    for _number in range(4):
        for state in (State.UNDER_REVIEW, State.APPROVED, State.DISPUTED, State.FUNDED):
            world.claim_in(state)
    with CaptureQueriesContext(connection) as many:
        page = client.get(CONSOLE)
    assert page.status_code == 200
    assert len(many) == len(few)
    assert len(many) <= MOST_QUERIES


def test_the_pages_follow_one_another_without_a_gap(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = {world.filed().reference for _number in range(5)}
    actor = world.reviewer
    seen: list[str] = []
    after = ""
    monkeypatch.setattr("desk.queue.PAGE_SIZE", 2)
    while len(seen) < 6:
        page = queue_rows(actor, wanted_view(actor, "waiting", "", after))
        seen += [claim.reference for claim in page.rows]
        after = page.next_cursor
        if not after:
            break
    assert (len(seen), set(seen)) == (5, references)


def test_after_an_act_the_queue_is_the_queue_after_a_reload(
    world: World, signed_in: SignIn
) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    client = signed_in("reviewer")
    assert claim.reference in client.get(CONSOLE).content.decode()
    services.request_information(
        reference=claim.reference,
        actor=world.reviewer,
        now=world.tick(),
        questions="请补充病理报告。",
        deadline_on=world.today().replace(year=2021),
    )
    assert claim.reference not in client.get(CONSOLE).content.decode()


def test_each_role_has_its_own_doors(world: World, signed_in: SignIn) -> None:
    doors = {
        "reviewer": {"/console/notice/", "/console/objections/", "/console/corrections/"},
        "investigator": set(),
        "finance": {"/console/rounds/", "/console/payouts/", "/console/bank/"},
        "admin": {"/console/roles/"},
    }
    every = {door for some in doors.values() for door in some} | {"/console/hearings/"}
    for name, own in doors.items():
        page = signed_in(name).get(CONSOLE).content.decode()
        assert {door for door in every if f'href="{door}"' in page} == own, name
    everything = signed_in("auditor").get(CONSOLE).content.decode()
    assert {door for door in every if f'href="{door}"' in everything} == every


def test_each_door_opens_for_whom_it_is_shown(world: World, signed_in: SignIn) -> None:
    for name in world.actors:
        if name in ("claimant", "member"):
            continue
        client = signed_in(name)
        page = client.get(CONSOLE)
        for item in page.context["console_nav"]:
            assert client.get(item["url"]).status_code == 200, (name, item["url"])


def test_a_stranger_signs_in_and_a_member_is_told_whose_door_it_is(
    world: World, signed_in: SignIn
) -> None:
    assert Client().get(CONSOLE)["Location"].startswith("/accounts/login/")
    assert signed_in("member").get(CONSOLE).status_code == 403


def test_a_demoted_reviewer_has_an_empty_desk_at_the_next_request(
    world: World, signed_in: SignIn
) -> None:
    world.claim_in(State.UNDER_REVIEW)
    client = signed_in("reviewer")
    assert client.get(CONSOLE).status_code == 200
    members_services.revoke_role(
        person_id=world.person("reviewer").pk,
        role="reviewer",
        reason="离岗",
        actor=SYSTEM,
        now=world.tick(),
    )
    assert client.get(CONSOLE).status_code == 403


@pytest.mark.parametrize("typed", ["c-%s", " %s ", "%s"])
def test_a_claim_opens_by_its_reference_in_any_spelling(
    world: World, signed_in: SignIn, typed: str
) -> None:
    claim = world.filed()
    bare = claim.reference.removeprefix("C-")
    words = typed % (bare if typed.startswith("c-") else claim.reference.lower())
    answer = signed_in("reviewer").get(reverse("console_open"), {"reference": words})
    assert answer["Location"] == reverse("console_claim", args=[claim.reference])


@pytest.mark.parametrize("typed", ["", "C-1", "<script>", "'; DROP TABLE claims_claim"])
def test_what_is_no_reference_is_said_beside_the_field(
    world: World, signed_in: SignIn, typed: str
) -> None:
    answer = signed_in("reviewer").get(reverse("console_open"), {"reference": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter the reference as it is printed" in page
    assert "<script>" not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("query", ["view=nonsense", "state=nonsense", "after=nonsense", "view="])
def test_a_wrong_address_shows_the_plain_queue(world: World, signed_in: SignIn, query: str) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    page = signed_in("reviewer").get(f"{CONSOLE}?{query}")
    assert (page.status_code, claim.reference in page.content.decode()) == (200, True)


def test_the_desk_speaks_chinese(world: World, signed_in: SignIn) -> None:
    world.claim_in(State.UNDER_REVIEW)
    page = signed_in("reviewer", "zh-hans").get(CONSOLE).content.decode()
    assert "1 份待提出建议" in page


def test_roles_together_show_the_work_of_both(world: World) -> None:
    review, dispute = world.claim_in(State.UNDER_REVIEW), world.claim_in(State.DISPUTED)
    both = replace(world.reviewer3, roles=frozenset({"reviewer", "jury_officer"}))
    assert _waiting(both) == {review.reference, dispute.reference}
