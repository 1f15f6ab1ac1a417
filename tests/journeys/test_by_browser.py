"""Both endings through the pages: a real browser, real uploads, a bank that is a process."""

from datetime import date
from typing import Any

import pytest

from core import clock
from core.zone import add_days, local_date
from tests.browser.conftest import VisitorMaker
from tests.journeys import world as worlds
from tests.journeys.walker import Cast, Walker
from tests.journeys.world import CARD, PAPERS, JourneyWorld
from tests.payouts.banks import BankProcess, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("journey_browser"),
]

STORY = "体检发现异常，手术后病理确诊，家中有老人和孩子。"
TEXTS = {
    "story": STORY,
    "investigation_summary": "住院记录与病理报告均已核实，公估机构走访了医院。",
    "board_summary": "病理结果与条款一致，未见加入前的病史。",
}


def test_a_claim_goes_from_the_first_page_to_paid(
    world: JourneyWorld, visitor: VisitorMaker, bank: BankProcess
) -> None:
    cast = Cast(visitor, javascript=True)
    reference = file(world, cast)
    investigate(world, cast, reference, "met")
    recommend(cast, reference, "approve", "met")
    second = cast("reviewer2", staff=True).open(f"/console/claims/{reference}/")
    second.take("approve", amount_cents="300000").sees("Approved")
    redact(cast, reference)
    notice_on = go_on_notice(world, cast, reference)
    object_and_dismiss(world, cast, reference)
    clear_and_share(world, cast, reference, notice_on)
    pay(cast, reference, bank)
    the_public_sees_it(world, cast, reference, notice_on)
    assert cast.complaints() == []


def test_a_denied_claim_is_judged_by_nine_jurors_overturned_and_paid_without_javascript(
    world: JourneyWorld, visitor: VisitorMaker, bank: BankProcess
) -> None:
    cast = Cast(visitor, javascript=False)
    reference = file(world, cast)
    investigate(world, cast, reference, "not_shown")
    recommend(cast, reference, "deny", "not_shown")
    second = cast("reviewer2", staff=True).open(f"/console/claims/{reference}/")
    second.take("deny").sees("Denied")
    claimant = cast("claimant").open(f"/me/claims/{reference}/")
    claimant.take(
        "dispute", facts_in_dispute=["criteria"], grounds="原件在医院档案室，附有复印件盖章。"
    )
    hear(world, cast, reference)
    cast("claimant").open(f"/me/claims/{reference}/").sees("30 万元")
    redact(cast, reference)
    notice_on = go_on_notice(world, cast, reference)
    clear_and_share(world, cast, reference, notice_on)
    pay(cast, reference, bank)
    the_public_sees_it(world, cast, reference, notice_on)


def file(world: JourneyWorld, cast: Cast) -> str:
    """File through the wizard, one question a page; what is wrong is said beside the field."""
    claimant = cast("claimant")
    claimant.follow("/me/claims/new/")
    assert world.membership is not None
    claimant.fill(membership=world.membership.reference).send()
    reference = claimant.page.url.split("/claims/")[1].split("/")[0]
    claimant.fill(disease_code="malignant-tumour", accident="no").send()
    claimant.fill(first_diagnosed_on="2020-13-40").send(is_right=False)
    assert claimant.faults_said()
    described = claimant.page.get_attribute("#id_first_diagnosed_on", "aria-describedby") or ""
    error = next(name for name in described.split() if "error" in name)
    assert "没有这一天" in claimant.page.inner_text(f"#{error}")
    assert claimant.values(["first_diagnosed_on"]) == {"first_diagnosed_on": "2020-13-40"}
    claimant.fill(first_diagnosed_on="２０２０年５月２０日").send()
    claimant.fill(
        hospital_name="湘雅医院", hospital_level="3", province="430000", city="长沙"
    ).send()
    claimant.fill(story=STORY).send()
    claimant.fill(
        account_holder=world.people["claimant"].full_name, bank_account="6222 0202 0011 2230"
    ).send()
    upload(claimant, reference)
    claimant.follow(f"/me/claims/{reference}/file/check/")
    claimant.sees("2020年5月20日", CARD[-4:])
    claimant.send(is_right=False)
    claimant.fill(declared=True).send()
    assert claimant.page.url.endswith(f"/me/claims/{reference}/file/done/")
    claimant.sees(reference)
    return reference


def upload(claimant: Walker, reference: str) -> None:
    """One wrong file is refused in plain words; four papers with Chinese names are taken."""
    claimant.follow("/evidence/identity/")
    claimant.upload("身份证.jpg", b"this is no photo", "image/jpeg")
    assert "身份证.jpg" in " ".join(claimant.faults_said())
    assert "PDF" in " ".join(claimant.faults_said())
    claimant.page.goto(f"{claimant.visitor.base}/me/claims/{reference}/file/documents/")
    for kind, name, data, media_type in PAPERS:
        claimant.follow(f"/evidence/{kind}/").upload(name, data, media_type)
        assert claimant.page.url.endswith("/file/documents/"), claimant.faults_said()
        claimant.sees(name)


def investigate(world: JourneyWorld, cast: Cast, reference: str, answer: str) -> None:
    """The reviewer finds the claim in the queue; the investigator reads a paper and reports."""
    reviewer = cast("reviewer", staff=True).open("/console/")
    reviewer.follow(f"/console/claims/{reference}/")
    today = local_date(clock.now(), world.plan.zone)
    reviewer.take(
        "open_investigation",
        agency_code="agency",
        investigator=str(world.people["investigator"].pk),
        questions="病理报告是否真实？",
        due_on=add_days(today, 4).isoformat(),
    ).sees("Under investigation")
    investigator = cast("investigator", staff=True).open("/console/")
    investigator.follow(f"/console/claims/{reference}/")
    with investigator.page.expect_download() as download:
        investigator.page.locator('main a[href^="/evidence/"]').first.click()
    assert download.value.path().read_bytes() in {data for _kind, _name, data, _type in PAPERS}
    investigator.follow("/steps/report_findings/")
    investigator.fill(**dict.fromkeys(investigator.criteria(), answer))
    investigator.fill(summary="住院记录与病理报告均已核实。", cost_cents="1,000").send()


def recommend(cast: Cast, reference: str, outcome: str, answer: str) -> None:
    """The reviewer answers every criterion; what is left out is named, the rest is kept."""
    reviewer = cast("reviewer", staff=True).open(f"/console/claims/{reference}/")
    reviewer.follow("/steps/recommend/")
    reviewer.fill(**dict.fromkeys(reviewer.criteria(), answer))
    reviewer.fill(outcome=outcome, amount_cents="300000").send(is_right=False)
    clause = reviewer.page.locator('main [name="clauses"]').first.get_attribute("value") or ""
    reviewer.fill(
        clauses=[clause], reasons="逐条核对给付条件后得出此结论，各项依据均写在病理报告里。"
    ).send()
    blocked = reviewer.open(f"/console/claims/{reference}/").page.locator("main .blockers")
    assert blocked.count(), "who recommends is told that another person decides"


def redact(cast: Cast, reference: str) -> None:
    """One prepares the redaction; it cannot be signed by the same person; another signs."""
    reviewer = cast("reviewer", staff=True).open(f"/console/claims/{reference}/")
    reviewer.take("prepare_redaction", **TEXTS)
    reviewer.open(f"/console/claims/{reference}/")
    assert not reviewer.page.locator('main a[href$="/steps/sign_redaction/"]').count()
    second = cast("reviewer2", staff=True).open(f"/console/claims/{reference}/")
    second.take("sign_redaction")


def go_on_notice(world: JourneyWorld, cast: Cast, reference: str) -> date:
    """The clock opens the notice on its day."""
    notice_on = world.next_notice_day()
    worlds.go_to_day(notice_on)
    assert world.claim(reference).state == "on_notice"
    cast("claimant").open(f"/me/claims/{reference}/").sees("公示")
    return notice_on


def object_and_dismiss(world: JourneyWorld, cast: Cast, reference: str) -> None:
    """A member objects on the phone; a reviewer drafts the answer, another confirms it."""
    entry = world.claim(reference).notice_entries.get().reference
    member = cast("member").open("/notice/").follow(f"/notice/cases/{entry}/")
    member.sees(STORY)
    assert world.people["claimant"].full_name not in member.text()
    member.follow(f"/notice/cases/{entry}/object/")
    member.fill(statement="我是他的邻居，他在加入前就住过院。").send(is_right=False)
    assert member.values(["statement"])["statement"] == "我是他的邻居，他在加入前就住过院。"
    member.fill(grounds="undisclosed").send()
    objection = member.page.url.rstrip("/").rsplit("/", 1)[-1]
    member.sees(objection)
    reviewer = cast("reviewer", staff=True).open("/console/objections/")
    reviewer.follow(f"/console/objections/{objection}/")
    reviewer.take("open_inquiry", question="请核实入院前的就诊记录。")
    reviewer.take(
        "draft_answer",
        outcome="dismissed",
        answer="已向医院核实，加入之前没有住院记录。",
        board_answer="核实后未见加入前的病史。",
    )
    second = cast("reviewer2", staff=True).open(f"/console/objections/{objection}/")
    second.take("dismiss")
    member.open(f"/notice/objections/{objection}/").sees("加入之前没有住院记录")


def clear_and_share(world: JourneyWorld, cast: Cast, reference: str, notice_on: date) -> None:
    """The notice ends; finance collects and closes; the sum on the page adds up."""
    worlds.go_to_day(worlds.notice_is_over(notice_on))
    assert world.claim(reference).state == "cleared"
    finance = cast("finance", staff=True).open("/console/rounds/")
    address = finance.page.locator('main a[href^="/console/rounds/R-"]').first.get_attribute("href")
    assert address is not None
    finance.follow(address).take("start_collecting")
    worlds.later(days=5)
    finance.open(address).take("close_round").sees("Closed", reference)
    cast("claimant").open(f"/me/claims/{reference}/")
    assert world.claim(reference).state == "funded"
    cast("member").open("/me/shares/").follow("/" + address.rstrip("/").rsplit("/", 1)[-1] + "/")


def pay(cast: Cast, reference: str, bank: BankProcess) -> None:
    """One prepares the batch, another approves; the bank settles and calls back."""
    finance = cast("finance", staff=True).open("/console/payouts/")
    finance.page.check(f'[name="claims"][value="{reference}"]')
    finance.page.click('form[action="/console/payouts/prepare/"] button[type=submit]')
    batch = finance.page.url.rstrip("/").rsplit("/", 1)[-1]
    assert not finance.page.locator('main a[href$="/steps/approve_batch/"]').count()
    second = cast("finance2", staff=True).open("/console/payouts/")
    second.follow(f"/console/payouts/batches/{batch}/").take("approve_batch")
    worlds.run_clock(1)
    assert len(bank.seen()) == 1
    claimant = cast("claimant")

    def is_paid() -> Any:
        return "已打款" in claimant.open(f"/me/claims/{reference}/").page.title()

    wait_until(is_paid)
    worlds.run_clock()
    assert claimant.open("/me/inbox/").text()


def the_public_sees_it(world: JourneyWorld, cast: Cast, reference: str, notice_on: date) -> None:
    """Without an account: the period with its money, the case with its proof, no name."""
    public = cast("")
    case = world.claim(reference).public_reference
    public.open("/board/")
    public.open(f"/board/periods/{world.plan.code}/{notice_on.isoformat()}/").sees("300,000")
    public.open("/board/cases/").follow(f"/board/cases/{case}/")
    text = public.page.content()
    for secret in (reference, world.people["claimant"].full_name, "湘雅", CARD[-4:], "1985"):
        assert secret not in text, secret
    public.open("/board/record/")


def hear(world: JourneyWorld, cast: Cast, reference: str) -> None:
    """The hearing, from its opening to the count."""
    officer = cast("jury_officer", staff=True).open(f"/console/claims/{reference}/")
    officer.take("open_hearing")
    hearing = world.hearing(reference).reference
    worlds.run_clock()
    officer.open(f"/console/hearings/{hearing}/").follow("/steps/prepare_brief/")
    officer.fill(background="一名成员体检发现肿瘤并手术。")
    for name in officer.page.eval_on_selector_all(
        '[name^="claimant_holds_"], [name^="reviewers_hold_"]', "all => all.map(e => e.name)"
    ):
        officer.fill(**{name: "复印件盖有医院公章，原件未见。"})
    officer.send()
    ombudsman = cast("ombudsman", staff=True).open(f"/console/hearings/{hearing}/")
    ombudsman.take("sign_brief")
    officer.open(f"/console/hearings/{hearing}/").take("announce_draw", delay_minutes="10")
    worlds.later(minutes=11)
    worlds.later(seconds=15)
    claimant = cast("claimant").open(f"/me/claims/{reference}/")
    claimant.follow("/steps/enter_number/").fill(number="３１４ １５９").send()
    worlds.run_clock()
    panel = world.panel(world.hearing(reference))
    assert len(panel) == 9
    for juror in panel:
        accept(cast, hearing, juror)
    opens_at = world.hearing(reference).opens_at
    assert opens_at is not None
    worlds.go_to(opens_at)
    for place, juror in enumerate(panel):
        vote(cast, hearing, juror, pays=place < 6)
    closes_at = world.hearing(reference).closes_at
    assert closes_at is not None
    worlds.go_to(closes_at)
    worlds.later(seconds=10)
    assert world.hearing(reference).state == "decided"
    public = cast("").open(f"/board/hearings/{hearing}/").sees("6", "3")
    assert "陪审1" not in public.page.content()


def accept(cast: Cast, hearing: str, username: str) -> None:
    """A juror is told on the own page, and accepts."""
    juror = cast(username).open("/me/").follow(f"/jury/{hearing}/")
    juror.take("accept_seat")


def vote(cast: Cast, hearing: str, username: str, *, pays: bool) -> None:
    """Question by question, then the whole, once more, and the one final act."""
    juror = cast(username).open("/jury/").follow(f"/jury/{hearing}/")
    juror.follow(f"/jury/{hearing}/ballot/1/")
    while "/ballot/vote/" not in juror.page.url:
        juror.fill(answer="met" if pays else "not_shown", note="复印件盖章").send()
    juror.fill(vote="pay" if pays else "deny", reason="复印件盖章可信。").send()
    assert juror.page.url.endswith("/ballot/review/")
    juror.send()
    assert juror.page.url.endswith(f"/jury/{hearing}/receipt/")
    assert "可信" not in juror.text()
    cast.leave(username)
