"""Draws and names at large: uniform over the roll, and nobody linkable over a hundred hearings."""

import hashlib
import json
from itertools import combinations, pairwise
from random import Random

from jury.draw import draw
from tests.jury.record_files import Body, opened_part

DRAWS, ROLL, SEATS = 20_000, 60, 9
HEARINGS, JURORS = 100, 9


def test_every_juror_is_as_likely_to_sit_over_twenty_thousand_draws() -> None:
    """χ² with 59 degrees of freedom, at a significance of one in a thousand: 98.32.

    A panel is drawn without repeats, so its seats are not independent of each other; the sum is
    larger by (N - 1) / (N - k) for a roll of N and k seats. The seeds are fixed.
    """
    seated = [0] * (ROLL + 1)
    firsts = [0] * (ROLL + 1)
    for case in range(DRAWS):
        steps = draw(
            hearing=f"H-{case:05d}",
            round_number=1,
            seed=hashlib.sha256(f"fixed seed {case}".encode()).hexdigest(),
            roll_size=ROLL,
            seats=SEATS,
            reason_for=lambda _number: "",
        )
        numbers = [step.number for step in steps if step.outcome == "seated"]
        firsts[numbers[0]] += 1
        for number in numbers:
            seated[number] += 1
    assert _chi_squared(firsts[1:]) < 98.32
    assert _chi_squared(seated[1:]) * (ROLL - 1) / (ROLL - SEATS) < 98.32


def test_a_conflict_takes_nothing_from_the_chances_of_the_others() -> None:
    """The rest of the roll stays uniform where a third is passed over; 39 degrees: 72.05."""
    seated = [0] * (ROLL + 1)
    for case in range(DRAWS // 4):
        steps = draw(
            hearing="H-CONFLICT/expert",
            round_number=2,
            seed=hashlib.sha256(f"another seed {case}".encode()).hexdigest(),
            roll_size=ROLL,
            seats=SEATS,
            reason_for=lambda number: "conflict" if number % 3 == 0 else "",
        )
        for step in steps:
            seated[step.number] += step.outcome == "seated"
    free = [count for number, count in enumerate(seated) if number and number % 3]
    assert len(free) == 40
    assert sum(seated) == sum(free)
    assert _chi_squared(free) * 39 / (40 - SEATS) < 72.05


def _chi_squared(counts: list[int]) -> float:
    expected = sum(counts) / len(counts)
    return sum((count - expected) ** 2 / expected for count in counts)


def _same_jurors(number: int, random: Random) -> tuple[Body, list[int]]:
    """The opened ballots of one hearing of the same nine jurors, and each juror's place in it.

    Each juror votes, answers and writes as in every other hearing, as people do; what they
    write tells them apart here, so that their places can be known to the test alone.
    """
    votes = [
        ("pay" if juror % 2 else "deny", {"papers": "met"}, f"juror {juror} writes as always")
        for juror in range(JURORS)
    ]
    part = opened_part(votes, hearing=f"H-{number:04d}", random=random)
    written = [json.loads(one["words"]["text"])["reason"] for one in part["ballots"]]
    return part, [written.index(reason) for _vote, _answers, reason in votes]


def test_a_hundred_hearings_of_the_same_jurors_are_not_linkable_by_name() -> None:
    """Each juror's name is uniform and independent of the one before; fixed seed.

    At a significance of one in ten thousand: 31.83 for a juror's nine names (8 degrees, nine
    jurors), 112.3 for the pairs of successive names (64 degrees).
    """
    random = Random(20_203)
    places = [_same_jurors(number, random)[1] for number in range(HEARINGS)]
    for juror in range(JURORS):
        counts = [0] * JURORS
        for row in places:
            counts[row[juror]] += 1
        assert _chi_squared(counts) < 31.83
    table = [[0] * JURORS for _name in range(JURORS)]
    for before, after in pairwise(places):
        for juror in range(JURORS):
            table[before[juror]][after[juror]] += 1
    assert _chi_squared([count for row in table for count in row]) < 112.3
    kept = sum(table[name][name] for name in range(JURORS)) / ((HEARINGS - 1) * JURORS)
    assert abs(kept - 1 / JURORS) < 0.04, "guessing by the same name is no better than chance"


def test_a_hundred_hearings_share_no_value_that_would_link_them() -> None:
    random = Random(20_204)
    seen: list[set[str]] = []
    for number in range(HEARINGS):
        part, _places = _same_jurors(number, random)
        values = {one[name] for one in part["ballots"] for name in ("nonce", "commitment")}
        values |= {one["words"]["nonce"] for one in part["ballots"]}
        values |= {json.loads(one["ballot"])["words"] for one in part["ballots"]}
        assert len(values) == 4 * JURORS
        seen.append(values)
    assert not any(one & other for one, other in combinations(seen, 2))
