"""The figures as rows of open data, by codes, as the record's entries have them."""

from collections.abc import Callable, Sequence
from typing import Any

from disclosure import figure_queries
from disclosure.figure_queries import AGENCIES, COMPLAINTS, TIMES
from disclosure.small_cells import merged_parts


def _complaint_rows() -> tuple[Sequence[str], list[list[Any]]]:
    columns = ("first_month", "last_month", "answered", "median_days", "slow_days")
    names = ("first", "last", *columns[2:])
    spans = figure_queries.told_spans(figure_queries.months_of(COMPLAINTS))
    return columns, [[told[name] for name in names] for told in spans]


def _outcome_rows() -> tuple[Sequence[str], list[list[Any]]]:
    columns = ("first_month", "last_month", "about", "outcome", "complaints")
    rows = []
    for body in reversed(figure_queries.tables_of(figure_queries.months_of(COMPLAINTS))):
        for categories, line in zip(body["categories"], body["cells"], strict=True):
            for outcomes, n in zip(body["outcomes"], line, strict=True):
                about, outcome = " ".join(categories), " ".join(outcomes)
                rows.append([body["first"], body["last"], about, outcome, n])
    return columns, rows


def _keyed_rows(kind: str, head: str, names: Sequence[str]) -> tuple[Sequence[str], list[Any]]:
    told = figure_queries.told_by_key(figure_queries.months_of(kind))
    rows = [
        [key, one["first"], one["last"], *(one[name] for name in names)]
        for key, spans in sorted(told.items())
        for one in spans
    ]
    return (head, "first_month", "last_month", *names), rows


def _people_rows() -> tuple[Sequence[str], list[list[Any]]]:
    rows = [
        [field, " ".join(code or "not_told" for code in codes), n]
        for field, counts in figure_queries.counts_of_forms().items()
        for codes, n in merged_parts(counts)
    ]
    return ("field", "value", "cases"), rows


EXPORTS: dict[str, Callable[[], tuple[Sequence[str], list[Any]]]] = {
    "complaints": _complaint_rows,
    "outcomes": _outcome_rows,
    "times": lambda: _keyed_rows(TIMES, "stage", ("claims", "median_days", "slow_days")),
    "agencies": lambda: _keyed_rows(
        AGENCIES, "agency", ("name", "reports", "median_days", "slow_days", "cost_cents")
    ),
    "people": _people_rows,
}
