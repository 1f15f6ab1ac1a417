"""What the source marks for translation and what of it has no Chinese (needs babel)."""

import ast
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from core.catalogues import catalogue_paths, read_catalogue

LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
CALL = re.compile(r"\b(?:[np]*gettext|_)\(")
Message = tuple[str, str]


def chinese_catalogues() -> list[Path]:
    """The catalogues of Chinese; those of English reword libraries' texts."""
    return [path for path in catalogue_paths() if path.parents[1].name == LANGUAGE]


def translated() -> set[Message]:
    """(context, text) of every string that has Chinese in some catalogue."""
    return {
        (entry.context, entry.text)
        for path in chinese_catalogues()
        for entry in read_catalogue(path)
        if entry.is_translated
    }


def _messages(source: IO[bytes]) -> Iterator[Message]:
    for _line, text, _comments, context in extract("python", source, keywords=KEYWORDS):
        first = text if isinstance(text, str) else text[0]
        if first:
            yield (context or "", first)


def _from_python(path: Path) -> Iterator[Message]:
    with path.open("rb") as source:
        yield from _messages(source)


def _from_template(path: Path) -> Iterator[Message]:
    marked = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(marked):
        yield from _call_at(marked, call.start())


def _call_at(marked: str, start: int) -> Iterator[Message]:
    for end in range(start, len(marked)):
        if marked[end] == ")":
            expression = marked[start : end + 1]
            try:
                ast.parse(expression, mode="eval")
            except SyntaxError:
                continue
            yield from _messages(io.BytesIO(expression.encode()))
            return


def marked_for_translation() -> dict[str, set[Message]]:
    """File → the strings that it marks."""
    found: dict[str, set[Message]] = defaultdict(set)
    base = Path(settings.BASE_DIR)
    for app in (*settings.OUR_APPS, "config"):
        for path in (base / app).rglob("*.py"):
            if "migrations" not in path.parts:
                found[str(path.relative_to(base))].update(_from_python(path))
    for path in (base / "templates").rglob("*"):
        if path.suffix in {".html", ".txt"}:
            found[str(path.relative_to(base))].update(_from_template(path))
    return found


def missing_translations() -> dict[str, list[str]]:
    """File → strings that no catalogue gives in Chinese."""
    have = translated()
    return {
        place: sorted(text for _context, text in strings - have)
        for place, strings in marked_for_translation().items()
        if strings - have
    }
