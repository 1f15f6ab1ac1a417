"""One person at a browser: signs in, follows the links a page offers, fills its form, sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Page

from tests.browser.conftest import DESK, PHONE, Visitor, VisitorMaker

FORM = "main form#page-form"
Value = str | bool | Sequence[str]


@dataclass
class Walker:
    """Somebody with an account, or a public reader without one."""

    visitor: Visitor
    username: str = ""
    complaints: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.visitor.page

    def begin(self) -> "Walker":
        """Listen to the browser's complaints, and sign in."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if self.username:
            self.visitor.sign_in(self.username)
            assert "/accounts/login/" not in self.page.url, f"{self.username} cannot sign in"
        return self

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser itself notes a form that came back with 422; that is no fault of the page.
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> "Walker":
        """Go to a page."""
        answer = self.page.goto(f"{self.visitor.base}{path}")
        assert answer is not None
        assert answer.ok, (path, answer.status, self.text()[:400])
        return self

    def follow(self, href: str) -> "Walker":
        """Click the link whose address ends so."""
        link = self.page.locator(f'main a[href$="{href}"]').first
        assert link.count(), (href, self.page.url, self.text()[:1500])
        link.click()
        self.page.wait_for_load_state()
        return self

    def take(self, step: str, /, **values: Value) -> "Walker":
        """Follow a step's link on the page of its row, fill its form, send it."""
        self.follow(f"/steps/{step}/")
        return self.fill(**values).send()

    def fill(self, **values: Value) -> "Walker":
        """Answer the form's questions, whatever they look like."""
        for name, value in values.items():
            self._answer(name, value)
        return self

    def _answer(self, name: str, value: Value) -> None:
        found = self.page.locator(f'{FORM} [name="{name}"]')
        assert found.count(), (name, self.page.url, self.text()[:800])
        kind = found.first.evaluate("e => e.type || e.tagName.toLowerCase()")
        if kind in ("radio", "checkbox"):
            if isinstance(value, bool):
                found.first.set_checked(value)
                return
            for one in [value] if isinstance(value, str) else value:
                self.page.locator(f'{FORM} [name="{name}"][value="{one}"]').check()
        elif kind == "select-one":
            found.select_option(str(value))
        else:
            found.fill(str(value))

    def upload(self, name: str, data: bytes, media_type: str) -> "Walker":
        """Choose a file and send it."""
        self.page.set_input_files(
            "#id_files", {"name": name, "mimeType": media_type, "buffer": data}
        )
        return self.send(is_right=None)

    def send(self, is_right: bool | None = True) -> "Walker":
        """Press the form's one button; the form must be gone, or be shown again with its fault."""
        before = self.page.url
        self.page.locator(f"{FORM} button[type=submit]").first.click()
        self.page.wait_for_load_state()
        title = self.page.title()
        wrong = title.startswith(("错误：", "Error:"))
        if is_right is not None:
            assert wrong != is_right, (before, title, self.faults_said())
        return self

    def faults_said(self) -> list[str]:
        """The faults named beside the fields, and the page's own problem."""
        return self.page.locator("main .error, main [role=alert], main .blockers").all_inner_texts()

    def values(self, names: Sequence[str]) -> Mapping[str, Any]:
        """What stands in the form's fields."""
        return {name: self.page.input_value(f'{FORM} [name="{name}"]') for name in names}

    def criteria(self) -> list[str]:
        """The names of the criteria that the form asks for."""
        names: list[str] = self.page.eval_on_selector_all(
            f'{FORM} [name^="criterion_"]', "all => [...new Set(all.map(e => e.name))]"
        )
        return names

    def text(self) -> str:
        """The words of the page."""
        return self.page.inner_text("main")

    def sees(self, *words: str) -> "Walker":
        """All these words stand on the page."""
        text = self.text()
        for word in words:
            assert word in text, (word, self.page.url, text[:1500])
        return self


@dataclass
class Cast:
    """Everybody's browsers: the members' a phone in Chinese, the staff's a desk in English."""

    visitor: VisitorMaker
    javascript: bool
    known: dict[str, Walker] = field(default_factory=dict)

    def __call__(self, username: str, *, staff: bool = False) -> Walker:
        """The browser of a person, signed in once; without a name the public reader's."""
        if username not in self.known:
            visitor = self.visitor(
                width=DESK if staff else PHONE,
                language="en" if staff else "zh-hans",
                javascript=self.javascript,
            )
            self.known[username] = Walker(visitor, username).begin()
        return self.known[username]

    def leave(self, username: str) -> None:
        """Close a person's browser."""
        walker = self.known.pop(username)
        assert walker.complaints == []
        walker.page.context.close()

    def complaints(self) -> list[str]:
        """What any browser complained of."""
        return [words for walker in self.known.values() for words in walker.complaints]
