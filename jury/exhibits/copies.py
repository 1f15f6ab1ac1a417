"""Takes a redacted copy in: checked like any evidence, then drawn anew from its pixels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile

from claims.evidence import storage
from claims.evidence.limits import MAX_REDRAWN_PAGES
from claims.evidence.redrawing import Page, redraw
from claims.evidence.wording import WORDING
from claims.services import receive_files
from core.errors import Blocked

MEDIA_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page that lies on disk and that no row refers to yet."""

    key: str
    digest: str
    size_bytes: int
    width: int
    height: int


def receive_copy(uploads: "Sequence[UploadedFile[Any]]") -> list[StoredPage]:
    """Check the files, draw their pages anew and store those; the files themselves are dropped.

    Called before any row is locked. Raises Blocked in plain words.
    """
    kept = receive_files(uploads) if uploads else []
    pages: list[Page] = []
    try:
        for stored in kept:
            if stored.check.unfinished:
                raise _refused("broken")
            redrawn = redraw(storage.path_of(stored.key))
            if redrawn.refusal:
                raise _refused(redrawn.refusal)
            pages += redrawn.pages
    finally:
        for stored in kept:
            storage.discard(stored.key)
    if len(pages) > MAX_REDRAWN_PAGES:
        raise _refused("too_many_to_redraw")
    return [_store(page) for page in pages]


def drop(pages: Sequence[StoredPage]) -> None:
    """Remove pages that no row came to refer to."""
    for page in pages:
        storage.discard(page.key)


def _store(page: Page) -> StoredPage:
    key, digest, size = storage.store(SimpleUploadedFile("page.jpg", page.jpeg))
    return StoredPage(key, digest, size, page.width, page.height)


def _refused(code: str) -> Blocked:
    return Blocked(code, WORDING[code])
