"""Hostile and broken files against the bounded probe: each is refused with its own code."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from claims.evidence.checking import check_file
from claims.evidence.limits import MAX_INFLATED_BYTES, MAX_PAGES, REFUSALS
from claims.evidence.wording import WORDING


def pdf(
    pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **save: object
) -> bytes:
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page()
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out, **save)  # type: ignore[arg-type]  # save options are passed through
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("run.js", "alert(1)")
    return out.getvalue()


def png_header_only(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + header
        + struct.pack(">I", zlib.crc32(header))
    )


def with_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_attachment(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = b"MZ"


def with_bomb(document: pikepdf.Pdf) -> None:
    packer = zlib.compressobj(9)
    piece = b"\0" * (1 << 20)
    raw = b"".join(packer.compress(piece) for _ in range(MAX_INFLATED_BYTES // (1 << 20) + 2))
    stream = document.make_stream(b"")
    stream.write(raw + packer.flush(), filter=pikepdf.Name.FlateDecode)
    document.Root.Bomb = stream


def with_nested_bomb(document: pikepdf.Pdf) -> None:
    raw = zlib.compress(zlib.compress(b"\0" * (1 << 24), 9), 9)
    stream = document.make_stream(b"")
    stream.write(raw, filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]))
    document.Root.Bomb = stream


def locked() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "an empty file": (lambda: b"", "empty"),
    "a text": (lambda: b"hello", "wrong_type"),
    "a program": (lambda: b"MZ\x90\0" + b"\0" * 400, "wrong_type"),
    "a page of HTML": (lambda: b"<!doctype html><script>alert(1)</script>", "wrong_type"),
    "a GIF": (lambda: picture("GIF"), "wrong_type"),
    "a PDF with a password": (locked, "password_protected"),
    "a PDF that broke off": (lambda: pdf(3)[:300], "broken"),
    "a PDF of too many pages": (lambda: pdf(MAX_PAGES + 1), "too_many_pages"),
    "a PDF with a script": (lambda: pdf(1, with_script), "has_script"),
    "a PDF with an attachment": (lambda: pdf(1, with_attachment), "has_attachment"),
    "a Flate bomb": (lambda: pdf(1, with_bomb), "inflates"),
    "a nested Flate bomb": (
        lambda: pdf(
            1,
            with_nested_bomb,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        ),
        "inflates",
    ),
    "a PDF that is also a ZIP": (lambda: pdf() + archive(), "mixed_format"),
    "a PDF that is also HTML": (lambda: pdf() + b"<html><script>" * 200, "mixed_format"),
    "a JPEG that broke off": (lambda: picture("JPEG", (400, 300))[:300], "broken"),
    "a JPEG with a script behind it": (
        lambda: picture("JPEG") + b"<script>alert(1)</script>",
        "mixed_format",
    ),
    "a JPEG that is also a ZIP": (lambda: picture("JPEG") + archive(), "mixed_format"),
    "a PNG that claims 60,000 by 60,000": (
        lambda: png_header_only(60_000, 60_000) + picture("PNG")[33:],
        "too_many_pixels",
    ),
    "a PNG that broke off": (lambda: picture("PNG", (400, 300))[:80], "broken"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    make, code = FILES[name]
    path = tmp_path / "upload"
    path.write_bytes(make())
    check = check_file(path)
    assert (check.refusal, check.unfinished) == (code, False)


@pytest.mark.parametrize(
    ("data", "media_type", "pages"),
    [
        (pdf(3), "application/pdf", 3),
        (picture("JPEG"), "image/jpeg", 1),
        (picture("PNG"), "image/png", 1),
    ],
)
def test_a_plain_document_passes_with_its_facts(
    data: bytes, media_type: str, pages: int, tmp_path: Path
) -> None:
    path = tmp_path / "出院小结.bin"
    path.write_bytes(data)
    check = check_file(path)
    assert (check.media_type, check.pages, check.refusal) == (media_type, pages, "")


def test_every_refusal_has_words() -> None:
    assert set(REFUSALS) <= set(WORDING)
