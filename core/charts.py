"""Geometry of the picture drawn on pages: a bar in parts."""

from collections.abc import Sequence
from dataclasses import dataclass

LABEL_FROM = 0.3


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: where it starts and how long it is, in hundredths of the whole."""

    label: str
    count: int
    tone: int
    start: str
    width: str
    is_labelled: bool


def _hundredths(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.3f}".rstrip("0").rstrip(".") + "%"


def bar_parts(parts: Sequence[tuple[str, int]]) -> list[Part]:
    """Lay parts one after another along a bar; parts of nothing are left out."""
    whole = sum(count for _, count in parts)
    laid: list[Part] = []
    before = 0
    for tone, (label, count) in enumerate(parts, start=1):
        if count > 0:
            laid.append(
                Part(
                    label=label,
                    count=count,
                    tone=tone,
                    start=_hundredths(before, whole),
                    width=_hundredths(count, whole),
                    is_labelled=tone < 3 and count >= LABEL_FROM * whole,
                )
            )
            before += count
    return laid
