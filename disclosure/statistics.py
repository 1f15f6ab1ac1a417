"""How long things take, and counts of cases: computed over at least eleven or not told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import Count

from disclosure.anonymity import MINIMUM_CLASS
from disclosure.models import PublicCase

WINDOW = timedelta(days=365)
CACHE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class StageTime:
    """Days spent in a stage: how many claims, the median and the 90th percentile."""

    stage: str
    count: int
    median_days: int
    slow_days: int


def _cached(name: str, now: datetime, compute: Any) -> Any:
    key = f"disclosure:{name}:{int(now.timestamp()) // CACHE_SECONDS}"
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, CACHE_SECONDS)
    return found


_STAGES = """
SELECT stage, count(*),
       ceil(percentile_cont(0.5) WITHIN GROUP (ORDER BY days))::int,
       ceil(percentile_cont(0.9) WITHIN GROUP (ORDER BY days))::int
  FROM (SELECT to_state AS stage,
               extract(epoch FROM lead(occurred_at) OVER way - occurred_at) / 86400 AS days,
               lead(occurred_at) OVER way AS until
          FROM claims_claimevent
        WINDOW way AS (PARTITION BY claim_id ORDER BY seq)) stays
 WHERE until >= %s AND until <= %s
 GROUP BY stage HAVING count(*) >= %s
"""

_WHOLE = """
SELECT count(*),
       ceil(percentile_cont(0.5) WITHIN GROUP (ORDER BY days))::int,
       ceil(percentile_cont(0.9) WITHIN GROUP (ORDER BY days))::int
  FROM (SELECT extract(epoch FROM s.occurred_at - f.occurred_at) / 86400 AS days
          FROM claims_claimevent s
          JOIN claims_claimevent f ON f.claim_id = s.claim_id AND f.event = 'file'
         WHERE s.event = %s AND s.occurred_at >= %s AND s.occurred_at <= %s) ways
"""


def stage_times(now: datetime) -> dict[str, StageTime]:
    """Return the stages' times over the last year, by state; those under eleven left out."""

    def compute() -> dict[str, StageTime]:
        with connection.cursor() as cursor:
            cursor.execute(_STAGES, [now - WINDOW, now, MINIMUM_CLASS])
            return {row[0]: StageTime(*row) for row in cursor.fetchall()}

    found: dict[str, StageTime] = _cached("stages", now, compute)
    return found


def whole_time(now: datetime, event: str = "settle") -> StageTime | None:
    """Return the days from filing to an event over the last year; None under eleven."""

    def compute() -> StageTime | str:
        with connection.cursor() as cursor:
            cursor.execute(_WHOLE, [event, now - WINDOW, now])
            count, median, slow = cursor.fetchone()
        return StageTime(event, count, median, slow) if count >= MINIMUM_CLASS else "untold"

    found = _cached(f"whole:{event}", now, compute)
    return found if isinstance(found, StageTime) else None


def counts_by(field: str) -> dict[str, int]:
    """Return how many published cases tell each value of a form's field, and how many tell none.

    Every figure is a union of whole classes of at least eleven, so no figure, and no difference
    of two, is about fewer (promise 29).
    """
    rows = PublicCase.objects.values_list(field).annotate(count=Count("id")).order_by("-count")
    return {str(value): count for value, count in rows}
