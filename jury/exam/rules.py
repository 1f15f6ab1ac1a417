"""The jury rules a juror accepts, version by version, as data in both languages."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.canonical import canonical_json, sha256_hex

_FOLDER = Path(__file__).with_name("rules_text")


@dataclass(frozen=True, slots=True)
class RulesSection:
    """A heading of the jury rules and the sentences under it, in one language."""

    title: str
    lines: tuple[str, ...]


@cache
def rules_versions() -> tuple[str, ...]:
    """Return the versions whose text is at hand."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


@cache
def rules_sections(version: str, language: str) -> tuple[RulesSection, ...]:
    """Return the text of a version in a language (`en`, else Chinese); LookupError if absent."""
    if version not in rules_versions():
        raise LookupError(f"no jury rules {version}")
    body = json.loads((_FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    tongue = "en" if language.startswith("en") else "zh"
    return tuple(
        RulesSection(section[f"title_{tongue}"], tuple(section[f"lines_{tongue}"]))
        for section in body["sections"]
    )


def rules_digest(version: str, language: str) -> str:
    """Return the SHA-256 of a version's words in a language, kept with each acceptance."""
    sections = rules_sections(version, language)
    words = [{"title": section.title, "lines": list(section.lines)} for section in sections]
    return sha256_hex(canonical_json({"version": version, "sections": words}))
