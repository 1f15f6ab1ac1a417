"""The translation catalogues: reading .po files and compiling them, with nothing but Python."""

import ast
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
MAGIC = 0x950412DE
CHARSET = "Content-Type: text/plain; charset=UTF-8\n"
KEYWORDS = ("msgctxt", "msgid_plural", "msgid", "msgstr")


class CatalogueError(Exception):
    """A .po file that cannot be read, with the line."""


@dataclass
class Entry:
    """One message: its context, its text or texts, and their translations by plural form."""

    context: str = ""
    text: str = ""
    plural: str = ""
    translations: dict[int, str] = field(default_factory=dict)
    is_fuzzy: bool = False

    @property
    def is_translated(self) -> bool:
        """Whether every form has a text that a person vouches for."""
        return bool(self.translations) and all(self.translations.values()) and not self.is_fuzzy


def catalogue_paths() -> list[Path]:
    """Every .po file of the product."""
    return sorted((BASE / "locale").glob("*/*/LC_MESSAGES/django.po"))


def _blocks(path: Path) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        stripped = line.strip()
        begins = stripped.startswith(("msgctxt", "msgid ")) and any(
            one.startswith("msgstr") for _number, one in block
        )
        if (not stripped or begins) and block:
            yield block
            block = []
        if stripped and not stripped.startswith("#~"):
            block.append((number, stripped))
    if block:
        yield block


def _entry(path: Path, block: list[tuple[int, str]]) -> Entry:
    entry = Entry()
    parts: dict[str, str] = {}
    word = ""
    for number, line in block:
        if line.startswith("#"):
            entry.is_fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        if not line.startswith('"'):
            word, _space, line = line.partition(" ")
            if word.split("[")[0] not in KEYWORDS or word in parts:
                raise CatalogueError(f"{path}, line {number}: {word} is not expected here")
            parts[word] = ""
        try:
            parts[word] += ast.literal_eval(line.strip())
        except (KeyError, SyntaxError, ValueError) as problem:
            raise CatalogueError(f"{path}, line {number}: not a quoted text") from problem
    entry.context = parts.pop("msgctxt", "")
    entry.text = parts.pop("msgid", "")
    entry.plural = parts.pop("msgid_plural", "")
    for name, text in parts.items():
        form = name.removeprefix("msgstr").strip("[]")
        entry.translations[int(form or 0)] = text
    return entry


def read_catalogue(path: Path) -> list[Entry]:
    """Every message of a .po file, its header (an empty text) first; no text twice."""
    entries = [_entry(path, block) for block in _blocks(path)]
    entries = [entry for entry in entries if entry.translations]
    seen: set[tuple[str, str]] = set()
    for entry in entries:
        key = (entry.context, entry.text)
        if key in seen:
            raise CatalogueError(f"{path}: {entry.text!r} stands there twice")
        seen.add(key)
    return entries


def compiled(entries: list[Entry]) -> bytes:
    """The same as a GNU .mo file; what is not translated is left out."""
    messages = {b"": CHARSET.encode()}
    for entry in entries:
        if not entry.text:
            kept = entry.translations[0].splitlines(keepends=True)
            lines = [line for line in kept if not line.lower().startswith("content-type:")]
            messages[b""] = (CHARSET + "".join(lines)).encode()
        elif entry.is_translated:
            key = f"{entry.context}\x04{entry.text}" if entry.context else entry.text
            if entry.plural:
                key += f"\0{entry.plural}"
            forms = (entry.translations[number] for number in sorted(entry.translations))
            messages[key.encode()] = "\0".join(forms).encode()
    keys = sorted(messages)
    start = 7 * 4 + 16 * len(keys)
    table, texts = [], b""
    for column in (keys, [messages[key] for key in keys]):
        for text in column:
            table += [len(text), start + len(texts)]
            texts += text + b"\0"
    header = (MAGIC, 0, len(keys), 7 * 4, 7 * 4 + 8 * len(keys), 0, 0)
    return struct.pack(f"<{len(header) + len(table)}I", *header, *table) + texts


def compile_catalogues() -> int:
    """Writes each .mo that is older than its .po, where that may be; gives the number of them."""
    paths = catalogue_paths()
    for path in paths:
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        if not os.access(target.parent, os.W_OK):
            continue  # an installation whose code is read-only was compiled when it was set up
        draft = target.with_suffix(f".mo.{os.getpid()}")
        draft.write_bytes(compiled(read_catalogue(path)))
        draft.replace(target)
    return len(paths)
