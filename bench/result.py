"""What a measure gives: ours, the limit, the plain way, their ratios, the goal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One measure. `unit` says what `ours`, `limit` and `plain` count, e.g. steps per second."""

    measure: str
    unit: str
    size: int
    ours: float
    limit: float
    plain: float
    ratio_to_limit: float
    ratio_to_plain: float
    p99_ms: float
    goal: str
    met: bool
