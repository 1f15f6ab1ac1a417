"""A real Chromium against a live server, with the checks every page must pass."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.functional import Promise
from playwright.sync_api import Browser, Page, Request, sync_playwright

from members import messages

PHONE, DESK = 360, 1440
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
}
MAX_BYTES, MAX_REQUESTS = 100_000, 5
# Playwright's loop can be started once a process; the journeys borrow these fixtures.
_RUNNING: list[Browser] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder walks pages in Chromium."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def product_messages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the kinds that other tests of this process registered: nobody translates those."""
    known = {k: v for k, v in messages._KINDS.items() if isinstance(v.title, Promise)}
    monkeypatch.setattr(messages, "_KINDS", known)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, once for all tests of a process, whichever folder asks first."""
    if _RUNNING:
        yield _RUNNING[0]
        return
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Chromium is missing: apt-get install -y chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        # Playwright keeps an event loop on this thread; Django would refuse the ORM beside it
        # although the loop is never the one that runs it.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        _RUNNING.append(browser)
        yield browser
        _RUNNING.clear()
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@dataclass
class Visitor:
    """One person's browser: opens pages, signs in, and judges what it sees."""

    page: Page
    base: str

    def open(self, path: str) -> Page:
        """Go to a page of the site."""
        self.page.goto(f"{self.base}{path}")
        return self.page

    def sign_in(self, username: str, password: str = "demo") -> None:  # noqa: S107 - a demo password is no secret
        """Sign in through the page, as a person does."""
        self.open("/accounts/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", password)
        self.page.click("main button[type=submit]")

    def faults(self, *, axe: bool = True) -> list[str]:
        """Everything wrong with the page shown, in words; empty when it is right.

        Without axe, which takes most of the time: the layout and the language alone.
        """
        heard = self._accessibility() if axe else []
        return [*heard, *self._layout(), *self._language()]

    def _accessibility(self) -> list[str]:
        found: list[dict[str, Any]] = Axe().run(self.page, options=RULES).response["violations"]
        return [
            f"axe {fault['id']}: {fault['help']}: {node['html'][:160]}"
            for fault in found
            for node in fault["nodes"]
        ]

    def _layout(self) -> list[str]:
        wide = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        small = self.page.evaluate(
            """() => innerWidth > 600 ? [] : [...document.querySelectorAll(
                 "button, .button, nav a, .side a, input:not([type=hidden]), select, textarea")]
               .filter(e => e.offsetParent && !e.closest(".choice, .crumbs, .hush"))
               .filter(e => e.getBoundingClientRect().height < 43.5)
               .map(e => e.outerHTML.slice(0, 120))"""
        )
        headings = self.page.locator("h1").count()
        return [
            *(["the page scrolls sideways"] if wide else []),
            *(f"target under 44 px: {html}" for html in small),
            *([] if headings == 1 else [f"{headings} first headings"]),
        ]

    def _language(self) -> list[str]:
        lang = self.page.get_attribute("html", "lang")
        return [] if lang in {"zh-Hans", "en"} else [f"lang is {lang!r}"]

    def weight_of(self, path: str) -> tuple[int, int]:
        """Bytes and requests of a page opened afresh."""
        sizes: list[int] = []

        def add(request: Request) -> None:
            answer = request.response()
            sizes.append(len(answer.body()) if answer else 0)

        self.page.on("requestfinished", add)
        self.open(path)
        self.page.wait_for_load_state("networkidle")
        self.page.remove_listener("requestfinished", add)
        return sum(sizes), len(sizes)


VisitorMaker = Callable[..., Visitor]


@pytest.fixture
def visitor(live_server: Any, chromium: Browser) -> Iterator[VisitorMaker]:
    """`visitor(width=360, language="en", scheme="dark", javascript=False)`: a fresh browser."""
    contexts = []

    def make(
        width: int = DESK, language: str = "zh-hans", scheme: str = "light", javascript: bool = True
    ) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            locale="zh-CN" if language.startswith("zh") else "en-GB",
            java_script_enabled=javascript,
            has_touch=width < 600,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(context.new_page(), live_server.url)

    yield make
    for context in contexts:
        context.close()
