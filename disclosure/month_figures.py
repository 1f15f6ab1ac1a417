"""One month's figures: what of complaints, times and agencies is told, and what waits.

Each function looks at what has come since the month that was last told, up to the end of the
month asked for, and tells it once it is about at least eleven. A body is an entry's body.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection

from core.zone import SHANGHAI, start_of_day
from disclosure import figure_sql
from disclosure.anonymity import MINIMUM_CLASS
from disclosure.small_cells import Table, merged_parts, month_after, safe_table
from disclosure.states import ComplaintOutcome

Body = dict[str, Any]
TABLE_LEAST = 4 * MINIMUM_CLASS
EARLIEST = "1970-01"
# What has no rows of its own: the whole way, without the pauses.
DECIDED, PAID = "filed_to_decided", "filed_to_paid"


def bounds(first: str, last: str) -> tuple[datetime, datetime]:
    """Return the instants at which a span of months begins and ends, in the house's zone."""
    after = month_after(last)
    return (
        start_of_day(date(int(first[:4]), int(first[5:]), 1), SHANGHAI),
        start_of_day(date(int(after[:4]), int(after[5:]), 1), SHANGHAI),
    )


def _rows(sql: str, params: Mapping[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def since_of(told_until: str) -> str:
    """Return the first month not told yet."""
    return month_after(told_until) if told_until else EARLIEST


def complaint_figures(month: str, before: Mapping[str, Any]) -> Body:
    """Return a month's entry on complaints: answered ones by span, and their table by year or so.

    `before` is the last entry's body, or nothing. A span has at least eleven answers; the table
    of what they were about and what came of them waits for four times as many.
    """
    body: Body = {
        "month": month,
        "told": {},
        "told_until": before.get("told_until", ""),
        "table": {},
        "tabled_until": before.get("tabled_until", ""),
    }
    since = since_of(body["told_until"])
    start, end = bounds(since, month)
    ((count, median, slow, first, _late),) = _rows(
        figure_sql.COMPLAINTS, {"start": start, "end": end}
    )
    if count < MINIMUM_CLASS:
        return body
    body["told"] = {
        "first": first if since == EARLIEST else since,
        "last": month,
        "answered": count,
        "median_days": median,
        "slow_days": slow,
    }
    body["told_until"] = month
    since = since_of(body["tabled_until"])
    start, end = bounds(since, month)
    pairs = {
        (category, outcome): n
        for category, outcome, n in _rows(figure_sql.COMPLAINT_PAIRS, {"start": start, "end": end})
    }
    if sum(pairs.values()) < TABLE_LEAST:
        return body
    ((_count, _median, _slow, first, late),) = _rows(
        figure_sql.COMPLAINTS, {"start": start, "end": end}
    )
    table = safe_table(pairs, ComplaintOutcome.values)
    if table is not None:
        in_time = merged_parts({"in_time": sum(pairs.values()) - late, "late": late})
        body["table"] = {
            "first": first if since == EARLIEST else since,
            "last": month,
            "in_time": [{"codes": list(codes), "count": n} for codes, n in in_time],
            **table_body(table),
        }
        body["tabled_until"] = month
    return body


def table_body(table: Table) -> Body:
    """Return a table as an entry carries it; a hidden cell is an empty text."""
    return {
        "categories": [list(codes) for codes in table.rows],
        "outcomes": [list(codes) for codes in table.columns],
        "category_totals": list(table.row_totals),
        "outcome_totals": list(table.column_totals),
        "cells": [["" if n is None else n for n in line] for line in table.cells],
    }


def time_figures(month: str, before: Mapping[str, Any]) -> Body:
    """Return a month's entry on how long each stage took, without the pauses.

    `told` holds, by stage, the span's claims that left the stage, the median and the 90th
    percentile in days; `year` the same over the whole spans of about the last twelve months,
    which `spans` lists; `oldest` the age of the oldest claim in each stage that holds at least
    eleven at the month's end.
    """
    known = {stage: list(rows) for stage, rows in before.get("spans", {}).items()}
    ended = _ended_by_month(month, known)
    told: dict[str, Body] = {}
    for stage in sorted(ended):
        since = month_after(known[stage][-1][1]) if stage in known else EARLIEST
        own = {one: days for one, days in ended[stage].items() if one >= since}
        days = sorted(day for found in own.values() for day in found)
        if len(days) >= MINIMUM_CLASS:
            first = min(own) if since == EARLIEST else since
            told[stage] = {"first": first, "last": month, **_percentiles(days)}
            known.setdefault(stage, []).append([first, month])
    known = {stage: _recent(rows, month) for stage, rows in known.items()}
    _start, end = bounds(month, month)
    return {
        "month": month,
        "told": told,
        "spans": known,
        "year": {
            stage: _year(ended.get(stage, {}), rows[0][0], rows[-1][1])
            for stage, rows in known.items()
            if stage in told or rows[0][0] >= _year_before(month)
        },
        "oldest": _oldest(end),
    }


def _recent(rows: Sequence[list[str]], month: str) -> list[list[str]]:
    """Return the spans that lie whole within the last twelve months, at least the last one."""
    return [row for row in rows if row[0] >= _year_before(month)] or [rows[-1]]


def _year(ended: Mapping[str, Sequence[int]], first: str, last: str) -> Body:
    """Return the figures over whole spans, so that they are sums of what is told already."""
    days = sorted(day for one, rows in ended.items() if first <= one <= last for day in rows)
    return {"first": first, "last": last, **_percentiles(days)}


def _ended_by_month(
    month: str, known: Mapping[str, Sequence[Sequence[str]]]
) -> dict[str, dict[str, list[int]]]:
    """Return the days of what ended, by stage and month, as far back as figures need them."""
    oldest = min([_year_before(month), *(month_after(rows[-1][1]) for rows in known.values())])
    start, end = bounds(oldest, month)
    asked = {"start": start, "end": end, "told": sorted(known)}
    found: dict[str, dict[str, list[int]]] = {}
    for sql in (figure_sql.STAGES, figure_sql.WHOLE):
        for stage, one, days in _rows(sql, asked):
            found.setdefault(stage, {})[one] = list(days)
    return found


def _year_before(month: str) -> str:
    """Return the first of the twelve months that end with this one."""
    after = month_after(month)
    return f"{int(after[:4]) - 1}{after[4:]}"


def _percentiles(days: Sequence[int]) -> Body:
    return {
        "claims": len(days),
        "median_days": nearest_rank(days, 50),
        "slow_days": nearest_rank(days, 90),
    }


def nearest_rank(ordered: Sequence[int], percent: int) -> int:
    """Return the smallest value that at least so many percent of the ordered values reach."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _oldest(end: datetime) -> dict[str, int]:
    rows = _rows(figure_sql.OLDEST, {"end": end, "least": MINIMUM_CLASS})
    return dict(rows)


def agency_figures(month: str, before: Mapping[str, Any]) -> Body:
    """Return a month's entry on the agencies: reports, days, what they cost and who paid."""
    until: dict[str, str] = dict(before.get("told_until", {}))
    told: dict[str, Body] = {}
    _start, end = bounds(month, month)
    by_agency: dict[str, list[tuple[Any, ...]]] = {}
    for agency, *row in _rows(figure_sql.REPORTS, {"end": end}):
        by_agency.setdefault(agency, []).append(tuple(row))
    for agency, rows in sorted(by_agency.items()):
        since = since_of(until.get(agency, ""))
        own = [row for row in rows if row[0] >= since]
        if len(own) >= MINIMUM_CLASS:
            days = sorted(row[2] for row in own)
            told[agency] = {
                "name": own[0][1],
                "first": min(row[0] for row in own) if since == EARLIEST else since,
                "last": month,
                "reports": len(own),
                "median_days": nearest_rank(days, 50),
                "slow_days": nearest_rank(days, 90),
                "cost_cents": sum(row[3] for row in own),
            }
            until[agency] = month
    return {"month": month, "told": told, "told_until": until}
