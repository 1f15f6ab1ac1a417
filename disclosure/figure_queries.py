"""Reading the published figures: entries of the record, and recounts of what is on the board."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Q

from disclosure.anonymity import MINIMUM_CLASS
from disclosure.board_queries import DENIALS, ROUND_CLOSED
from disclosure.models import PublicCase
from record.models import Entry
from sharing.publishing import case_count

COMPLAINTS, TIMES, AGENCIES = "complaint_figures", "time_figures", "agency_figures"
MOST_MONTHS = 60
MOST_ROUNDS = 400
TOLD_FIELDS = ("disease_group", "age_band", "sex", "province")

Body = dict[str, Any]


def months_of(kind: str) -> list[Body]:
    """Return the monthly entries of a kind, oldest first, of the last five years; one query."""
    rows = Entry.objects.filter(kind=kind).order_by("-id").values_list("body", flat=True)
    return [json.loads(body) for body in reversed(rows[:MOST_MONTHS])]


def latest_of(kind: str) -> Body:
    """Return the last month's entry, or nothing."""
    body = Entry.objects.filter(kind=kind).order_by("-id").values_list("body", flat=True).first()
    found: Body = json.loads(body) if body else {}
    return found


def told_spans(months: list[Body]) -> list[Body]:
    """Return what the months tell of complaints, oldest first."""
    return [body["told"] for body in months if body["told"]]


def told_by_key(months: list[Body]) -> dict[str, list[Body]]:
    """Return what the months tell by stage or agency, oldest first."""
    found: dict[str, list[Body]] = {}
    for body in months:
        for key, told in body["told"].items():
            found.setdefault(key, []).append(told)
    return found


def tables_of(months: list[Body]) -> list[Body]:
    """Return the tables of complaints, the newest first."""
    return [body["table"] for body in reversed(months) if body["table"]]


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """What charts show of a closed round: no list of cases, which may be long."""

    plan: str
    sharing_on: str
    share_cents: int | None
    people: int
    fee_cents: int
    memberships: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """The closed rounds of some years, oldest first, and the latest one's whole statement."""

    figures: tuple[RoundFigures, ...] = ()
    latest: Body | None = None


def rounds_of_record() -> Rounds:
    """Return the closed rounds, in one query; they are read anew only after a new one."""
    last = Entry.objects.filter(kind=ROUND_CLOSED).order_by("-id")
    found = last.values_list("id", "body_digest").first()
    return _rounds_until(*found) if found else Rounds()


@lru_cache(maxsize=4)
def _rounds_until(entry_id: int, body_digest: str) -> Rounds:
    """Entries never change, so what the last one's digest stands for is kept."""
    rows = Entry.objects.filter(kind=ROUND_CLOSED, id__lte=entry_id).order_by("-id")
    found: list[RoundFigures] = []
    latest: Body | None = None
    for text in rows.values_list("body", flat=True)[:MOST_ROUNDS].iterator(chunk_size=20):
        body: Body = json.loads(text)
        figures = _figures_of(body)
        if latest is None or _size(figures) > _size(_figures_of(latest)):
            latest = body
        found.append(figures)
    return Rounds(tuple(sorted(found, key=_size)), latest)


def _figures_of(body: Body) -> RoundFigures:
    tiers = body["tiers"]
    return RoundFigures(
        plan=body["plan"],
        sharing_on=body["sharing_on"],
        share_cents=tiers[0]["share_cents"] if tiers else None,
        people=case_count(body),
        fee_cents=body["fee_cents"],
        memberships=sum(tier["memberships"] for tier in tiers),
    )


def _size(one: RoundFigures) -> tuple[str, int]:
    return one.sharing_on, one.memberships


@dataclass(frozen=True, slots=True)
class Quarter:
    """Cases of the notice periods of a quarter, or of several where they are few, and the fee."""

    first: str
    last: str
    cases: int
    denied: int
    fee_cents: int


def quarter_of(day: str) -> str:
    """Return the quarter of a day: 2020-05-07 → 2020-Q2."""
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


def denials_and_fee(rounds: Sequence[RoundFigures]) -> list[Quarter]:
    """Return denials of published cases beside the fee of the rounds closed, by quarter.

    Every case and every round stands on the board by itself; this only counts them together.
    Quarters with fewer than eleven cases are told with the next.
    """
    by_quarter: dict[str, list[int]] = {}
    rows = PublicCase.objects.values_list("period__notice_on").annotate(
        cases=Count("id"), denied=Count("id", filter=Q(standing__result__in=DENIALS))
    )
    for day, cases, denied in rows:
        found = by_quarter.setdefault(quarter_of(day.isoformat()), [0, 0, 0])
        found[0] += cases
        found[1] += denied
    for one in rounds:
        by_quarter.setdefault(quarter_of(one.sharing_on), [0, 0, 0])[2] += one.fee_cents
    return _told_together(by_quarter)


def _told_together(by_quarter: dict[str, list[int]]) -> list[Quarter]:
    found: list[Quarter] = []
    first, cases, denied, fee = "", 0, 0, 0
    for quarter in sorted(by_quarter):
        first = first or quarter
        more = by_quarter[quarter]
        cases, denied, fee = cases + more[0], denied + more[1], fee + more[2]
        if cases >= MINIMUM_CLASS:
            found.append(Quarter(first, quarter, cases, denied, fee))
            first, cases, denied, fee = "", 0, 0, 0
    return found


def counts_of_forms() -> dict[str, dict[str, int]]:
    """Return, for each field of a form, how many published cases tell each value; four queries.

    An empty value counts the cases that do not tell it. Every figure is a union of whole classes
    of at least eleven, fixed for good, so no figure and no difference of figures, by whatever
    filter, period or day, is about fewer (promise 29).
    """
    found: dict[str, dict[str, int]] = {}
    for field in TOLD_FIELDS:
        rows = PublicCase.objects.values_list(field).annotate(count=Count("id")).order_by("-count")
        found[field] = {str(value): count for value, count in rows}
    return found
