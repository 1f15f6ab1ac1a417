"""Notice and board in a real browser: both widths, both languages, axe clean, light."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from core.actor import CLOCK
from disclosure import services
from disclosure.models import NoticeEntry, PublicCase
from members import services as member_services
from record.keys import load_or_make_signer
from record.sequencer import sequence
from tests.browser.conftest import DESK, MAX_BYTES, MAX_REQUESTS, PHONE, VisitorMaker
from tests.members.world import PLAN
from tests.worlds_disclosure import (
    NOTICE_ON,
    OPENS_AT,
    DisclosureWorld,
    make_disclosure_world,
    set_clock,
    sweep_until_quiet,
)
from tests.worlds_money import CLOSING_AT, SHARING_AT

HOUR = timedelta(hours=1)


@pytest.fixture
def world(transactional_db: None) -> Iterator[DisclosureWorld]:
    """Eleven cases on the board: an objection answered, a correction, a round closed."""
    set_clock(OPENS_AT)
    made = make_disclosure_world()
    for _number in range(12):
        made.approved()
    made.open_period()
    made.publish()
    entry = NoticeEntry.objects.order_by("-id")[0]
    made.answer(made.objection(entry), "dismissed", entry.opens_at + 3 * HOUR)
    services.update_board(actor=CLOCK, now=entry.opens_at + 3 * HOUR)
    case = PublicCase.objects.get(claim=entry.claim)
    draft = services.prepare_correction(
        reference=case.reference,
        actor=made.reviewer,
        now=entry.opens_at + 4 * HOUR,
        field="finding.summary",
        replacement="病理结果与条款一致；加入前没有病史，原文有歧义。",
        reason="原文有歧义。",
    )
    services.correct_entry(
        reference=draft.reference, actor=made.reviewer2, now=entry.opens_at + 5 * HOUR
    )
    for name, actor in (("reader", made.objector()), ("first", made.reviewer)):
        member_services.create_account(
            username=name,
            password="demo-demo-1",
            person_id=actor.person_id,
            actor=CLOCK,
            now=OPENS_AT,
        )
    _sign(entry.opens_at + 6 * HOUR)
    yield made
    set_clock(None)


@pytest.fixture
def shots() -> Callable[[Page, str], None]:
    """Keep pictures of the pages where `GONGDAO_SHOTS` names a folder."""
    folder = os.environ.get("GONGDAO_SHOTS", "")

    def keep(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=f"{folder}/{quote(name, safe='')}.png", full_page=True)

    return keep


def _sign(at: datetime) -> None:
    sequence(signer=load_or_make_signer(), now=at, is_full=True)


def _close_a_round(world: DisclosureWorld) -> None:
    sweep_until_quiet(SHARING_AT)
    world.money.closed_round()
    assert CLOSING_AT > SHARING_AT
    services.update_board(actor=CLOCK, now=CLOSING_AT)
    _sign(CLOSING_AT)


def test_the_board_is_right_in_both_widths_and_languages(
    world: DisclosureWorld, visitor: VisitorMaker, shots
) -> None:
    _close_a_round(world)
    case = PublicCase.objects.order_by("-id")[0]
    pages = (
        "/board/",
        "/board/cases/",
        "/board/cases/?q=广东",
        f"/board/cases/{case.reference}/",
        "/board/periods/",
        f"/board/periods/{PLAN}/{NOTICE_ON.isoformat()}/",
        "/board/rules/",
        f"/board/rules/{PLAN}/2/",
        "/board/times/",
        "/board/hearings/",
    )
    faults = []
    for width, language in ((PHONE, "zh-hans"), (PHONE, "en"), (DESK, "zh-hans"), (DESK, "en")):
        someone = visitor(width=width, language=language, javascript=width == DESK)
        for path in pages:
            someone.open(path)
            shots(someone.page, f"{path.strip('/').replace('/', '-')}-{width}-{language}")
            faults += [f"{path} at {width}: {fault}" for fault in _faults(someone, width)]
    assert faults == []
    for path in pages:
        size, requests = visitor(width=PHONE).weight_of(path)
        assert size <= MAX_BYTES, path
        assert requests <= MAX_REQUESTS, path


def _faults(someone, width: int) -> list[str]:
    """axe needs scripts, so without them only layout and language are judged."""
    if width == DESK:
        return someone.faults()
    return [*someone._layout(), *someone._language()]


def test_the_notice_is_right_and_takes_an_objection(
    world: DisclosureWorld, visitor: VisitorMaker, shots
) -> None:
    entry = NoticeEntry.objects.order_by("id")[0]
    set_clock(OPENS_AT + 8 * HOUR)
    faults = []
    for width, language in ((PHONE, "zh-hans"), (DESK, "en")):
        someone = visitor(width=width, language=language)
        someone.sign_in("reader", "demo-demo-1")
        for path in (
            "/notice/",
            f"/notice/cases/{entry.reference}/",
            f"/notice/cases/{entry.reference}/object/",
            "/notice/objections/",
        ):
            someone.open(path)
            shots(someone.page, f"{path.strip('/').replace('/', '-')}-{width}-{language}")
            faults += [f"{path} at {width}: {fault}" for fault in someone.faults()]
    assert faults == []
    page = someone.open(f"/notice/cases/{entry.reference}/object/")
    page.check("input[value=forged]")
    page.fill("textarea[name=statement]", "病历是别人的。")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/notice/objections/O-*/")
    assert someone.faults() == []
    assert "病历是别人的。" in page.content()


def test_the_consoles_desks_are_right(world: DisclosureWorld, visitor: VisitorMaker, shots) -> None:
    claim = world.approved(is_signed=False)
    objection = world.objection(NoticeEntry.objects.order_by("id")[0])
    faults = []
    for width, language in ((PHONE, "en"), (DESK, "zh-hans")):
        someone = visitor(width=width, language=language)
        someone.sign_in("first", "demo-demo-1")
        for path in (
            "/console/notice/",
            f"/console/claims/{claim.reference}/steps/prepare_redaction/",
            "/console/objections/",
            f"/console/objections/{objection.reference}/",
            f"/console/objections/{objection.reference}/steps/open_inquiry/",
            "/console/corrections/",
        ):
            someone.open(path)
            shots(someone.page, f"{path.strip('/').replace('/', '-')}-{width}-{language}")
            faults += [f"{path} at {width}: {fault}" for fault in someone.faults()]
    assert faults == []
