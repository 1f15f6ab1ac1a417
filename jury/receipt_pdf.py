"""A receipt as a PDF of one page, without a font file: Chinese by the viewer's own Song type."""

import io
from datetime import datetime

import pikepdf
import segno
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name

from core.formats import instant

PAGE = (420, 595)
MARGIN = 48
MODULE = 4


def receipt_pdf(*, hearing: str, receipt: str, cast_at: datetime, address: str) -> bytes:
    """Return the receipt: hearing, time, commitment, a code that leads to the public list.

    It never says how its holder voted.
    """
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=PAGE)
    page.Resources = Dictionary(Font=Dictionary(F1=_font(pdf)))
    lines = [
        (20, _("Your receipt")),
        (11, f"{_('Hearing')} {hearing}"),
        (11, instant(cast_at)),
        (9, receipt[:32]),
        (9, receipt[32:]),
        (10, _("Your ballot is cast")),
        (9, _("This paper does not say how you voted.")),
    ]
    page.Contents = pdf.make_stream(_text(lines) + _code(address))
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = f"{_('Your receipt')} {hearing}"
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _font(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return the predefined simplified Chinese font that viewers bring themselves."""
    descriptor = pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/STSong-Light"),
            Flags=6,
            FontBBox=Array([-25, -254, 1000, 880]),
            ItalicAngle=0,
            Ascent=880,
            Descent=-120,
            CapHeight=880,
            StemV=93,
        )
    )
    descendant = pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType0,
            BaseFont=Name("/STSong-Light"),
            CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="GB1", Supplement=4),
            FontDescriptor=descriptor,
            DW=1000,
            W=Array([1, Array([207] + [500] * 94)]),
        )
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=Name("/STSong-Light-UniGB-UTF16-H"),
            Encoding=Name("/UniGB-UTF16-H"),
            DescendantFonts=Array([descendant]),
        )
    )


def _text(lines: list[tuple[int, str]]) -> bytes:
    parts: list[str] = []
    height = PAGE[1] - MARGIN
    for size, words in lines:
        height -= round(size * 1.9)
        shown = words.encode("utf-16-be").hex()
        parts.append(f"BT /F1 {size} Tf {MARGIN} {height} Td <{shown}> Tj ET")
    return "\n".join(parts).encode() + b"\n"


def _code(address: str) -> bytes:
    """Return the QR code as filled squares."""
    rows = [bytes(row) for row in segno.make(address, error="m").matrix]
    top = MARGIN + len(rows) * MODULE
    squares = [
        f"{MARGIN + x * MODULE} {top - (y + 1) * MODULE} {MODULE} {MODULE} re"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return ("\n".join(squares) + "\nf\n").encode()
