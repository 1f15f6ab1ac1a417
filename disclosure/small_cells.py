"""Figures about at least eleven: what is merged, what is hidden, and that nothing subtracts.

A figure is told in parts of at least eleven each, and every table is fixed when it is published;
so neither a total, nor another table, nor the same table a month later gives a smaller cell.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from disclosure.anonymity import MINIMUM_CLASS

Cell = tuple[int, int]


def merged_parts(
    counts: Mapping[str, int], least: int = MINIMUM_CLASS
) -> list[tuple[tuple[str, ...], int]]:
    """Return a whole in parts of at least `least`: rare values stand together, as few as can be.

    Parts are `(codes, count)`, the largest first; values of nothing are left out. A whole under
    `least` has no parts.
    """
    ranked = sorted(((count, code) for code, count in counts.items() if count), reverse=True)
    if sum(count for count, _code in ranked) < least:
        return []
    parts: list[tuple[tuple[str, ...], int]] = [
        ((code,), count) for count, code in ranked if count >= least
    ]
    rare = [(count, code) for count, code in ranked if count < least]
    if rare:
        codes = tuple(sorted(code for _count, code in rare))
        total = sum(count for count, _code in rare)
        while total < least:
            joining, count = parts.pop()
            codes, total = tuple(sorted((*codes, *joining))), total + count
        parts.append((codes, total))
    return parts


def neighbouring_parts(
    counts: Mapping[str, int], order: Sequence[str], least: int = MINIMUM_CLASS
) -> list[tuple[tuple[str, ...], int]]:
    """Return a whole in parts of at least `least`, merging only what stands side by side."""
    parts: list[tuple[tuple[str, ...], int]] = []
    codes: tuple[str, ...] = ()
    total = 0
    for code in order:
        if counts.get(code, 0):
            codes, total = (*codes, code), total + counts[code]
        if total >= least:
            parts.append((codes, total))
            codes, total = (), 0
    if codes and not parts:
        return []
    if codes:
        before, count = parts.pop()
        parts.append(((*before, *codes), count + total))
    return parts


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by two attributes; a hidden cell is None, the totals are always told.

    Rows and columns are the codes told together.
    """

    rows: tuple[tuple[str, ...], ...]
    columns: tuple[tuple[str, ...], ...]
    row_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    cells: tuple[tuple[int | None, ...], ...]


def safe_table(
    pairs: Mapping[tuple[str, str], int], order: Sequence[str], least: int = MINIMUM_CLASS
) -> Table | None:
    """Return a two-way table in which no told number, and no difference, is 1 to `least` - 1.

    Rows too rare are merged, columns with their neighbours in `order`; small cells are hidden,
    and further ones until what the totals give away about hidden cells is at least `least`
    together. None where the whole is under `least`.
    """
    rows = merged_parts(_margin(pairs, 0), least)
    columns = neighbouring_parts(_margin(pairs, 1), order, least)
    if not rows:
        return None
    counts = [
        [sum(pairs.get(pair, 0) for pair in product(row, column)) for column, _n in columns]
        for row, _n in rows
    ]
    hidden = {(r, c) for r, line in enumerate(counts) for c, n in enumerate(line) if 0 < n < least}
    while (given_away := next(given_away_by_totals(counts, hidden, least), None)) is not None:
        hidden.add(_cheapest_beside(counts, hidden, given_away))
    return Table(
        rows=tuple(codes for codes, _n in rows),
        columns=tuple(codes for codes, _n in columns),
        row_totals=tuple(n for _codes, n in rows),
        column_totals=tuple(n for _codes, n in columns),
        cells=tuple(
            tuple(None if (r, c) in hidden else n for c, n in enumerate(line))
            for r, line in enumerate(counts)
        ),
    )


def _margin(pairs: Mapping[tuple[str, str], int], side: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair, count in pairs.items():
        found[pair[side]] = found.get(pair[side], 0) + count
    return found


def given_away_by_totals(
    counts: Sequence[Sequence[int]], hidden: Iterable[Cell], least: int = MINIMUM_CLASS
) -> Iterator[frozenset[Cell]]:
    """Yield every set of hidden cells whose sum the totals give away and that is too small.

    What rows and columns tell of hidden cells are their sums. A set of cells follows from them
    exactly if there are numbers u for the rows and v for the columns with u + v = 1 on the
    set and 0 on the other hidden cells; within what hangs together they are found from one row.
    """
    for component in _components(frozenset(hidden)):
        for chosen in _determined(component):
            if 0 < sum(counts[r][c] for r, c in chosen) < least:
                yield chosen


def _components(hidden: frozenset[Cell]) -> list[list[Cell]]:
    """Split hidden cells into those that hang together by rows and columns, in walking order."""
    left, found = set(hidden), []
    while left:
        walk = [min(left)]
        left.discard(walk[0])
        for cell in walk:
            near = sorted(one for one in left if one[0] == cell[0] or one[1] == cell[1])
            walk.extend(near)
            left.difference_update(near)
        found.append(walk)
    return found


def _determined(component: Sequence[Cell]) -> Iterator[frozenset[Cell]]:
    """Yield the sets of a component that its rows' and columns' sums determine."""
    first = component[0][0]
    stack: list[tuple[int, dict[int, int], dict[int, int], frozenset[Cell]]] = [
        (0, {first: 0}, {}, frozenset())
    ]
    while stack:
        place, u, v, chosen = stack.pop()
        if place == len(component):
            yield chosen
            continue
        row, column = component[place]
        for value in (0, 1):
            picked = chosen | {(row, column)} if value else chosen
            if row in u and column in v:
                if u[row] + v[column] == value:
                    stack.append((place + 1, u, v, picked))
            elif row in u:
                stack.append((place + 1, u, {**v, column: value - u[row]}, picked))
            else:
                stack.append((place + 1, {**u, row: value - v[column]}, v, picked))


def _cheapest_beside(
    counts: Sequence[Sequence[int]], hidden: set[Cell], given_away: frozenset[Cell]
) -> Cell:
    """Return the told cell to hide next: the smallest in a row or column of those given away."""
    rows, columns = {r for r, _c in given_away}, {c for _r, c in given_away}
    told = [
        (count == 0, count, (r, c))
        for r, line in enumerate(counts)
        for c, count in enumerate(line)
        if (r, c) not in hidden
    ]
    near = [one for one in told if one[2][0] in rows or one[2][1] in columns]
    return min(near or told)[2]


def month_after(month: str) -> str:
    """Return the month that follows: 2020-12 → 2021-01."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Return the months from the first to the last, both included; none where it is later."""
    found = []
    while first <= last:
        found.append(first)
        first = month_after(first)
    return found


def spans(
    counts: Mapping[str, int], first: str, last: str, least: int = MINIMUM_CLASS
) -> list[tuple[str, str, int]]:
    """Return months told together: each span ends with the month that brings it to `least`.

    Spans are `(first month, last month, count)`. What comes after the last span waits. A later
    month never changes a span, so figures published by spans cannot be subtracted in time.
    """
    found, since, total = [], first, 0
    for month in months_between(first, last):
        total += counts.get(month, 0)
        if total >= least:
            found.append((since, month, total))
            since, total = month_after(month), 0
    return found
