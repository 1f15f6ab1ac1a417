"""Complaints, figures and charts in a real browser: both widths and languages, axe, light."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from core.actor import CLOCK
from disclosure import chart_drawing, services
from tests.browser.conftest import DESK, MAX_BYTES, MAX_REQUESTS, PHONE, VisitorMaker
from tests.worlds_complaints import DAY, ComplaintWorld, make_complaint_world
from tests.worlds_disclosure import OPENS_AT, make_disclosure_world, set_clock

PAGES = (
    "/board/",
    "/board/complaints/",
    "/board/times/",
    "/board/denials/",
    "/board/agencies/",
    "/board/people/",
    "/board/charts/complaints/",
    "/complaints/new/?from=/board/",
    "/complaints/",
)


@pytest.fixture
def told(transactional_db: None) -> Iterator[ComplaintWorld]:
    """Cases on the board, complaints answered, months told, charts drawn."""
    cache.clear()
    set_clock(OPENS_AT)
    made = make_complaint_world(make_disclosure_world())
    for _number in range(12):
        made.around.approved()
    made.around.open_period()
    made.around.publish()
    for number in range(46):
        outcome = ("upheld", "not_upheld")[number % 2]
        made.answered(OPENS_AT + number * DAY, outcome=outcome)
    now = OPENS_AT + 120 * DAY
    set_clock(now)
    services.publish_figures(actor=CLOCK, now=now)
    assert chart_drawing.draw_changed(now) > 0
    yield made
    set_clock(None)


def test_figures_and_complaints_are_right_in_both_widths_and_languages(
    told: ComplaintWorld, visitor: VisitorMaker
) -> None:
    faults = []
    for width, language in ((PHONE, "zh-hans"), (PHONE, "en"), (DESK, "zh-hans"), (DESK, "en")):
        someone = visitor(width=width, language=language)
        for path in PAGES:
            someone.open(path)
            faults += [f"{path} at {width}: {fault}" for fault in someone.faults()]
    assert faults == [], faults
    for path in PAGES:
        size, requests = visitor(width=PHONE).weight_of(path)
        assert size <= MAX_BYTES, (path, size)
        assert requests <= MAX_REQUESTS, (path, requests)


def test_a_picture_is_seen_and_a_complaint_is_made_without_scripts(
    told: ComplaintWorld, visitor: VisitorMaker
) -> None:
    someone = visitor(width=PHONE, language="zh-hans", javascript=False)
    someone.open("/board/complaints/")
    picture = someone.page.locator("picture img")
    assert picture.count() == 1
    assert (picture.bounding_box() or {"height": 0})["height"] > 60
    someone.page.locator('footer a[href*="/complaints/new/"]').click()
    someone.page.locator('input[value="money"]').check()
    someone.page.locator("textarea").fill("扣了两次款。")
    someone.page.locator("main button[type=submit]").click()
    number, code = someone.page.locator(".reference").all_inner_texts()
    assert number.startswith("G-")
    other = visitor(width=PHONE, language="zh-hans", javascript=False)
    other.open("/complaints/")
    other.page.locator('input[name="reference"]').fill(number.lower())
    other.page.locator('input[name="code"]').fill(code)
    other.page.locator("main button[type=submit]").click()
    assert "扣了两次款。" in other.page.locator("main").inner_text()
