"""Reading the board: append-only cases and entries, and the record's own entries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from disclosure.models import NoticePeriod, PublicCase, PublicCaseEntry
from disclosure.search import terms_asked
from disclosure.states import PeriodState, Result
from jury.states import VOTING
from record.models import Entry
from record.queries import entries_for
from sharing.publishing import ROUND_CASES

PAGE_SIZE = 30
ROUND_CLOSED = "round_closed"
MOST_ROUNDS = 120
DENIALS = (Result.DENIED, Result.UPHELD)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; empty text narrows nothing."""

    plan: str = ""
    disease: str = ""
    province: str = ""
    result: str = ""
    stage: str = ""
    period: str = ""
    words: str = ""

    @property
    def is_narrow(self) -> bool:
        """Say whether anything narrows the list."""
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, newest first, and whether older ones follow."""

    cases: list[PublicCase]
    has_older: bool


def cases_matching(narrow: CaseFilter) -> QuerySet[PublicCase]:
    """Return the cases a filter leaves, newest first."""
    rows = PublicCase.objects.select_related("plan", "period", "standing").order_by("-id")
    terms = terms_asked(narrow.words)
    for name, value in (
        ("plan__code", narrow.plan),
        ("disease", narrow.disease),
        ("province", narrow.province),
        ("standing__result", narrow.result),
        ("standing__stage", narrow.stage),
        ("period__notice_on", _day(narrow.period)),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if narrow.words and not terms:
        return rows.none()
    return rows.filter(terms__contains=terms) if terms else rows


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return date.max


def page_of_cases(narrow: CaseFilter, before: str = "", size: int = PAGE_SIZE) -> CasePage:
    """Return a page of cases; `before` is the reference of the last case already shown."""
    rows = cases_matching(narrow)
    if before:
        last = PublicCase.objects.filter(reference=before).values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=last) if last is not None else rows.none()
    found = list(rows[: size + 1])
    return CasePage(found[:size], len(found) > size)


def case_with_entries(reference: str) -> tuple[PublicCase, list[PublicCaseEntry]] | None:
    """Return a case and its entries, oldest first, in two queries; None where there is none."""
    case = PublicCase.objects.select_related("plan", "period").filter(reference=reference).first()
    if case is None:
        return None
    return case, list(case.entries.select_related("entry__leaf").order_by("seq"))


def latest_bodies(cases: list[PublicCase]) -> dict[int, dict[str, Any]]:
    """Return the latest statement about each case, by the case's id, in one query."""
    rows = (
        PublicCaseEntry.objects.filter(case__in=cases)
        .order_by("case_id", "-seq")
        .distinct("case_id")
        .values_list("case_id", "entry__body")
    )
    return {case_id: json.loads(body) for case_id, body in rows}


def rounds_closed(plan: str = "") -> list[dict[str, Any]]:
    """Return the closed rounds as the record has them: latest sharing day, largest plan first."""
    rows = Entry.objects.filter(kind=ROUND_CLOSED).order_by("-id")
    bodies = [json.loads(body) for body in rows.values_list("body", flat=True)[:MOST_ROUNDS]]
    found = [body for body in bodies if not plan or body["plan"] == plan]
    return sorted(found, key=_by_day_and_size, reverse=True)


def _by_day_and_size(body: dict[str, Any]) -> tuple[str, int]:
    return body["sharing_on"], sum(tier["memberships"] for tier in body["tiers"])


def round_entry(reference: str) -> Entry | None:
    """Return the record's entry of a closed round, if there is one."""
    return entries_for(reference, ROUND_CLOSED).first()


def cases_shared(body: dict[str, Any]) -> list[str]:
    """Return the public references of a round's cases; of a large one, from its parts' entries."""
    found = list(body["cases"])
    if "case_count" in body:
        parts = Entry.objects.filter(subject=body["round"], kind=ROUND_CASES).order_by("id")
        for text in parts.values_list("body", flat=True):
            found += json.loads(text)["cases"]
    return [case["case"] for case in found]


def payouts_of(references: list[str]) -> dict[str, dict[str, Any]]:
    """Return the settled payouts of cases as the record has them, by public reference."""
    rows = Entry.objects.filter(kind="payout_settled", subject__in=references).order_by("id")
    return {subject: json.loads(body) for subject, body in rows.values_list("subject", "body")}


def published_periods() -> QuerySet[NoticePeriod]:
    """Return the periods that have opened, newest first, with their number of cases."""
    return (
        NoticePeriod.objects.exclude(state=PeriodState.PLANNED)
        .select_related("plan")
        .annotate(
            noticed=Count("entries", distinct=True), published=Count("public_cases", distinct=True)
        )
        .order_by("-opens_at", "id")
    )


def planned_periods() -> QuerySet[NoticePeriod]:
    """Return the periods still to come, the next first."""
    return (
        NoticePeriod.objects.filter(state=PeriodState.PLANNED)
        .select_related("plan")
        .order_by("opens_at", "id")
    )


def totals_of(keys: list[str]) -> dict[str, dict[str, Any]]:
    """Return the totals of periods as the record last has them, by key, in one query."""
    rows = (
        Entry.objects.filter(subject__in=keys, kind__in=("notice_period", "batch_waiting"))
        .order_by("subject", "-id")
        .distinct("subject")
        .values_list("subject", "body")
    )
    return {subject: json.loads(body) for subject, body in rows}


def totals_in(entries: Sequence[Entry]) -> dict[str, Any]:
    """Return a period's totals as its last entry has them; empty before its first."""
    found = [one.body for one in entries if one.kind in ("notice_period", "batch_waiting")]
    return json.loads(found[-1]) if found else {}


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many cases are published, denied, overturned; how many hearings are open to vote in."""

    cases: int
    denied: int
    overturned: int
    hearings: int


_COUNTS = """
SELECT count(*), count(*) FILTER (WHERE result = ANY(%s)),
       count(*) FILTER (WHERE result = %s),
       (SELECT count(*) FROM jury_hearing WHERE state = ANY(%s))
  FROM disclosure_casestanding
"""


def board_counts() -> BoardCounts:
    """Return the front page's counts in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [list(DENIALS), Result.OVERTURNED, sorted(VOTING)])
        return BoardCounts(*cursor.fetchone())
