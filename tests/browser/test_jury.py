"""A juror's way on a phone, and the draw and count repeated by the browser's own JavaScript."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.actor import SYSTEM, Actor
from core.clock import now
from jury.models import Ballot, Hearing
from members import services as member_services
from tests.browser.conftest import DESK, PHONE, Visitor, VisitorMaker
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


def test_a_juror_votes_on_a_phone_in_chinese_by_keyboard_without_javascript(
    world: JuryWorld, visitor: VisitorMaker
) -> None:
    hearing = world.drawn_hearing()
    juror = visitor(PHONE, javascript=False)
    juror.sign_in(_account("juror", world.panel(hearing)[0]), PASSWORD)
    page = juror.open("/jury/")
    _press(page, "接受或谢绝")
    _press(page, "我可以参加")
    _press(page, "我可以参加")
    hearing = world.open_now(hearing)
    juror.open("/jury/")
    _press(page, "投票")
    _press(page, "从第一项开始")
    for _question in hearing.brief["questions"]:
        page.get_by_role("radio", name="满足", exact=True).focus()
        page.keyboard.press("Space")
        page.get_by_label("理由").fill("复印件盖章。")
        _press(page, "保存，")
    page.get_by_role("radio", name="应当给付").focus()
    page.keyboard.press("Space")
    page.get_by_label("您的理由").fill("材料可信。")
    _press(page, "保存，再看一遍全部内容")
    _press(page, "投出我的选票")
    expect(page.get_by_role("heading", level=1)).to_have_text("您已投票")
    assert Ballot.objects.get().commitment in (page.text_content("main") or "")


def _pages(hearing: Hearing) -> list[str]:
    return [
        "/jury/",
        reverse("jury_hearing", args=[hearing.reference]),
        reverse("jury_ballot", args=[hearing.reference, "1"]),
        reverse("jury_ballot", args=[hearing.reference, "vote"]),
        reverse("jury_step", args=[hearing.reference, "recuse"]),
        reverse("public_hearing", args=[hearing.reference]),
    ]


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
