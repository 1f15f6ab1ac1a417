"""The order of a ballot's pages, and which part of a draft stands on which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jury.brief import question_codes
from jury.models import Hearing

VOTE = "vote"
EXPLAIN = "explain"


@dataclass(frozen=True, slots=True)
class BallotPages:
    """A page for each question by its number, one for the whole, one to explain a difference."""

    codes: tuple[str, ...]

    @classmethod
    def of(cls, hearing: Hearing) -> "BallotPages":
        """Return the pages of a hearing's ballot."""
        return cls(tuple(question_codes(hearing.brief)))

    @property
    def count(self) -> int:
        """How many questions there are."""
        return len(self.codes)

    def has(self, page: str) -> bool:
        """Say whether there is such a page."""
        return page in {VOTE, EXPLAIN} or self.number_of(page) > 0

    def number_of(self, page: str) -> int:
        """Return a question's number from 1; 0 for any other page."""
        if not (page.isascii() and page.isdigit() and len(page) < 4):
            return 0
        return int(page) if 1 <= int(page) <= self.count and page == str(int(page)) else 0

    def code_of(self, page: str) -> str:
        """Return a question's code, or the page's own name."""
        number = self.number_of(page)
        return self.codes[number - 1] if number else page

    def page_of(self, code: str) -> str:
        """Return the page of a question's code, or the code where it names a page."""
        return str(self.codes.index(code) + 1) if code in self.codes else code

    def after(self, page: str) -> str:
        """Return the page that follows; nothing after the last."""
        number = self.number_of(page)
        if not number:
            return ""
        return str(number + 1) if number < self.count else VOTE

    def before(self, page: str) -> str:
        """Return the page before; nothing before the first."""
        if page == EXPLAIN:
            return VOTE
        number = self.number_of(page) or self.count + 1
        return str(number - 1) if number > 1 else ""


def part_of(draft: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return what a draft holds for a question's code, for `vote` or for `explain`."""
    if code == VOTE:
        return {"vote": draft.get("vote", ""), "reason": draft.get("reason", "")}
    if code == EXPLAIN:
        return {"explanation": draft.get("explanation", "")}
    return {
        "answer": draft.get("answers", {}).get(code, ""),
        "note": draft.get("notes", {}).get(code, ""),
    }


def merged(draft: Mapping[str, Any], code: str, entered: Mapping[str, Any]) -> dict[str, Any]:
    """Return the draft with what was entered on the page of a code."""
    if code == VOTE:
        return {**draft, "vote": entered["vote"], "reason": entered["reason"]}
    if code == EXPLAIN:
        return {**draft, "explanation": entered["explanation"]}
    return {
        **draft,
        "answers": {**draft.get("answers", {}), code: entered["answer"]},
        "notes": {**draft.get("notes", {}), code: entered["note"]},
    }


def missing_from(draft: Mapping[str, Any], codes: tuple[str, ...]) -> list[str]:
    """Return the questions a draft has not answered yet, and `vote` for the whole."""
    answers = draft.get("answers", {})
    missing = [code for code in codes if code not in answers]
    return missing if draft.get("vote") and draft.get("reason") else [*missing, VOTE]
