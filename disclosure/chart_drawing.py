"""Draws charts ahead, in the clock process; without the drawing library nothing is drawn."""

import json
import re
from datetime import datetime
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.utils.translation import override

from core.canonical import sha256_hex
from disclosure.chart_data import CHARTS, ChartData
from disclosure.chart_specs import THEMES, spec_of
from disclosure.models import Chart

LIBRARY = "vl_convert"
VEGA_LITE = "5.20"
# The language of an address and the one Django knows.
LANGUAGES = {"zh": "zh-hans", "en": "en"}
_FORBIDDEN = re.compile(
    r"<style|<script|\sstyle=|\son[a-z]+=|javascript:|<foreignObject", re.IGNORECASE
)


class UnsafeDrawing(Exception):
    """A drawing holds what the pages' policy forbids; it is not shown."""


def may_draw() -> bool:
    """Say whether the drawing library is installed; it comes with the demo extra."""
    return find_spec(LIBRARY) is not None


def digest_of(chart: ChartData, theme: str) -> str:
    """Return the digest of what a picture is drawn from, its words included."""
    parts = [spec_of(chart, theme), chart.title, chart.sentence]
    return sha256_hex(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode())


def draw_changed(now: datetime) -> int:
    """Draw every chart whose data have changed since; return how many pictures were drawn."""
    if not may_draw():
        return 0
    known = {
        (name, language, theme): digest
        for name, language, theme, digest in Chart.objects.values_list(
            "name", "language", "theme", "digest"
        )
    }
    drawn = 0
    for address, language in LANGUAGES.items():
        with override(language):
            for make in CHARTS.values():
                drawn += _draw(make(), address, known, now)
    return drawn


def _draw(
    chart: ChartData, language: str, known: dict[tuple[str, str, str], str], now: datetime
) -> int:
    drawn = 0
    for theme in THEMES if not chart.is_empty else ():
        digest = digest_of(chart, theme)
        if known.get((chart.name, language, theme)) == digest:
            continue
        Chart.objects.update_or_create(
            name=chart.name,
            language=language,
            theme=theme,
            defaults={"digest": digest, "svg": svg_of(chart, theme), "rendered_at": now},
        )
        drawn += 1
    return drawn


def svg_of(chart: ChartData, theme: str) -> str:
    """Return a chart's picture with its title and sentence; UnsafeDrawing for what may not be."""
    library: Any = import_module(LIBRARY)
    drawn: str = library.vegalite_to_svg(spec_of(chart, theme), vl_version=VEGA_LITE)
    return with_words(drawn, chart.title, chart.sentence)


def with_words(drawn: str, title: str, sentence: str) -> str:
    """Return a drawing as one image with a title and a description, its inner roles dropped."""
    if _FORBIDDEN.search(drawn) or not drawn.startswith("<svg"):
        raise UnsafeDrawing("the drawing holds style, script or no picture")
    plain = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", drawn)
    head, _close, body = plain.partition(">")
    words = f'<title id="t">{escape(title)}</title><desc id="d">{escape(sentence)}</desc>'
    return f'{head} role="img" aria-labelledby="t d">{words}{body}'
