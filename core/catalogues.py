"""The translation catalogues: what is marked for translation, what lacks it, compiling."""

import ast
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "zh_Hans"
APPS = (
    "core",
    "record",
    "members",
    "claims",
    "jury",
    "sharing",
    "payouts",
    "disclosure",
    "desk",
    "config",
)
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
Message = tuple[str, str]


def catalogue_paths() -> list[Path]:
    """Every .po file of the product."""
    return sorted((settings.BASE_DIR / "locale").glob("*/*/LC_MESSAGES/django.po"))


def compile_catalogues() -> int:
    """Writes each .mo that is older than its .po; gives the number of catalogues."""
    paths = catalogue_paths()
    for path in paths:
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        with path.open("rb") as source:
            catalogue = read_po(source, locale=path.parents[1].name, abort_invalid=True)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        draft = target.with_suffix(".mo.new")
        draft.write_bytes(compiled.getvalue())
        draft.replace(target)
    return len(paths)


def translated() -> set[Message]:
    """(context, text) of every string that has Chinese in some catalogue."""
    found: set[Message] = set()
    for path in catalogue_paths():
        if path.parents[1].name != LANGUAGE:
            continue
        with path.open("rb") as source:
            for message in read_po(source, locale=LANGUAGE):
                texts = (message.string,) if isinstance(message.string, str) else message.string
                if message.id and texts and all(texts) and not message.fuzzy:
                    text = message.id if isinstance(message.id, str) else message.id[0]
                    found.add((message.context or "", text))
    return found


def _from_python(path: Path) -> Iterator[Message]:
    with path.open("rb") as source:
        yield from _messages(source)


def _messages(source: "io.BufferedIOBase") -> Iterator[Message]:
    for _line, text, _comments, context in extract("python", source, keywords=KEYWORDS):
        first = text[0] if isinstance(text, tuple) else text
        if first:
            yield (context or "", first)


def _from_template(path: Path) -> Iterator[Message]:
    marked = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in re.finditer(r"\b(?:[np]*gettext|_)\(", marked):
        yield from _calls_at(marked, call.start())


def _calls_at(marked: str, start: int) -> Iterator[Message]:
    depth = 0
    for end in range(start, len(marked)):
        depth += {"(": 1, ")": -1}.get(marked[end], 0)
        if depth == 0 and marked[end] == ")":
            try:
                expression = ast.parse(marked[start : end + 1], mode="eval").body
            except SyntaxError:
                continue
            if isinstance(expression, ast.Call):
                yield from _messages(io.BytesIO(marked[start : end + 1].encode()))
            return


def marked_for_translation() -> dict[str, set[Message]]:
    """File → the strings that it marks."""
    found: dict[str, set[Message]] = defaultdict(set)
    base = Path(settings.BASE_DIR)
    for app in APPS:
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
        place: sorted(text for context, text in strings - have)
        for place, strings in marked_for_translation().items()
        if strings - have
    }
