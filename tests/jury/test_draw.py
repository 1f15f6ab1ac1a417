"""The draw is a pure function that anyone can repeat, and it is uniform."""

import hashlib
import re
from pathlib import Path
from random import Random

import pytest

from jury.draw import (
    SPAN,
    CheckpointRef,
    PanelNotFilled,
    combine_seed,
    commitment_of,
    draw,
    fallback_contribution,
    number_contribution,
    numbers,
)

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "draw.md"


def _by_the_book(hearing: str, round_number: int, seed: str, size: int, seats: int, skip: set[int]):
    """A second implementation, written from docs/reference/draw.md alone."""
    panel: list[int] = []
    said: list[tuple[int, int, str]] = []
    counter, came_up = 0, set()
    bound = (1 << 48) // size * size
    while len(panel) < seats:
        counter += 1
        text = "gongdao-draw-1\n" + hearing + "\n" + str(round_number) + "\n" + seed + "\n"
        value = int(hashlib.sha256((text + f"{counter}\n").encode("utf-8")).hexdigest()[:12], 16)
        if value >= bound:
            continue
        number = value % size + 1
        if number in came_up:
            said.append((counter, number, "repeat"))
        elif number in skip:
            said.append((counter, number, "conflict"))
        else:
            panel.append(number)
            said.append((counter, number, ""))
        came_up.add(number)
    return said


def test_two_implementations_agree_on_a_thousand_vectors() -> None:
    random = Random(20201)
    sizes = (1, 2, 9, 60, 3_070_000, 106_000_000, 2**47 + 1)
    for case in range(1000):
        size = sizes[case % len(sizes)] if case % 2 else random.randint(1, 10**6)
        hearing = f"H-{case:04d}-TEST"
        seed = random.randbytes(32).hex()
        skip = set(random.sample(range(1, min(size, 1000) + 1), k=min(size, 1000) // 3))
        seats = min(9, max(1, size - len(skip)))
        steps = draw(
            hearing=hearing,
            round_number=case % 2 + 1,
            seed=seed,
            roll_size=size,
            seats=seats,
            reason_for=lambda number, skip=skip: "conflict" if number in skip else "",
        )
        ours = [(step.counter, step.number, step.reason) for step in steps]
        assert ours == _by_the_book(hearing, case % 2 + 1, seed, size, seats, skip)


def test_a_replacement_follows_on_the_same_sequence() -> None:
    seed = "ab" * 32
    whole = draw(
        hearing="H-1", round_number=1, seed=seed, roll_size=40, seats=12, reason_for=lambda _n: ""
    )
    first = draw(
        hearing="H-1", round_number=1, seed=seed, roll_size=40, seats=9, reason_for=lambda _n: ""
    )
    rest = draw(
        hearing="H-1",
        round_number=1,
        seed=seed,
        roll_size=40,
        seats=3,
        reason_for=lambda _n: "",
        before=first,
    )
    assert first + rest == whole


def test_a_roll_too_small_says_so_and_keeps_the_steps() -> None:
    with pytest.raises(PanelNotFilled) as refused:
        draw(
            hearing="H-1",
            round_number=1,
            seed="cd" * 32,
            roll_size=5,
            seats=5,
            reason_for=lambda number: "conflict" if number == 3 else "",
        )
    seated = [step.number for step in refused.value.steps if step.outcome == "seated"]
    assert sorted(seated) == [1, 2, 4, 5]


def test_the_selection_is_uniform_over_twenty_thousand_draws() -> None:
    size, draws = 50, 20_000
    counts = [0] * (size + 1)
    for case in range(draws):
        seed = hashlib.sha256(str(case).encode()).hexdigest()
        counts[next(numbers("H-CHI", 1, seed, size))[1]] += 1
    expected = draws / size
    chi_squared = sum((count - expected) ** 2 / expected for count in counts[1:])
    # 49 degrees of freedom: 85.35 is passed by chance once in a thousand.
    assert chi_squared < 85.35


def test_numbers_beyond_the_last_multiple_are_rejected() -> None:
    size = 2**47 + 1
    taken: list[int] = []
    sequence = numbers("H-R", 1, "ef" * 32, size)
    for _ in range(50):
        counter, number = next(sequence)
        taken.append(counter)
        assert 1 <= number <= size
    assert taken[-1] > 60, "about half of the values must have been rejected"
    assert SPAN - SPAN % size == size


def test_every_part_of_the_seed_changes_it() -> None:
    base = (
        "11" * 32,
        CheckpointRef("gongdao.example/log", 7, "22" * 32),
        number_contribution(42),
    )
    seeds = {
        combine_seed(*base),
        combine_seed("12" * 32, base[1], base[2]),
        combine_seed(base[0], CheckpointRef("other", 7, "22" * 32), base[2]),
        combine_seed(base[0], CheckpointRef("gongdao.example/log", 8, "22" * 32), base[2]),
        combine_seed(base[0], CheckpointRef("gongdao.example/log", 7, "23" * 32), base[2]),
        combine_seed(base[0], base[1], number_contribution(43)),
        combine_seed(base[0], base[1], fallback_contribution("next-checkpoint", "42")),
    }
    assert len(seeds) == 7


def test_a_commitment_is_bound_to_hearing_and_round() -> None:
    seed = "33" * 32
    assert (
        len(
            {
                commitment_of(seed, "H-1", 1),
                commitment_of(seed, "H-1", 2),
                commitment_of(seed, "H-2", 1),
            }
        )
        == 3
    )


def test_a_line_feed_cannot_be_smuggled_into_a_line() -> None:
    with pytest.raises(ValueError, match="line feed"):
        next(numbers("H-1\n1", 1, "44" * 32, 9))


def test_the_example_in_the_reference_page_gives_our_panel() -> None:
    code = re.search(r"```python\n(.*?)```", REFERENCE.read_text(), re.DOTALL)
    assert code is not None
    space: dict[str, object] = {}
    exec(compile(code[1], "draw.md", "exec"), space)
    panel = space["panel"]
    assert callable(panel)
    steps = draw(
        hearing="H-9TX4-K2QH",
        round_number=1,
        seed="ab" * 32,
        roll_size=3_070_000,
        seats=9,
        reason_for=lambda _n: "",
    )
    seated = [step.number for step in steps if step.outcome == "seated"]
    assert panel("H-9TX4-K2QH", 1, "ab" * 32, 3_070_000, 9, set()) == seated
