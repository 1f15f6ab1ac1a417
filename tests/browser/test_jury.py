"""A juror's way on a phone, and the draw and count repeated by the browser's own JavaScript."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.actor import SYSTEM, Actor
from core.clock import now
from jury.models import Ballot, Hearing
from members import services as member_services
from tests.browser.conftest import (
    DESK,
    MAX_BYTES,
    MAX_REQUESTS,
    PHONE,
    Visitor,
    VisitorMaker,
)
from tests.worlds_exhibits import add_exhibit, drawn_from, sign_exhibit, unsigned_hearing
from tests.worlds_jury import JuryWorld, make_jury_world

PASSWORD = "demo-demo-1"


@pytest.fixture
def world(transactional_db: None) -> JuryWorld:
    return make_jury_world(12)


def _account(username: str, actor: Actor) -> str:
    member_services.create_account(
        username=username,
        password=PASSWORD,
        person_id=actor.person_id,
        actor=SYSTEM,
        now=now(),
    )
    return username


def _press(page: Page, name: str) -> None:
    """Follow a link or press a button by keyboard alone."""
    target = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first
    target.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _to(page: Page, name: str, role: str = "link") -> None:
    """Go on with the Tab key until something of this name has the focus."""
    target = page.get_by_role(role, name=name).first  # type: ignore[arg-type]  # a role's name
    for _press in range(80):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never came to {name}")


def _enter(page: Page, name: str, role: str = "link") -> None:
    _to(page, name, role)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def _chosen(page: Page, down: int) -> None:
    """Choose by the arrow keys: the group is entered with Tab, its place found with Down."""
    for _press in range(80):
        if page.evaluate("document.activeElement.type") == "radio":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _press in range(down):
        page.keyboard.press("ArrowDown")


def _typed(page: Page, words: str) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type(words)


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])
def test_a_juror_goes_from_invitation_to_receipt_on_a_phone_by_keyboard_alone(
    world: JuryWorld, visitor: VisitorMaker, javascript: bool
) -> None:
    hearing = world.drawn_hearing()
    juror = visitor(PHONE, javascript=javascript)
    juror.sign_in(_account("juror", world.panel(hearing)[0]), PASSWORD)
    page = juror.open("/jury/")
    _enter(page, "接受或谢绝")
    _enter(page, "我可以参加")
    _enter(page, "我可以参加", "button")
    hearing = world.open_now(hearing)
    juror.open("/jury/")
    _enter(page, "投票")
    _enter(page, "先做练习案，三分钟")
    _enter(page, "从第 1 项开始")
    for down, following in ((0, "继续第 2 项"), (1, "继续第 3 项"), (2, "继续总体判断")):
        _chosen(page, down)
        _enter(page, following, "button")
    _chosen(page, 1)
    _enter(page, "继续，再看一遍全部内容", "button")
    _enter(page, "投出练习选票", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("练习完成")
    _enter(page, "去正式的赔审")
    _enter(page, "投票：从第 1 项开始")
    for _question in hearing.brief["questions"]:
        _chosen(page, 1)
        _typed(page, "未见原件。")
        _enter(page, "保存，", "button")
    _chosen(page, 0)
    _typed(page, "材料可信。")
    _enter(page, "保存，再看一遍全部内容", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("您的投票与各项判断不一致")
    page.keyboard.press("Tab")
    for _press in range(40):
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("复印件盖有公章。")
    _enter(page, "保存，再看一遍全部内容", "button")
    expect(page.get_by_text("复印件盖有公章。")).to_be_visible()
    _enter(page, "投出我的选票", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("您已投票")
    assert Ballot.objects.get().commitment in (page.text_content("main") or "")


def _pages(hearing: Hearing) -> list[str]:
    return [
        "/jury/",
        reverse("jury_practice"),
        reverse("jury_practice_page", args=["1"]),
        reverse("jury_practice_page", args=["review"]) + "?a1=met&a2=met&a3=met&avote=deny",
        reverse("jury_practice_page", args=["result"]) + "?a1=met&a2=met&a3=met&avote=deny",
        reverse("jury_hearing", args=[hearing.reference]),
        reverse("jury_ballot", args=[hearing.reference, "1"]),
        reverse("jury_ballot", args=[hearing.reference, "vote"]),
        reverse("jury_step", args=[hearing.reference, "recuse"]),
        reverse("public_hearing", args=[hearing.reference]),
    ]


def _begun(page: Page, hearing: Hearing) -> None:
    """Answer everything so that vote and answers differ; the draft waits for its review."""
    for number, _question in enumerate(hearing.brief["questions"], start=1):
        page.goto(page.url.split("/jury/")[0] + f"/jury/{hearing.reference}/ballot/{number}/")
        page.get_by_role("radio").nth(1).check()
        page.locator("#page-form button").click()
    page.get_by_role("radio").nth(0).check()
    page.locator("textarea").fill("The papers agree.")
    page.locator("#page-form button").click()


@pytest.fixture
def papers(settings: Any, tmp_path: Path) -> Path:
    """Where documents lie in these tests."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return tmp_path


@pytest.mark.parametrize(("width", "language"), [(PHONE, "zh-hans"), (DESK, "en")])
def test_every_page_of_brief_papers_and_draft_is_right_and_light(
    world: JuryWorld, visitor: VisitorMaker, papers: Path, width: int, language: str
) -> None:
    hearing, version = unsigned_hearing(world)
    exhibit = add_exhibit(world, hearing, version)
    officer = visitor(width, language)
    officer.sign_in(_account("officer", world.jury_officer), PASSWORD)
    console = [
        reverse("console_prepare_brief", args=[hearing.reference]),
        reverse("console_exhibit_add", args=[hearing.reference]),
        reverse("console_exhibit", args=[exhibit.reference]),
        reverse("console_exhibit_step", args=[exhibit.reference, "change_exhibit"]),
        reverse("console_exhibit_step", args=[exhibit.reference, "withdraw_exhibit"]),
    ]
    assert _faults(officer, console) == {}
    sign_exhibit(world, exhibit)
    ombudsman = visitor(width, language)
    ombudsman.sign_in(_account("ombudsman", world.ombudsman), PASSWORD)
    assert _faults(ombudsman, [reverse("console_sign_brief", args=[hearing.reference])]) == {}
    world.sign(hearing)
    claimant = visitor(width, language)
    claimant.sign_in(_account("claimant", world.claimant_of(hearing.claim)), PASSWORD)
    theirs = [
        reverse("claimant_hearing", args=[hearing.reference]),
        reverse("claimant_step", args=[hearing.reference, "ask_correction"]),
        reverse("jury_exhibit", args=[exhibit.reference]),
    ]
    assert _faults(claimant, theirs) == {}
    hearing = world.open_now(drawn_from(world, hearing))
    juror = visitor(width, language)
    juror.sign_in(_account("juror", world.panel(hearing)[0]), PASSWORD)
    juror.open(reverse("jury_ballot", args=[hearing.reference, "1"]))
    _begun(juror.page, hearing)
    assert juror.page.url.endswith("/explain/")
    mine = [
        reverse("jury_ballot", args=[hearing.reference, "explain"]),
        reverse("jury_review", args=[hearing.reference]),
        reverse("jury_ballot", args=[hearing.reference, "1"]),
        reverse("jury_exhibit", args=[exhibit.reference]),
    ]
    assert _faults(juror, mine) == {}
    for path in [*mine, "/jury/", reverse("jury_hearing", args=[hearing.reference])]:
        size, requests = juror.weight_of(path)
        assert size <= MAX_BYTES, (path, size)
        assert requests <= MAX_REQUESTS, (path, requests)


def _faults(reader: Visitor, paths: list[str]) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        reader.open(path)
        faults = reader.faults()
        if faults:
            found[path] = faults
    return found


@pytest.mark.parametrize(("width", "language"), [(PHONE, "zh-hans"), (DESK, "en")])
def test_every_page_of_the_jury_is_right(
    world: JuryWorld, visitor: VisitorMaker, width: int, language: str
) -> None:
    hearing = world.open_hearing()
    juror = visitor(width, language)
    juror.sign_in(_account("juror", world.panel(hearing)[0]), PASSWORD)
    assert _faults(juror, _pages(hearing)) == {}
    for seated in world.panel(hearing):
        world.cast(hearing, seated)
    assert _faults(juror, [reverse("jury_receipt", args=[hearing.reference])]) == {}
    officer = visitor(width, language)
    officer.sign_in(_account("officer", world.jury_officer), PASSWORD)
    console = [
        reverse("console_hearings"),
        reverse("console_hearing", args=[hearing.reference]),
        reverse("console_hearing_step", args=[hearing.reference, "void_hearing"]),
    ]
    assert _faults(officer, console) == {}
    claimant = visitor(width, language)
    claimant.sign_in(_account("claimant", world.claimant_of(hearing.claim)), PASSWORD)
    assert _faults(claimant, [reverse("claimant_hearing", args=[hearing.reference])]) == {}
    world.close(hearing)
    public = visitor(width, language)
    assert _faults(public, [_pages(hearing)[-1], reverse("public_hearings")]) == {}
