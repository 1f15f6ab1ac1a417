"""Geometry of the two pictures drawn on pages: a bar in parts and a line over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LABEL_FROM = 0.3
PLOT = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: where it starts and how long it is, in hundredths of the whole."""

    label: str
    count: int
    tone: int
    start: str
    width: str
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Gridline:
    """One horizontal line with the value it stands for, from the top in thousandths."""

    y: str
    label: str


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


def nice_step(top: float, lines: int = 3) -> float:
    """Return a round distance between gridlines so that about that many reach the top."""
    if top <= 0:
        return 1
    rough = top / lines
    power: float = 10.0 ** len(str(int(rough))) / 10 if rough >= 1 else 1.0
    while power > rough:
        power /= 10
    return next(power * factor for factor in (1, 2, 3, 5, 10) if power * factor >= rough)


def line_points(values: Sequence[float], top: float) -> list[tuple[float, float]]:
    """Return the points of a line in a square of a thousand; the first line is at the foot."""
    last = max(len(values) - 1, 1)
    return [
        (round(index * PLOT / last, 1), round(PLOT - value * PLOT / top, 1))
        for index, value in enumerate(values)
    ]


def gridlines(top: float, step: float) -> list[Gridline]:
    """Return the lines from nought to the top with their values."""
    count = int(top / step)
    return [
        Gridline(y=f"{100 - index * step * 100 / top:.2f}%", label=f"{round(index * step, 6):g}")
        for index in range(count + 1)
    ]


def line_context(chart: Mapping[str, Any]) -> dict[str, Any]:
    """Return what components/_line_chart.html draws, from the chart its first line describes."""
    points: Sequence[tuple[str, float]] = chart["points"]
    values = [float(value) for _, value in points]
    texts: Sequence[str] = chart.get("texts") or [f"{value:g}" for value in values]
    highest = max(values, default=0)
    step = nice_step(highest)
    top = max(step, highest * 1.04)
    line = line_points(values, top)
    end_x, end_y = line[-1] if line else (PLOT, PLOT)
    return {
        **chart,
        "rows": [(label, text) for (label, _), text in zip(points, texts, strict=True)],
        "line": " ".join(f"{x},{y}" for x, y in line),
        "grid": gridlines(top, step),
        "end_x": f"{end_x / 10}%",
        "end_y": f"{end_y / 10}%",
        "ticks": _ticks(chart.get("ticks", ()), len(points)),
    }


def _ticks(ticks: Sequence[tuple[int, str]], count: int) -> list[dict[str, str]]:
    last = max(count - 1, 1)
    return [
        {
            "x": f"{index * 100 / last:.2f}%",
            "label": label,
            "anchor": "end" if index == last else ("start" if index == 0 else "middle"),
        }
        for index, label in ticks
    ]
