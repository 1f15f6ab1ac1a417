"""Draws the pages of an untrusted file anew from their pixels and prints them, one a line.

Run as `python -m claims.evidence.redraw FILE` by `claims.evidence.redrawing`, which bounds its
time and memory. Nothing but pixels survives: no metadata, no text under a black bar, no earlier
version of the picture. A PDF is taken only where each page is one picture and nothing else,
because whatever is drawn over a picture could be taken off it again.
"""

import base64
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from claims.evidence.limits import MAX_PIXELS, MAX_REDRAWN_EDGE, MAX_REDRAWN_PAGES
from claims.evidence.probe import PDF_MAGIC, Unfit

HARMLESS = {"q", "Q", "cm", "gs", "BMC", "BDC", "EMC"}
QUALITY = 80


def pages_of(path: Path) -> Iterator[Image.Image]:
    """Yield the pictures of a file's pages; raise Unfit where there is more than pictures."""
    if not path.read_bytes().startswith(PDF_MAGIC):
        with Image.open(path, formats=["JPEG", "PNG"]) as picture:
            yield _upright(picture)
        return
    with pikepdf.open(path, attempt_recovery=False) as document:
        if len(document.pages) > MAX_REDRAWN_PAGES:
            raise Unfit("too_many_to_redraw")
        for page in document.pages:
            yield _only_picture(page)


def _only_picture(page: pikepdf.Page) -> Image.Image:
    if "/Annots" in page and len(page.Annots):
        raise Unfit("more_than_pictures")
    drawn = [
        str(one.operands[0])
        for one in pikepdf.parse_content_stream(page)
        if _draws(str(one.operator))
    ]
    named = page.resources.get("/XObject", pikepdf.Dictionary())
    raw = named.get(drawn[0]) if len(drawn) == 1 else None
    if not isinstance(raw, pikepdf.Stream) or raw.get("/Subtype") != "/Image":
        raise Unfit("more_than_pictures")
    if "/SMask" in raw or "/Mask" in raw:
        raise Unfit("more_than_pictures")
    if int(raw.Width) * int(raw.Height) > MAX_PIXELS:
        raise Unfit("too_many_pixels")
    turned = pikepdf.PdfImage(raw).as_pil_image()
    return turned.rotate(-int(page.get("/Rotate", 0)), expand=True)


def _draws(operator: str) -> bool:
    """Say whether an operator places a picture; any but a harmless one draws over it."""
    if operator == "Do":
        return True
    if operator in HARMLESS:
        return False
    raise Unfit("more_than_pictures")


def _upright(picture: Image.Image) -> Image.Image:
    if picture.width * picture.height > MAX_PIXELS:
        raise Unfit("too_many_pixels")
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in {"RGBA", "LA", "P"}:
        # What is transparent shows white; what it hides is gone with the transparency.
        seen = turned.convert("RGBA")
        turned = Image.new("RGBA", seen.size, "white")
        turned.alpha_composite(seen)
    return turned


def drawn_anew(picture: Image.Image) -> dict[str, object]:
    """Return a page as a JPEG of nothing but its pixels, small enough to be read on a phone."""
    page = picture.convert("L" if picture.mode in {"1", "L"} else "RGB")
    page.thumbnail((MAX_REDRAWN_EDGE, MAX_REDRAWN_EDGE))
    fresh = Image.new(page.mode, page.size)
    fresh.paste(page)
    written = io.BytesIO()
    fresh.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    body = base64.b64encode(written.getvalue()).decode()
    return {"width": page.width, "height": page.height, "jpeg": body}


def main(arguments: list[str]) -> int:
    """Print one JSON object a page, or one with what is wrong."""
    try:
        for picture in pages_of(Path(arguments[0])):
            print(json.dumps(drawn_anew(picture)), flush=True)
    except Unfit as unfit:
        print(json.dumps({"refusal": str(unfit)}))
    except (pikepdf.PdfError, UnidentifiedImageError, OSError, SyntaxError, ValueError):
        print(json.dumps({"refusal": "broken"}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
