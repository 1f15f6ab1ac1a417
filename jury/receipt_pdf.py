"""A receipt as a PDF of one page, without a font file: Song type and Helvetica of the viewer."""

import io
import re
from datetime import datetime

import pikepdf
import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name

from core.formats import instant

PAGE = (420, 595)
MARGIN = 48
# The side of a square of the code, and of the whole code, which leaves the text its place.
MODULE = 4
CODE = 168


def receipt_pdf(
    *, hearing: str, receipt: str, cast_at: datetime, closes_at: datetime | None, address: str
) -> bytes:
    """Return the receipt: hearing, time, commitment, a code that leads to the public list.

    It never says how its holder voted.
    """
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=PAGE)
    page.Resources = Dictionary(Font=Dictionary(F1=_font(pdf), F2=_latin(pdf)))
    groups = [receipt[at : at + 4] for at in range(0, len(receipt), 4)]
    lines = [
        (11, _("Gongdao")),
        (22, _("You have voted")),
        (11, f"{_('Hearing')} {hearing} · {instant(cast_at)}"),
        (4, ""),
        (10, _("Receipt")),
        *((14, "  ".join(groups[at : at + 4])) for at in range(0, len(groups), 4)),
        (4, ""),
        (10, _("This paper says that your ballot was received. It does not say how you voted.")),
        (10, _after_close(closes_at)),
        (10, _("Nobody may ask you to show it.")),
    ]
    page.Contents = pdf.make_stream(_text(lines) + _code(address))
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = f"{_('Your receipt')} {hearing}"
        metadata["dc:language"] = [get_language() or "en"]
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _after_close(closes_at: datetime | None) -> str:
    if closes_at is None:
        return _("After the close the code below leads to the published list of ballots.")
    return _(
        "The vote closes %(at)s. After that the code below leads to the published list of ballots, "
        "where this receipt stands."
    ) % {"at": instant(closes_at)}


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


def _latin(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """Return Helvetica, whose widths every viewer knows; Song type spaces Latin words badly."""
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type1,
            BaseFont=Name.Helvetica,
            Encoding=Name.WinAnsiEncoding,
        )
    )


def _text(lines: list[tuple[int, str]]) -> bytes:
    parts: list[str] = []
    height = PAGE[1] - MARGIN
    for size, words in lines:
        for row in _rows(words, (PAGE[0] - 2 * MARGIN) / size):
            height -= round(size * 1.75)
            shown = " ".join(_runs(row, size))
            parts.append(f"BT {MARGIN} {height} Td {shown} ET")
    return "\n".join(parts).encode() + b"\n"


def _runs(row: str, size: int) -> list[str]:
    """Return a row as the operators that show it, Latin and Chinese each in its type."""
    return [
        f"/F2 {size} Tf <{run.encode('ascii').hex()}> Tj"
        if run.isascii()
        else f"/F1 {size} Tf <{run.encode('utf-16-be').hex()}> Tj"
        for run in re.findall(r"[ -~]+|[^ -~]+", row)
    ]


def _rows(words: str, room: float) -> list[str]:
    """Break a text into rows of so many full widths; Latin words stay whole."""
    rows, row, width = [], "", 0.0
    for piece in re.findall(r"[!-~]+|.", words) or [""]:
        wide = sum(0.5 if character.isascii() else 1.0 for character in piece)
        if row and width + wide > room:
            rows.append(row.rstrip())
            row, width = "", 0.0
        if row or piece != " ":
            row, width = row + piece, width + wide
    return [*rows, row.rstrip()]


def _code(address: str) -> bytes:
    """Return the QR code as filled squares."""
    rows = [bytes(row) for row in segno.make(address, error="m").matrix]
    side = min(MODULE, round(CODE / len(rows), 2))
    top = MARGIN + len(rows) * side
    squares = [
        f"{MARGIN + x * side:.2f} {top - (y + 1) * side:.2f} {side} {side} re"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    ]
    return ("\n".join(squares) + "\nf\n").encode()
