"""What is kept of a redacted copy: pictures drawn anew from their pixels, and nothing else."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image

from claims.evidence import storage
from core.errors import Blocked
from jury.exhibits.copies import receive_copy
from tests.worlds_exhibits import picture, upload


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the files lie."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


def _files(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*") if path.is_file())


def test_a_page_is_drawn_anew_and_carries_nothing_but_its_pixels(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "张三 13812345678"
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 0.0)}
    photo = picture("seen", exif=exif, comment=b"secret author")
    (page,) = receive_copy([upload(photo)])
    kept = storage.path_of(page.key).read_bytes()
    shown = Image.open(io.BytesIO(kept))
    assert not shown.getexif()
    assert "comment" not in shown.info
    assert b"13812345678" not in kept
    assert b"secret" not in kept
    assert _files(folder) == 1, "the file that was sent is not kept"


def test_what_is_transparent_hides_nothing(folder: Path) -> None:
    layer = Image.new("RGBA", (60, 60), (200, 0, 0, 0))
    written = io.BytesIO()
    layer.save(written, "PNG")
    (page,) = receive_copy([upload(written.getvalue(), "a.png")])
    shown = Image.open(storage.path_of(page.key)).convert("RGB")
    assert shown.getpixel((30, 30)) == (255, 255, 255)


def _pdf_of_pictures(count: int = 1) -> bytes:
    pages = [Image.new("RGB", (300, 400), "white") for _ in range(count)]
    written = io.BytesIO()
    pages[0].save(written, "PDF", save_all=True, append_images=pages[1:], title="张三")
    return written.getvalue()


def _drawn_over(stream: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(_pdf_of_pictures())) as document:
        document.pages[0].contents_add(document.make_stream(stream))
        written = io.BytesIO()
        document.save(written)
    return written.getvalue()


def test_a_scanned_pdf_becomes_pictures_of_its_pages(folder: Path) -> None:
    pages = receive_copy([upload(_pdf_of_pictures(3), "scan.pdf")])
    assert [page.width for page in pages] == [300, 300, 300]
    assert all(b"PDF" not in storage.path_of(page.key).read_bytes()[:8] for page in pages)


@pytest.mark.parametrize(
    "stream", [b"0 0 100 100 re f", b"BT /F1 9 Tf (name) Tj ET"], ids=["bar", "text"]
)
def test_a_pdf_with_more_than_pictures_is_refused(folder: Path, stream: bytes) -> None:
    with pytest.raises(Blocked, match="more_than_pictures"):
        receive_copy([upload(_drawn_over(stream), "bar.pdf")])
    assert _files(folder) == 0


def test_a_file_that_is_none_of_these_is_refused_in_plain_words(folder: Path) -> None:
    with pytest.raises(Blocked, match="wrong_type"):
        receive_copy([upload(b"<html>", "x.jpg")])
    with pytest.raises(Blocked, match="too_many_to_redraw"):
        receive_copy([upload(_pdf_of_pictures(21), "long.pdf")])
    assert _files(folder) == 0


def _changed(how: str) -> bytes:
    with pikepdf.open(io.BytesIO(_pdf_of_pictures())) as document:
        page = document.pages[0]
        left, bottom, right, top = map(float, page.mediabox)
        half = [left, bottom, right, (bottom + top) / 2]
        if how == "crop box":
            page["/CropBox"] = half
        elif how == "inherited crop box":
            document.Root.Pages["/CropBox"] = half
        elif how == "page":
            page["/MediaBox"] = half
        elif how == "moved out":
            page.contents_add(document.make_stream(b"1 0 0 1 0 200 cm"), prepend=True)
        else:
            mask = document.make_stream(b"", Type=pikepdf.Name.XObject)
            soft = pikepdf.Dictionary(Type=pikepdf.Name.Mask, S=pikepdf.Name.Luminosity, G=mask)
            page.Resources["/ExtGState"] = pikepdf.Dictionary(G0=pikepdf.Dictionary(SMask=soft))
            page.contents_add(document.make_stream(b"/G0 gs"), prepend=True)
        written = io.BytesIO()
        document.save(written)
    return written.getvalue()


@pytest.mark.parametrize(
    "how", ["crop box", "inherited crop box", "page", "moved out", "soft mask"]
)
def test_what_a_pdf_hides_by_cropping_or_masking_is_not_drawn_again(folder: Path, how: str) -> None:
    with pytest.raises(Blocked, match="more_than_pictures"):
        receive_copy([upload(_changed(how), "cropped.pdf")])
    assert _files(folder) == 0
