"""How long stages take: from the log's own times, for expected dates."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

WINDOW = timedelta(days=90)
FEWEST = 5
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class StageRange:
    """In how many days most claims left a stage: from a quarter to nine of ten of them."""

    low_days: int
    high_days: int
    count: int


_RANGE = """
SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY took),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY took), count(*)
  FROM (SELECT extract(epoch FROM left_at.occurred_at - came_at.occurred_at) AS took
          FROM claims_claimevent left_at
          JOIN claims_claimevent came_at
            ON came_at.claim_id = left_at.claim_id AND came_at.seq = left_at.seq - 1
         WHERE left_at.from_state = %s AND left_at.to_state <> left_at.from_state
           AND left_at.occurred_at > %s AND left_at.occurred_at <= %s) stays
"""


def stage_range(state: str, now: datetime) -> StageRange | None:
    """Return how long claims stayed in a state, of those that left it in the last 90 days.

    None where fewer than FEWEST did: a range of a handful tells nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RANGE, [state, now - WINDOW, now])
        low, high, count = cursor.fetchone()
    if count < FEWEST:
        return None
    return StageRange(max(round(low / _DAY), 1), max(-(-int(high) // _DAY), 1), int(count))
