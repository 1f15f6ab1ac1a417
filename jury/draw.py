"""The draw as a pure function: who sits follows from roll, seed, hearing, size and version."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

ALGORITHM = "gongdao-draw-1"
SEED_TAG = "gongdao-seed-1"
COMMITMENT_TAG = "gongdao-seed-commitment-1"
REPEAT = "repeat"
SPAN = 2**48

Outcome = Literal["seated", "skipped"]


class PanelNotFilled(Exception):
    """Every number of the roll has come up and the panel is still too small."""

    def __init__(self, steps: "list[Step]") -> None:
        super().__init__("the roll is exhausted")
        self.steps = steps


@dataclass(frozen=True, slots=True)
class Step:
    """One number of the sequence and what became of it; a skip has a coded reason."""

    counter: int
    number: int
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CheckpointRef:
    """The checkpoint that goes into the seed: origin line, tree size, root in hexadecimal."""

    origin: str
    size: int
    root: str


def _digest(*lines: str | int) -> bytes:
    """Return SHA-256 over the lines in UTF-8, each ended by one line feed."""
    texts = [str(line) for line in lines]
    if any("\n" in text for text in texts):
        raise ValueError("a line cannot hold a line feed")
    return hashlib.sha256("".join(text + "\n" for text in texts).encode()).digest()


def commitment_of(seed: str, hearing: str, round_number: int) -> str:
    """Return the commitment to a secret seed (64 hex digits), published before the draw."""
    return _digest(COMMITMENT_TAG, hearing, round_number, seed).hex()


def number_contribution(number: int) -> str:
    """Return the line a claimant's number contributes to the seed."""
    if not 0 <= number < 10**18:
        raise ValueError("a number has one to eighteen digits")
    return f"number:{number}"


def fallback_contribution(name: str, value: str) -> str:
    """Return the line that stands in where the claimant entered no number."""
    return f"fallback:{name}:{value}"


def combine_seed(secret: str, checkpoint: CheckpointRef, contribution: str) -> str:
    """Return the draw's seed: nobody knew all three parts before the last was fixed."""
    return _digest(
        SEED_TAG, secret, checkpoint.origin, checkpoint.size, checkpoint.root, contribution
    ).hex()


def numbers(
    hearing: str, round_number: int, seed: str, roll_size: int, start: int = 1
) -> Iterator[tuple[int, int]]:
    """Yield (counter, number) without end, the numbers uniform over 1…roll_size.

    The first six bytes of each digest are a whole number below 2^48; those at or above the
    largest multiple of the roll's size are rejected and the counter goes on.
    """
    if not 1 <= roll_size <= SPAN:
        raise ValueError("a roll has at least one juror and at most 2^48")
    limit = SPAN - SPAN % roll_size
    counter = start
    while True:
        value = int.from_bytes(_digest(ALGORITHM, hearing, round_number, seed, counter)[:6], "big")
        if value < limit:
            yield counter, value % roll_size + 1
        counter += 1


def draw(
    *,
    hearing: str,
    round_number: int,
    seed: str,
    roll_size: int,
    seats: int,
    reason_for: Callable[[int], str],
    before: Sequence[Step] = (),
) -> list[Step]:
    """Return the steps that fill `seats` more seats, following on the steps before.

    `reason_for(number)` is the coded reason to pass a juror over, or empty. A number that
    came up before is always passed over as a repeat. Raises PanelNotFilled, carrying the
    steps so far, once every number of the roll has come up.
    """
    seen = {step.number for step in before}
    steps: list[Step] = []
    filled = 0
    if seats <= 0:
        return steps
    start = before[-1].counter + 1 if before else 1
    for counter, number in numbers(hearing, round_number, seed, roll_size, start):
        if len(seen) == roll_size:
            break
        reason = REPEAT if number in seen else reason_for(number)
        seen.add(number)
        steps.append(Step(counter, number, "skipped" if reason else "seated", reason))
        filled += not reason
        if filled == seats:
            return steps
    raise PanelNotFilled(steps)
