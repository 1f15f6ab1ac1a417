"""Pages that stand without any case: readable, in both languages, on phone and desk."""

from itertools import product

import pytest

from tests.browser.conftest import DESK, MAX_BYTES, MAX_REQUESTS, PHONE, VisitorMaker

EMPTY_BOARD = (
    "/board/",
    "/board/cases/",
    "/board/periods/",
    "/board/hearings/",
    "/board/rules/",
    "/board/times/",
    "/board/record/",
)
PAGES = ("/accounts/login/", "/help/", "/help/verify/", "/help/source/", "/no/such/page/")


@pytest.mark.parametrize(
    ("width", "language", "scheme"),
    [*product((PHONE, DESK), ("zh-hans", "en"), ("light", "dark"))],
)
def test_the_frame_is_right_in_every_size_language_and_scheme(
    visitor: VisitorMaker, width: int, language: str, scheme: str
) -> None:
    someone = visitor(width=width, language=language, scheme=scheme)
    faults = []
    for path in PAGES:
        someone.open(path)
        faults += [f"{path}: {fault}" for fault in someone.faults()]
    assert faults == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_board_is_right_before_anything_is_published(
    visitor: VisitorMaker, language: str
) -> None:
    faults = []
    for width in (PHONE, DESK):
        someone = visitor(width=width, language=language)
        for path in EMPTY_BOARD:
            someone.open(path)
            faults += [f"{path} at {width}: {fault}" for fault in someone.faults()]
    assert faults == []


def test_a_page_is_light(visitor: VisitorMaker) -> None:
    for path in PAGES:
        size, requests = visitor(width=PHONE).weight_of(path)
        assert size <= MAX_BYTES, path
        assert requests <= MAX_REQUESTS, path


def test_the_language_switch_keeps_the_page(visitor: VisitorMaker) -> None:
    page = visitor(language="zh-hans").open("/help/?from=mail")
    assert page.get_attribute("html", "lang") == "zh-Hans"
    page.click("a.language")
    assert page.get_attribute("html", "lang") == "en"
    assert "/help/" in page.url
    assert "from=mail" in page.url


def test_what_is_wrong_is_focused_and_stands_in_the_title(visitor: VisitorMaker) -> None:
    someone = visitor(width=PHONE, language="en")
    page = someone.open("/accounts/login/")
    page.click("main button[type=submit]")
    assert page.title().startswith("Error:")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.click(".errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_login"
    assert someone.faults() == []


def test_the_keyboard_reaches_the_content_first(visitor: VisitorMaker) -> None:
    page = visitor().open("/help/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_signing_in_works_without_javascript(visitor: VisitorMaker) -> None:
    page = visitor(javascript=False, language="en").open("/accounts/login/")
    page.fill("#id_login", "nobody")
    page.fill("#id_password", "wrong")
    page.click("main button[type=submit]")
    assert "do not belong together" in page.inner_text("main")
    assert page.input_value("#id_login") == "nobody"
