"""A receipt's QR code; it leads to the published list and never says how one voted."""

import segno


def qr_of(text: str) -> str:
    """Return the text as a QR code, an SVG in a data address."""
    uri: str = segno.make(text, error="m").svg_data_uri(scale=4, border=2)
    return uri
