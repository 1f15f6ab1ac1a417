"""Both endings by the API alone: tokens, idempotency keys, steps found in the answers."""

from collections.abc import Callable
from typing import Any

import pytest

from core import clock
from core.zone import add_days, local_date
from tests.journeys import world as worlds
from tests.journeys.calls import API, Caller
from tests.journeys.world import CARD, DIAGNOSED_ON, PAPERS, JourneyWorld
from tests.payouts.banks import BankProcess, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("journey_api")]

STORY = "体检发现异常，手术后病理确诊，家中有老人和孩子。"
TEXTS = {
    "story": STORY,
    "investigation_summary": "住院记录与病理报告均已核实，公估机构走访了医院。",
    "board_summary": "病理结果与条款一致，未见加入前的病史。",
}
Callers = Callable[[str], Caller]


@pytest.fixture
def callers(world: JourneyWorld) -> Callers:
    """`callers("reviewer")`: that person's program, signed in once."""
    known: dict[str, Caller] = {}

    def find(username: str) -> Caller:
        if username not in known:
            known[username] = Caller.sign_in(username)
        return known[username]

    return find


def test_a_claim_goes_from_draft_to_paid_by_api(
    world: JourneyWorld, callers: Callers, bank: BankProcess
) -> None:
    reference = file(world, callers)
    investigate(world, callers, reference, answer="met")
    amount = recommend(callers, reference, "approve", "met")
    decided = callers("reviewer2").step(reference, "approve", amount_cents=amount, note="")
    assert (decided["state"], decided["aid_cents"]) == ("approved", amount)
    redact(callers, reference)
    notice_on = go_on_notice(world, callers, reference)
    object_and_dismiss(world, callers, reference)
    clear_and_share(world, callers, reference, notice_on)
    pay(callers, reference, bank)
    assert_the_public_sees_it(world, callers, reference, notice_on)


def test_a_denied_claim_is_disputed_heard_overturned_and_paid_by_api(
    world: JourneyWorld, callers: Callers, bank: BankProcess
) -> None:
    reference = file(world, callers)
    investigate(world, callers, reference, answer="not_shown")
    amount = recommend(callers, reference, "deny", "not_shown")
    assert callers("reviewer2").step(reference, "deny", note="")["state"] == "denied"
    disputed = callers("claimant").step(
        reference,
        "dispute",
        facts_in_dispute=["criteria"],
        grounds="原件在医院档案室，附有复印件盖章。",
    )
    assert disputed["state"] == "disputed"
    hearing = hear(world, callers, reference)
    claim = callers("claimant").claim(reference)
    assert (claim["state"], claim["aid_cents"]) == ("approved", amount)
    assert_the_hearing_is_public(callers, hearing)
    redact(callers, reference)
    notice_on = go_on_notice(world, callers, reference)
    clear_and_share(world, callers, reference, notice_on)
    pay(callers, reference, bank)
    assert_the_public_sees_it(world, callers, reference, notice_on)


def file(world: JourneyWorld, callers: Callers) -> str:
    """Start a draft, answer, send the papers, hand it in; a repeat changes nothing."""
    claimant = callers("claimant")
    assert world.membership is not None
    body = {"membership": world.membership.reference}
    draft = claimant.post(f"{API}/claims/", body, 201, key="my-claim")
    assert claimant.post(f"{API}/claims/", body, 201, key="my-claim") == draft
    reference = str(draft["reference"])
    assert callers("reviewer").get(f"{API}/claims/{reference}/", 404)["status"] == 404
    wrong = claimant.post(
        f"{API}/claims/{reference}/steps/save_draft/",
        {"first_diagnosed_on": "2020-13-40"},
        400,
    )
    assert list(wrong["errors"]) == ["first_diagnosed_on"]
    claimant.post(
        f"{API}/claims/{reference}/steps/save_draft/",
        {
            "disease_code": "malignant-tumour",
            "accident": "no",
            "first_diagnosed_on": DIAGNOSED_ON.isoformat(),
            "hospital_name": "湘雅医院",
            "hospital_level": "3",
            "province": "430000",
            "city": "长沙",
            "story": STORY,
            "account_holder": world.people["claimant"].full_name,
            "bank_account": CARD,
        },
    )
    papers = claimant.claim(reference)["evidence"]
    refused = claimant.upload(papers, "identity", "身份证.jpg", b"not a photo", "image/jpeg", 422)
    assert refused["code"] == "wrong_type"
    for kind, name, data, media_type in PAPERS:
        taken = claimant.upload(papers, kind, name, data, media_type)
        assert (taken["check"], taken["file_name"]) == ("passed", name)
    assert len(claimant.get(papers)["results"]) == len(PAPERS)
    filed = claimant.step(reference, "file", declared=True)
    assert filed["state"] == "filed"
    return reference


def investigate(world: JourneyWorld, callers: Callers, reference: str, answer: str) -> None:
    """Send an investigator, who reads the papers and reports."""
    today = local_date(clock.now(), world.plan.zone)
    callers("reviewer").step(
        reference,
        "open_investigation",
        agency_code="agency",
        investigator=str(world.people["investigator"].pk),
        questions="病理报告是否真实？",
        due_on=add_days(today, 4).isoformat(),
    )
    investigator = callers("investigator")
    listed = investigator.get(investigator.claim(reference)["evidence"])["results"]
    read = investigator.client.get(
        listed[1]["content"], headers={"Authorization": f"Token {investigator.token}"}
    )
    assert b"".join(read.streaming_content) == PAPERS[1][2]  # type: ignore[arg-type] # a sync answer
    reported = investigator.step(
        reference,
        "report_findings",
        **criteria_of(investigator, reference, "report_findings", answer),
        summary="住院记录与病理报告均已核实。",
        cost_cents="1000.00",
    )
    assert reported["state"] == "under_review"
    assert investigator.get(listed[1]["content"], 404)["code"] == "not_found"


def criteria_of(caller: Caller, reference: str, step: str, answer: str) -> dict[str, str]:
    """Answer every criterion that the step's form asks for."""
    fields = [field["name"] for field in caller.offer(reference, step)["fields"]]
    return {name: answer for name in fields if name.startswith("criterion_")}


def recommend(callers: Callers, reference: str, outcome: str, answer: str) -> int:
    """Recommend; the one who recommends is not offered the decision."""
    reviewer = callers("reviewer")
    offer = reviewer.offer(reference, "recommend")
    clauses = next(field for field in offer["fields"] if field["name"] == "clauses")
    recommended = reviewer.step(
        reference,
        "recommend",
        **criteria_of(reviewer, reference, "recommend", answer),
        outcome=outcome,
        amount_cents="300000.00",
        clauses=[clauses["choices"][0]["value"]],
        reasons="逐条核对给付条件后得出此结论，各项依据均写在病理报告里。",
    )
    assert recommended["state"] == "under_final_review"
    blocked = {one["name"]: one["blockers"] for one in reviewer.claim(reference)["available_steps"]}
    assert all(blocked.get(name, ["not offered"]) for name in ("approve", "deny"))
    return 300_000_00


def redact(callers: Callers, reference: str) -> None:
    """Prepare the redaction; another person signs it."""
    callers("reviewer").step(reference, "prepare_redaction", **TEXTS)
    own = callers("reviewer").claim(reference)["available_steps"]
    assert next(one for one in own if one["name"] == "sign_redaction")["blockers"]
    assert callers("reviewer2").step(reference, "sign_redaction")["is_signed"] is True


def go_on_notice(world: JourneyWorld, callers: Callers, reference: str) -> Any:
    """Let the notice day come; the case is there, without the claimant's name."""
    notice_on = world.next_notice_day()
    worlds.go_to_day(notice_on)
    assert callers("claimant").claim(reference)["state"] == "on_notice"
    return notice_on


def entry_of(world: JourneyWorld, callers: Callers, reference: str) -> Any:
    """Find the case on notice by its text, as a member would."""
    member = callers("member")
    for row in member.get(f"{API}/notice/entries/")["results"]:
        shown = member.get(f"{API}/notice/entries/{row['reference']}/")
        entry = world.claim(reference).notice_entries.get()
        if entry.reference == row["reference"]:
            return shown
    raise AssertionError("the case is not on notice")


def object_and_dismiss(world: JourneyWorld, callers: Callers, reference: str) -> None:
    """A member objects; an inquiry; an answer drafted by one and confirmed by another."""
    shown = entry_of(world, callers, reference)
    assert shown["story"] == STORY
    assert world.people["claimant"].full_name not in str(shown)
    objection = callers("member").post(
        shown["object"]["link"],
        {"grounds": "undisclosed", "statement": "我是他的邻居，他在加入前就住过院。"},
        201,
    )
    path = f"{API}/objections/{objection['reference']}/"
    assert callers("claimant").get(path, 404)["status"] == 404
    reviewer, second = callers("reviewer"), callers("reviewer2")
    take(reviewer, path, "open_inquiry", question="请核实入院前的就诊记录。")
    take(
        reviewer,
        path,
        "draft_answer",
        outcome="dismissed",
        answer="已向医院核实，加入之前没有住院记录。",
        board_answer="核实后未见加入前的病史。",
    )
    assert take(second, path, "dismiss")["state"] == "dismissed"
    assert callers("member").get(path)["answer"] == "已向医院核实，加入之前没有住院记录。"


def take(caller: Caller, path: str, step: str, **body: Any) -> Any:
    """Take a step of another resource, found in its own `available_steps`."""
    offers = {one["name"]: one for one in caller.get(path)["available_steps"]}
    assert step in offers, (step, sorted(offers))
    assert not offers[step]["blockers"], offers[step]
    return caller.post(offers[step]["link"], body)


def clear_and_share(world: JourneyWorld, callers: Callers, reference: str, notice_on: Any) -> None:
    """The notice ends, the round is proposed; finance collects and closes."""
    worlds.go_to_day(worlds.notice_is_over(notice_on))
    assert callers("claimant").claim(reference)["state"] == "cleared"
    finance = callers("finance")
    assert callers("member").get(f"{API}/rounds/", 403)["code"] == "permission_denied"
    newest = finance.get(f"{API}/rounds/")[0]
    assert (newest["state"], newest["notice_on"]) == ("proposed", notice_on.isoformat())
    path = f"{API}/rounds/{newest['reference']}/"
    take(finance, path, "start_collecting")
    worlds.later(days=5)
    closed = take(finance, path, "close_round")
    assert closed["state"] == "closed"
    assert (
        closed["due_cents"] + closed["surplus_in_cents"] + closed["subsidy_cents"]
        == closed["aid_cents"] + closed["fee_cents"] + closed["surplus_out_cents"]
    )
    assert reference in {row["reference"] for row in closed["claims"]}
    assert callers("claimant").claim(reference)["state"] == "funded"
    assert callers("member").get(f"{API}/shares/")[0]["round"] == newest["reference"]


def pay(callers: Callers, reference: str, bank: BankProcess) -> None:
    """One prepares, another approves; the bank settles by its callback."""
    first, second = callers("finance"), callers("finance2")
    batch = first.step(reference, "prepare_payouts", 201, claims=[reference])
    path = f"{API}/payouts/batches/{batch['reference']}/"
    own = next(one for one in first.get(path)["available_steps"] if one["name"] == "approve_batch")
    assert own["blockers"]
    take(second, path, "approve_batch")
    assert callers("claimant").claim(reference)["state"] == "in_payment"
    worlds.run_clock(1)
    wait_until(lambda: callers("claimant").claim(reference)["state"] == "paid")
    worlds.run_clock()
    payout = first.get(path)["payouts"][0]
    assert (payout["state"], payout["amount_cents"]) == ("settled", 300_000_00)
    assert bank.seen() == [(payout["end_to_end_id"], 1)]
    events = [
        row["event"]
        for row in callers("claimant").get(f"{API}/claims/{reference}/events/")["results"]
    ]
    assert events[-1] == "settle"


def hear(world: JourneyWorld, callers: Callers, reference: str) -> str:
    """Open the hearing, sign the brief, draw, vote, close, count."""
    officer = callers("jury_officer")
    opened = officer.step(reference, "open_hearing")
    hearing = str(opened["hearing"])
    path = f"{API}/hearings/{hearing}/"
    worlds.run_clock()
    questions = [
        field["name"]
        for field in next(
            one for one in officer.get(path)["available_steps"] if one["name"] == "prepare_brief"
        )["fields"]
    ]
    assert "background" in questions
    brief = {"background": "一名成员体检发现肿瘤并手术。"}
    for number in range(1, len(officer.get(path)["brief"]["questions"]) + 1):
        brief[f"claimant_holds_{number}"] = "复印件盖有医院公章。"
        brief[f"reviewers_hold_{number}"] = "未见原件。"
    take(officer, path, "prepare_brief", **brief)
    take(callers("ombudsman"), path, "sign_brief")
    take(officer, path, "announce_draw", delay_minutes=10)
    worlds.later(minutes=11)
    worlds.later(seconds=15)
    take(callers("claimant"), path, "enter_number", number="314159")
    worlds.run_clock()
    assert officer.get(path)["state"] == "drawn"
    panel = world.panel(world.hearing(reference))
    assert len(panel) == 9
    for juror in panel:
        take(callers(juror), path, "accept_seat")
    opens_at = world.hearing(reference).opens_at
    assert opens_at is not None
    worlds.go_to(opens_at)
    vote(callers, path, panel)
    closes_at = world.hearing(reference).closes_at
    assert closes_at is not None
    worlds.go_to(closes_at)
    worlds.later(seconds=10)
    assert officer.get(path)["state"] == "decided"
    return hearing


def vote(callers: Callers, path: str, panel: list[str]) -> None:
    """Nine ballots, six of them for payment; a repeat gives the same receipt."""
    for place, juror in enumerate(panel):
        shown = callers(juror).get(path)
        assert shown["stands"] == "vote"
        assert "claim" not in shown, "a juror does not learn the claim's reference"
        answer = "met" if place < 6 else "not_shown"
        ballot = {
            "vote": "pay" if place < 6 else "deny",
            "answers": {one["code"]: answer for one in shown["brief"]["questions"]},
            "reason": "复印件盖章可信。",
        }
        receipt = callers(juror).post(shown["ballot_link"], ballot, 201)
        assert callers(juror).get(shown["ballot_link"]) == receipt
    outsider = next(name for name in ("juror1", "juror2", "juror3", "member") if name not in panel)
    callers(outsider).get(path, 404)


def assert_the_hearing_is_public(callers: Callers, hearing: str) -> None:
    """Anyone reads draw and tally, and nobody's name."""
    shown = callers("member").client.get(f"{API}/board/hearings/{hearing}/")
    assert shown.status_code == 200
    kinds = {entry["kind"] for entry in shown.json()["entries"]}
    assert {"hearing_announced", "panel_drawn", "ballots_sealed", "verdict"} <= kinds
    assert "陪审" not in shown.content.decode()


def assert_the_public_sees_it(
    world: JourneyWorld, callers: Callers, reference: str, notice_on: Any
) -> None:
    """The board names the case by its own reference; nothing leads back to the claimant."""
    public = callers("member").client
    claim = world.claim(reference)
    shown = public.get(f"{API}/board/cases/{claim.public_reference}/")
    assert shown.status_code == 200, "the case waits for ten alike"
    text = shown.content.decode()
    for secret in (reference, world.people["claimant"].full_name, "湘雅", CARD[-4:]):
        assert secret not in text
    statement = shown.json()["entries"][-1]["statement"]
    assert "paid" in str(statement), statement
    periods = public.get(f"{API}/board/periods/").json()["results"]
    assert notice_on.isoformat() in {row["notice_on"] for row in periods}
