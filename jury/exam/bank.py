"""The bank of exam questions, read from the data files beside it and checked once a process."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.canonical import canonical_json, sha256_hex

TOPICS = ("joining", "payment", "ethics", "clauses")
_FOLDER = Path(__file__).with_name("bank")


@dataclass(frozen=True, slots=True)
class QuestionText:
    """A question's words in one language; `facts` is the short case before it, if there is one."""

    facts: str
    question: str
    options: dict[str, str]
    why: str


@dataclass(frozen=True, slots=True)
class Basis:
    """What the right answer rests on: a rulebook's clause or section, or the jury rules."""

    kind: str
    document: str
    place: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its one right answer; a retired one is shown but no longer drawn."""

    code: str
    topic: str
    right: str
    basis: Basis
    en: QuestionText
    zh: QuestionText
    is_retired: bool = False

    def text(self, language: str) -> QuestionText:
        """Return the words in a language: English, else Chinese."""
        return self.en if language.startswith("en") else self.zh

    @property
    def keys(self) -> tuple[str, ...]:
        """The options' keys in the file's order."""
        return tuple(self.zh.options)


@cache
def bank() -> dict[str, Question]:
    """Return the questions by code; ValueError for a bank that is not one."""
    found: dict[str, Question] = {}
    for topic in TOPICS:
        body = json.loads((_FOLDER / f"{topic}.json").read_text(encoding="utf-8"))
        for raw in body["questions"]:
            question = _read(topic, raw)
            if question.code in found:
                raise ValueError(f"two questions {question.code}")
            found[question.code] = question
    return found


@cache
def bank_digest() -> str:
    """Return the SHA-256 of the bank's files, kept with each attempt drawn from it."""
    bodies = {
        topic: json.loads((_FOLDER / f"{topic}.json").read_text(encoding="utf-8"))
        for topic in TOPICS
    }
    return sha256_hex(canonical_json(bodies))


def _read(topic: str, raw: dict[str, Any]) -> Question:
    en, zh = _text(raw["en"]), _text(raw["zh"])
    right = str(raw["right"])
    if list(en.options) != list(zh.options) or right not in en.options:
        raise ValueError(f"question {raw['code']} has not one set of options")
    basis = Basis(*(str(raw["basis"][name]) for name in ("kind", "document", "place")))
    return Question(str(raw["code"]), topic, right, basis, en, zh, raw.get("retired") == "yes")


def _text(raw: dict[str, Any]) -> QuestionText:
    return QuestionText(
        str(raw.get("facts", "")), str(raw["question"]), dict(raw["options"]), str(raw["why"])
    )
