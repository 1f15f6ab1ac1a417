"""Timing calls one by one, several ways in turn, so that a slow moment of the machine hits all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class Timing:
    """How long each call took, in seconds."""

    took: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        """Calls a second."""
        return len(self.took) / sum(self.took)

    @property
    def p99_ms(self) -> float:
        """The 99th percentile in milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)] * 1000


def in_turn(
    ways: Mapping[str, tuple[Callable[[Item], object], Sequence[Item]]], chunk: int = 50
) -> dict[str, Timing]:
    """Time every call of every way, chunk by chunk in turn; the first chunk of each warms up."""
    timings = {name: Timing() for name in ways}
    longest = max(len(items) for _call, items in ways.values())
    for start in range(0, longest, chunk):
        for name, (call, items) in ways.items():
            for item in items[start : start + chunk]:
                began = perf_counter()
                call(item)
                took = perf_counter() - began
                if start:
                    timings[name].took.append(took)
    return timings
