"""Draws the pages of an untrusted file anew from their pixels and prints them, one a line.

Run as `python -m claims.evidence.redraw FILE` by `claims.evidence.redrawing`, which bounds its
time and memory. Nothing but pixels survives: no metadata, no text under a black bar, no earlier
version of the picture. A PDF is taken only where each page is one picture and nothing else,
because whatever is drawn over a picture could be taken off it again; and only where the page shows
the whole of it, because what was cropped or masked away would be drawn with the rest.
"""

import base64
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image, ImageOps, UnidentifiedImageError

from claims.evidence.limits import MAX_PIXELS, MAX_REDRAWN_EDGE, MAX_REDRAWN_PAGES
from claims.evidence.probe import PDF_MAGIC, Unfit

HARMLESS = {"q", "Q", "cm", "gs", "BMC", "BDC", "EMC"}
# How far, in points, a picture may reach over the edge of its page: scanners round.
OVERLAP = 2.0
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
    steps = list(pikepdf.parse_content_stream(page))
    drawn = [str(one.operands[0]) for one in steps if _draws(str(one.operator))]
    named = page.resources.get("/XObject", pikepdf.Dictionary())
    raw = named.get(drawn[0]) if len(drawn) == 1 else None
    if not isinstance(raw, pikepdf.Stream) or raw.get("/Subtype") != "/Image":
        raise Unfit("more_than_pictures")
    if "/SMask" in raw or "/Mask" in raw or int(raw.get("/SMaskInData", 0)):
        raise Unfit("more_than_pictures")
    if _is_masked(page) or _is_cropped(page, steps):
        raise Unfit("more_than_pictures")
    if int(raw.Width) * int(raw.Height) > MAX_PIXELS:
        raise Unfit("too_many_pixels")
    turned = _on_white(pikepdf.PdfImage(raw).as_pil_image())
    return turned.rotate(-int(page.get("/Rotate", 0)), expand=True)


def _is_masked(page: pikepdf.Page) -> bool:
    """Say whether a graphics state of the page lays a mask over what is drawn."""
    states = page.resources.get("/ExtGState", pikepdf.Dictionary())
    return any(str(state.get("/SMask", "/None")) != "/None" for state in states.values())


def _is_cropped(page: pikepdf.Page, steps: list[Any]) -> bool:
    """Say whether a part of the picture lies outside of what the page shows of itself."""
    matrix, kept = pikepdf.Matrix(), []
    for step in steps:
        operator = str(step.operator)
        if operator == "q":
            kept.append(matrix)
        elif operator == "Q" and kept:
            matrix = kept.pop()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*map(float, step.operands)) @ matrix
        elif operator == "Do":
            break
    picture = matrix.transform(pikepdf.Rectangle(0, 0, 1, 1))
    for box in (page.mediabox, page.cropbox):
        shown = pikepdf.Rectangle(box)
        if (
            picture.llx < shown.llx - OVERLAP
            or picture.lly < shown.lly - OVERLAP
            or picture.urx > shown.urx + OVERLAP
            or picture.ury > shown.ury + OVERLAP
        ):
            return True
    return False


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
    return _on_white(ImageOps.exif_transpose(picture))


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture as it is seen: what is transparent shows white and hides nothing."""
    if picture.mode not in {"RGBA", "LA", "PA", "P"}:
        return picture
    seen = picture.convert("RGBA")
    shown = Image.new("RGBA", seen.size, "white")
    shown.alpha_composite(seen)
    return shown


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
