"""What each chart shows: its finding, its sentence, its rows; the same for picture, table, CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from claims.states import State
from core import formats
from disclosure import figure_queries, figure_words
from disclosure.figure_queries import COMPLAINTS, TIMES, Body, Quarter, RoundFigures
from disclosure.month_figures import DECIDED, PAID

SHOWN_STAGES = (
    State.FILED,
    State.UNDER_INVESTIGATION,
    State.UNDER_REVIEW,
    State.UNDER_FINAL_REVIEW,
    State.IN_HEARING,
    State.ON_NOTICE,
    State.CLEARED,
    State.FUNDED,
    State.IN_PAYMENT,
)
MOST_SPANS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a chart: its label, its place on the axis, its numbers and their texts."""

    label: str
    key: str
    numbers: tuple[float, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartData:
    """A chart: `shape` says how its rows are drawn; `heading` is the finding."""

    name: str
    shape: str
    heading: str
    title: str
    sentence: str
    label_heading: str
    value_headings: tuple[str, ...]
    value_keys: tuple[str, ...]
    rows: tuple[Row, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw yet."""
        return not self.rows


def share_chart(rounds: Sequence[RoundFigures]) -> ChartData:
    """Return one share in each round of the largest plan, over what is on the board."""
    plan = rounds[-1].plan if rounds else ""
    rows = tuple(
        Row(
            formats.day(date.fromisoformat(one.sharing_on)),
            one.sharing_on,
            (one.share_cents / 100,),
            (formats.amount(one.share_cents),),
        )
        for one in rounds
        if one.plan == plan and one.share_cents is not None
    )
    first, last = (rows[0].texts[0], rows[-1].texts[0]) if rows else ("", "")
    rose = bool(rows) and rows[-1].numbers[0] > rows[0].numbers[0]
    heading = (
        _("A share rose from %(first)s to %(last)s yuan")
        if rose
        else _("A share went from %(first)s to %(last)s yuan")
    )
    return ChartData(
        name="share",
        shape="line",
        heading=heading % {"first": first, "last": last} if rows else _("What one share comes to"),
        title=_("Share of one membership in each round, in yuan"),
        sentence=_("%(count)s rounds, from %(first)s to %(last)s yuan.")
        % {"count": len(rows), "first": first, "last": last},
        label_heading=_("Round"),
        value_headings=(_("Share in yuan"),),
        value_keys=("share_yuan",),
        rows=rows,
    )


def helped_chart(rounds: Sequence[RoundFigures]) -> ChartData:
    """Return how many people each round helped, all plans together by sharing day."""
    by_day: dict[str, int] = {}
    for one in rounds:
        by_day[one.sharing_on] = by_day.get(one.sharing_on, 0) + one.people
    rows = tuple(
        Row(formats.day(date.fromisoformat(day)), day, (float(n),), (formats.grouped(n),))
        for day, n in sorted(by_day.items())
    )
    total = sum(by_day.values())
    most = max(by_day.values(), default=0)
    return ChartData(
        name="helped",
        shape="bars",
        heading=_("%(total)s people were helped in %(count)s rounds")
        % {"total": formats.grouped(total), "count": len(rows)},
        title=_("People helped in each round"),
        sentence=_("%(total)s people in all; at most %(most)s in one round.")
        % {"total": formats.grouped(total), "most": formats.grouped(most)},
        label_heading=_("Round"),
        value_headings=(_("People helped"),),
        value_keys=("people",),
        rows=rows,
    )


def times_chart(latest: Mapping[str, Any]) -> ChartData:
    """Return the median and the 90th percentile of each stage over the last twelve months."""
    year = latest.get("year", {})
    rows = tuple(
        _days_row(figure_words.stage_text(stage), str(stage), year[stage])
        for stage in (*SHOWN_STAGES, DECIDED, PAID)
        if stage in year
    )
    whole = year.get(PAID) or year.get(DECIDED)
    if PAID in year:
        heading = _("From filing to payout: half within %(median)s, nine in ten within %(slow)s")
    elif whole:
        heading = _("From filing to decision: half within %(median)s, nine in ten within %(slow)s")
    else:
        heading = _("How long each stage takes")
    return ChartData(
        name="times",
        shape="days",
        heading=heading % _days(whole) if whole else heading,
        title=_("Days in each stage over the last twelve months"),
        sentence=_("The solid bar is the median, the hollow one the 90th percentile."),
        label_heading=_("Stage"),
        value_headings=(_("Half took at most"), _("Nine in ten took at most")),
        value_keys=("median_days", "slow_days"),
        rows=rows,
    )


def _days(told: Mapping[str, Any]) -> dict[str, str]:
    return {
        "median": formats.days(told["median_days"]),
        "slow": formats.days(told["slow_days"]),
    }


def _days_row(label: str, key: str, told: Mapping[str, Any]) -> Row:
    texts = _days(told)
    return Row(
        label,
        key,
        (float(told["median_days"]), float(told["slow_days"])),
        (texts["median"], texts["slow"]),
    )


def complaints_chart(spans: Sequence[Body]) -> ChartData:
    """Return how long answers to complaints took, by the months told together."""
    shown = list(spans)[-MOST_SPANS:]
    rows = tuple(
        _days_row(figure_words.short_span(told["first"], told["last"]), told["last"], told)
        for told in shown
    )
    heading = _("How long complaints take")
    if shown:
        heading = _("Half of the latest complaints were answered within %(median)s") % _days(
            shown[-1]
        )
    return ChartData(
        name="complaints",
        shape="days",
        heading=heading,
        title=_("Days from a complaint to its answer"),
        sentence=_("The solid bar is the median, the hollow one the 90th percentile."),
        label_heading=_("Months"),
        value_headings=(_("Half took at most"), _("Nine in ten took at most")),
        value_keys=("median_days", "slow_days"),
        rows=rows,
    )


def denials_chart(quarters: Sequence[Quarter]) -> ChartData:
    """Return denials in percent of published cases, and the fee, by quarter."""
    rows = tuple(
        Row(
            figure_words.short_span(one.first, one.last),
            one.last,
            (round(one.denied * 100 / one.cases, 1), one.fee_cents / 1_000_000),
            (formats.percent(one.denied, one.cases), _wan(one.fee_cents)),
        )
        for one in quarters[-MOST_SPANS:]
    )
    cases = sum(one.cases for one in quarters)
    denied = sum(one.denied for one in quarters)
    fee = sum(one.fee_cents for one in quarters)
    heading = _("%(percent)s of the cases were denied; the fee came to %(fee)s") % {
        "percent": formats.percent(denied, cases),
        "fee": formats.amount_words(fee),
    }
    return ChartData(
        name="denials",
        shape="pair",
        heading=heading if rows else _("Denials beside the fee"),
        title=_("Denied cases in percent, and the fee in ten thousands of yuan, by quarter"),
        sentence=_("The operator earns a fee on aid that is paid, none on a denial."),
        label_heading=_("Quarter"),
        value_headings=(_("Denied, in percent"), _("Fee (10,000 yuan)")),
        value_keys=("denied_percent", "fee_wan_yuan"),
        rows=rows,
    )


def _wan(cents: int) -> str:
    """Return an amount in ten thousands of yuan, to two decimals."""
    return formats.amount((cents + 5_000) // 10_000)


CHARTS: dict[str, Callable[[], ChartData]] = {
    "share": lambda: share_chart(figure_queries.rounds_of_record().figures),
    "helped": lambda: helped_chart(figure_queries.rounds_of_record().figures),
    "times": lambda: times_chart(figure_queries.latest_of(TIMES)),
    "complaints": lambda: complaints_chart(
        figure_queries.told_spans(figure_queries.months_of(COMPLAINTS))
    ),
    "denials": lambda: denials_chart(
        figure_queries.denials_and_fee(figure_queries.rounds_of_record().figures)
    ),
}
