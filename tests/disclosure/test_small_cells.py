"""Small cells: merged, hidden, waiting; attacked by every sum that published numbers allow."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, combinations, product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.anonymity import Case, group_cases
from disclosure.month_figures import nearest_rank
from disclosure.small_cells import (
    merged_parts,
    months_between,
    neighbouring_parts,
    safe_table,
    spans,
)

LEAST = 11
CODES = "abcdef"
counts_of_one = st.dictionaries(st.sampled_from(CODES), st.integers(0, 40))
pairs = st.dictionaries(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("uvwx")), st.integers(0, 25)
)


@given(counts_of_one)
def test_parts_add_up_to_the_whole_and_none_is_small(counts: dict[str, int]) -> None:
    parts = merged_parts(counts)
    whole = sum(counts.values())
    assert sum(n for _codes, n in parts) == (whole if whole >= LEAST else 0)
    assert all(n >= LEAST for _codes, n in parts)
    told = [code for codes, _n in parts for code in codes]
    assert len(told) == len(set(told))
    for codes, n in parts:
        assert n == sum(counts[code] for code in codes)


@given(counts_of_one)
def test_neighbours_are_merged_in_their_order(counts: dict[str, int]) -> None:
    parts = neighbouring_parts(counts, CODES)
    whole = sum(counts.values())
    assert sum(n for _codes, n in parts) == (whole if whole >= LEAST else 0)
    assert all(n == sum(counts[code] for code in codes) >= LEAST for codes, n in parts)
    told = [code for codes, _n in parts for code in codes]
    assert told == sorted(told)


def _is_combination(rows: Sequence[Sequence[int]], wanted: Sequence[int]) -> bool:
    """Say by elimination whether a vector is a linear combination of rows."""
    basis = [[Fraction(n) for n in row] for row in rows]
    target = [Fraction(n) for n in wanted]
    for column in range(len(target)):
        pivot = next((row for row in basis if row[column] != 0), None)
        if pivot is None:
            continue
        basis.remove(pivot)
        for row in [*basis, target]:
            factor = row[column] / pivot[column]
            for place in range(len(row)):
                row[place] -= factor * pivot[place]
    return not any(target)


def _subsets(cells: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
    return chain.from_iterable(combinations(cells, n) for n in range(1, len(cells) + 1))


@settings(max_examples=150, deadline=None)
@given(pairs)
def test_no_sum_of_told_numbers_gives_a_small_set_of_hidden_cells(
    found: dict[tuple[str, str], int],
) -> None:
    table = safe_table(found, "uvwx")
    if table is None:
        assert sum(found.values()) < LEAST
        return
    truth = {
        (r, c): sum(found.get(pair, 0) for pair in product(rows, columns))
        for r, rows in enumerate(table.rows)
        for c, columns in enumerate(table.columns)
    }
    told = {
        (r, c): n for r, line in enumerate(table.cells) for c, n in enumerate(line) if n is not None
    }
    assert all(n == truth[cell] and (n == 0 or n >= LEAST) for cell, n in told.items())
    assert all(n >= LEAST for n in (*table.row_totals, *table.column_totals))
    hidden = sorted(set(truth) - set(told))
    if len(hidden) > 9:
        hidden = hidden[:9]  # a sum of fewer is attacked; the whole is held by the other half
    lines = [[int(cell[0] == r) for cell in hidden] for r in range(len(table.rows))]
    lines += [[int(cell[1] == c) for cell in hidden] for c in range(len(table.columns))]
    if len(hidden) == len(set(truth) - set(told)):
        for chosen in _subsets(hidden):
            total = sum(truth[cell] for cell in chosen)
            if 0 < total < LEAST:
                assert not _is_combination(lines, [int(cell in chosen) for cell in hidden])


def test_a_lone_small_cell_takes_others_with_it() -> None:
    table = safe_table({("a", "u"): 20, ("a", "v"): 4, ("b", "u"): 30, ("b", "v"): 40}, "uv")
    assert table is not None
    hidden = [n for line in table.cells for n in line if n is None]
    assert len(hidden) == 4
    assert sum(table.row_totals) == 94


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(1, 39))
def test_spans_published_month_by_month_are_the_same_and_never_small(
    numbers: list[int], until: int
) -> None:
    months = months_between("2019-11", "2023-12")[: len(numbers)]
    counts = dict(zip(months, numbers, strict=True))
    early = spans(counts, months[0], months[min(until, len(months)) - 1])
    late = spans(counts, months[0], months[-1])
    assert late[: len(early)] == early
    assert all(n >= LEAST for _first, _last, n in late)
    for one, another in combinations(
        [sum(n for *_m, n in late[:k]) for k in range(len(late) + 1)], 2
    ):
        assert abs(one - another) >= LEAST


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60), st.sampled_from([50, 90]))
def test_percentiles_are_the_least_value_that_so_many_reach(days: list[int], percent: int) -> None:
    found = nearest_rank(sorted(days), percent)
    reached = [day for day in sorted(set(days)) if _share(days, day) * 100 >= percent]
    assert found == reached[0]


def _share(days: list[int], most: int) -> Fraction:
    return Fraction(sum(day <= most for day in days), len(days))


def _cases(random: Random, batch: int, size: int) -> list[Case]:
    from datetime import date, timedelta

    return [
        Case(
            reference=f"K-{batch:04d}-{number:04d}",
            amount_cents=random.choice((10_000_000, 30_000_000)),
            disease=random.choice(("malignant-tumour", "stroke", "deep-coma")),
            disease_group=random.choice(("cancer", "brain")),
            age=random.randint(5, 59),
            sex=random.choice(("male", "female")),
            province=random.choice(("430000", "440000", "110000", "510000")),
            filed_on=date(2020, 1, 1) + timedelta(days=random.randint(0, 120)),
            rules="1",
        )
        for number in range(size)
    ]


def test_no_figure_of_the_published_cases_subtracts_to_fewer_than_eleven() -> None:
    """Every filter of told values, before and after every batch: each atom has eleven or none."""
    random = Random(20200507)
    told: list[tuple[str, ...]] = []
    fields = ("disease_group", "disease", "age_band", "sex", "region", "province", "filed")
    for batch in range(6):
        grouping = group_cases(_cases(random, batch, random.randint(30, 160)))
        told += [
            (str(batch), str(one.form.amount_cents), *(getattr(one.form, name) for name in fields))
            for one in grouping.placed.values()
        ]
    # What filters, periods and days can tell apart are the cases of one batch and one form.
    atoms: dict[tuple[str, ...], int] = {}
    for row in told:
        atoms[row] = atoms.get(row, 0) + 1
    assert told
    assert min(atoms.values()) >= LEAST
    # By brute force over all tables of one or two fields: every difference of two figures.
    attacks = 0
    for first, second in combinations(range(9), 2):
        figures: dict[tuple[str, str], int] = {}
        for row in told:
            figures[row[first], row[second]] = figures.get((row[first], row[second]), 0) + 1
        margin: dict[str, int] = {}
        for (value, _other), n in figures.items():
            margin[value] = margin.get(value, 0) + n
        for (value, _other), n in figures.items():
            attacks += 0 < margin[value] - n < LEAST
            attacks += 0 < n < LEAST
    assert attacks == 0
