"""Looks at untrusted files in a process of its own and prints what they are, or what is wrong.

Run as `python -m claims.evidence.probe FILE…` by `claims.evidence.checking`, which bounds its time
and memory. It imports no Django and touches nothing but those files.
"""

import json
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, UnidentifiedImageError

from claims.evidence.limits import (
    MAX_INFLATED_BYTES,
    MAX_PAGES,
    MAX_PIXELS,
    MAX_TRAILING_BYTES,
)

PDF_MAGIC = b"%PDF-"
JPEG_MAGIC = b"\xff\xd8\xff"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
ACTIVE_KEYS = ("/JavaScript", "/JS", "/Launch", "/RichMedia", "/XFA", "/SubmitForm", "/ImportData")
ATTACHMENT_KEYS = ("/EmbeddedFiles", "/EmbeddedFile", "/FileAttachment")


class Unfit(Exception):
    """The file may not be taken; the only argument is a code of `limits.REFUSALS`."""


def probe(path: Path) -> dict[str, Any]:
    """Return media type, pages and pixels of the file at `path`, or raise `Unfit`."""
    head = path.open("rb").read(16)
    if not head:
        raise Unfit("empty")
    if head.startswith(PDF_MAGIC):
        return _probe_pdf(path)
    if head.startswith(JPEG_MAGIC):
        return _probe_image(path, "JPEG", "image/jpeg")
    if head.startswith(PNG_MAGIC):
        return _probe_image(path, "PNG", "image/png")
    raise Unfit("wrong_type")


def _probe_pdf(path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Unfit("broken")
    if len(data) - end - 5 > MAX_TRAILING_BYTES or _is_archive(data):
        raise Unfit("mixed_format")
    try:
        with pikepdf.open(path, attempt_recovery=False) as document:
            _refuse_active(document)
            _refuse_bombs(document)
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise Unfit("password_protected") from error
    except pikepdf.PdfError as error:
        raise Unfit("broken") from error
    if not pages:
        raise Unfit("broken")
    if pages > MAX_PAGES:
        raise Unfit("too_many_pages")
    return {"media_type": "application/pdf", "pages": pages, "width": 0, "height": 0}


def _is_archive(data: bytes) -> bool:
    """Say whether a ZIP directory closes the file, as it does in a PDF that is also a ZIP."""
    return b"PK\x05\x06" in data[-70_000:]


def _dictionaries(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary of the document, nested ones included, without recursion."""
    waiting: list[pikepdf.Object] = [item for item in document.objects if item is not None]
    waiting.append(document.trailer)
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting.extend(_direct(child) for child in list(item))
        elif isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            waiting.extend(_direct(child) for child in dict(item.items()).values())


def _direct(child: Any) -> Any:
    """Return direct containers only: indirect ones are visited through `document.objects`."""
    if isinstance(child, pikepdf.Array | pikepdf.Dictionary) and not child.is_indirect:
        return child
    return None


def _refuse_active(document: pikepdf.Pdf) -> None:
    for dictionary in _dictionaries(document):
        keys = set(dictionary.keys())
        names = {str(dictionary.get(key)) for key in ("/S", "/Type", "/Subtype") if key in keys}
        if any(key in keys or key in names for key in ACTIVE_KEYS):
            raise Unfit("has_script")
        if any(key in keys or key in names for key in ATTACHMENT_KEYS):
            raise Unfit("has_attachment")


def _refuse_bombs(document: pikepdf.Pdf) -> None:
    """Inflate every Flate stream in bounded pieces; refuse nested filters that hide a bomb."""
    inflated = 0
    for item in document.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        filters = item.get("/Filter")
        names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
        if names.count("/FlateDecode") > 1 or len(names) > 3:
            raise Unfit("inflates")
        if names[0] != "/FlateDecode":
            continue
        inflated += _inflated_size(item.read_raw_bytes(), MAX_INFLATED_BYTES - inflated)
        if inflated > MAX_INFLATED_BYTES:
            raise Unfit("inflates")


def _inflated_size(raw: bytes, room: int) -> int:
    inflater = zlib.decompressobj()
    size, waiting = 0, raw
    try:
        while waiting and size <= room:
            piece = inflater.decompress(waiting, 1 << 20)
            size += len(piece)
            waiting = inflater.unconsumed_tail
            if not piece and not waiting:
                break
    except zlib.error as error:
        raise Unfit("broken") from error
    return size


def _probe_image(path: Path, kind: str, media_type: str) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = None  # The limit below is ours and answers in plain words.
    try:
        with Image.open(path, formats=[kind]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Unfit("too_many_pixels")
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unfit("broken") from error
    data = path.read_bytes()
    end = data.rfind(b"\xff\xd9") + 2 if kind == "JPEG" else data.rfind(b"IEND\xaeB`\x82") + 8
    if len(data) - end > MAX_TRAILING_BYTES or _is_archive(data) or b"<script" in data.lower():
        raise Unfit("mixed_format")
    return {"media_type": media_type, "pages": 1, "width": width, "height": height}


def main(arguments: list[str]) -> int:
    """Print one JSON object a file: the facts, or {"refusal": code}."""
    for name in arguments:
        try:
            facts = probe(Path(name))
        except Unfit as unfit:
            facts = {"refusal": str(unfit)}
        print(json.dumps(facts), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
