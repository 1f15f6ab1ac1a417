"""Writing the board: everything its pages lead to, then each case, in both languages."""

import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from disclosure.export.files import (
    CASES,
    LANGUAGES,
    file_of,
    is_page_of_language,
    links_of,
    with_file_links,
)
from disclosure.export.reading import Reader, one_connection
from disclosure.models import PublicCase
from record.queries import latest_checkpoint

STATE = ".export.json"
START = "/board/"
_CHUNK = 500

Progress = Callable[[int, str], None]


@dataclass(slots=True)
class Report:
    """What an export did."""

    pages: int = 0
    cases: int = 0
    changed: int = 0


class Export:
    """One export into one folder; begun anew it changes only what has changed."""

    def __init__(self, folder: Path, on_progress: Progress) -> None:
        self.folder = folder
        self.live = settings.PUBLIC_URL.rstrip("/")
        self.reader = Reader(self.live)
        self.report = Report()
        self._tell = on_progress
        self._static: set[str] = set()

    def run(self, whole: bool = False) -> Report:
        """Write everything; unless `whole`, only the cases told of since the last export."""
        self.folder.mkdir(parents=True, exist_ok=True)
        checkpoint = latest_checkpoint()
        size = checkpoint.size if checkpoint else 0
        since = 0 if whole else self._known_size()
        with one_connection():
            self._follow(START)
            for reference in case_references(since):
                self._write_case(reference)
        self._write_door()
        self._put(self.folder / STATE, [json.dumps({"record_size": size}).encode()])
        return self.report

    def _known_size(self) -> int:
        try:
            return int(json.loads((self.folder / STATE).read_text())["record_size"])
        except (FileNotFoundError, ValueError, KeyError):
            return 0

    def _follow(self, start: str) -> None:
        """Write every page but the cases', breadth first, in the order the board links them."""
        waiting, known = deque([start]), {start}
        while waiting:
            address = waiting.popleft()
            for target in self._write(address):
                if target not in known and not CASES.match(target) and "/api/" not in target:
                    known.add(target)
                    waiting.append(target)
            self.report.pages += 1
            self._tell(0, address)

    def _write_case(self, reference: str) -> None:
        self._write(f"/board/cases/{reference}/")
        self._write(f"/api/v1/board/cases/{reference}/")
        self.report.cases += 1
        self._tell(1, reference)

    def _write(self, address: str) -> list[str]:
        """Write an address, in both languages where it is a page; return where it leads."""
        found: list[str] = []
        if not is_page_of_language(address):
            with self.reader.open(address, "en") as answer:
                self._put(self.folder / file_of(address, "en"), answer.pieces)
            return found
        for language in LANGUAGES:
            with self.reader.open(address, language) as answer:
                page = b"".join(answer.pieces).decode()
            found += [link for link in links_of(page, address) if link not in found]
            text = with_file_links(page, address, language, self.live)
            self._put(self.folder / file_of(address, language), [text.encode()])
        return self._static_first(found)

    def _static_first(self, links: list[str]) -> list[str]:
        """Write the styles and scripts a page needs, once; return the other links."""
        for link in links:
            if link.startswith("/static/") and link not in self._static:
                self._static.add(link)
                self._write(link)
        return [link for link in links if not link.startswith("/static/")]

    def _write_door(self) -> None:
        """Write the folder's own first page: which language."""
        page = (
            '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>公道 Gongdao</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1"><ul>'
            '<li><a href="zh/index.html" lang="zh-Hans">公道：公示板</a></li>'
            '<li><a href="en/index.html" lang="en">Gongdao: the board</a></li></ul></html>\n'
        )
        self._put(self.folder / "index.html", [page.encode()])

    def _put(self, path: Path, pieces: Any) -> None:
        """Write a file whole or not at all; the same bytes leave it untouched."""
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with draft.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        if path.exists() and _same(path, draft):
            draft.unlink()
            return
        draft.replace(path)
        self.report.changed += 1


def _same(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as first, other.open("rb") as second:
        while piece := first.read(1 << 16):
            if piece != second.read(1 << 16):
                return False
    return True


def case_references(since: int) -> Iterator[str]:
    """Yield the published cases told of in the record from a size on, a chunk at a time."""
    last = 0
    while True:
        rows = PublicCase.objects.filter(pk__gt=last).order_by("pk")
        if since:
            rows = rows.filter(entries__entry__leaf__index__gte=since).distinct()
        found = list(rows.values_list("pk", "reference")[:_CHUNK])
        if not found:
            return
        yield from (reference for _pk, reference in found)
        last = found[-1][0]


def case_count(since: int = 0) -> int:
    """Return how many cases an export would write."""
    rows = PublicCase.objects.all()
    if since:
        rows = rows.filter(entries__entry__leaf__index__gte=since).distinct()
    return rows.count()
