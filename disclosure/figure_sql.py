"""The statements behind the figures: whole days, rounded up; pauses left out."""

COMPLAINTS = """
SELECT count(*),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY days),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY days),
       coalesce(to_char(min(answered_at) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), ''),
       count(*) FILTER (WHERE answered_at >= due_at)
  FROM (SELECT ceil(extract(epoch FROM answered_at - received_at) / 86400)::int AS days,
               answered_at, due_at
          FROM disclosure_complaint
         WHERE answered_at >= %(start)s AND answered_at < %(end)s) answers
"""

COMPLAINT_PAIRS = """
SELECT category, outcome, count(*)
  FROM disclosure_complaint
 WHERE answered_at >= %(start)s AND answered_at < %(end)s
 GROUP BY 1, 2
"""

# A stay lasts from one row of a claim's log to the next. Stays in one stage that only a request
# for information, or a row that keeps the state, comes between are one visit; the time for which
# information was awaited belongs to none.
_VISITS = """
WITH stays AS (
    SELECT claim_id, seq, event, from_state, to_state, occurred_at AS since,
           lead(occurred_at) OVER way AS until, lead(to_state) OVER way AS following,
           sum(CASE WHEN to_state = 'information_requested' OR from_state = to_state
                      OR from_state = 'information_requested' THEN 0 ELSE 1 END)
               OVER (PARTITION BY claim_id ORDER BY seq) AS visit
      FROM claims_claimevent
     WHERE occurred_at < %(end)s
    WINDOW way AS (PARTITION BY claim_id ORDER BY seq)
), visits AS (
    SELECT claim_id, visit, min(to_state) AS stage,
           sum(extract(epoch FROM coalesce(until, %(end)s) - since)) / 86400 AS days,
           (array_agg(until ORDER BY seq DESC))[1] AS ended_at,
           (array_agg(following ORDER BY seq DESC))[1] AS following
      FROM stays
     WHERE to_state <> 'information_requested'
     GROUP BY claim_id, visit
)
"""

STAGES = (
    _VISITS
    + """
SELECT stage, to_char(ended_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month,
       array_agg(ceil(days)::int)
  FROM visits
 WHERE ended_at IS NOT NULL AND following <> 'information_requested' AND stage <> 'draft'
   AND (ended_at >= %(start)s OR stage <> ALL(%(told)s))
 GROUP BY 1, 2
"""
)

OLDEST = (
    _VISITS
    + """
SELECT stage, max(ceil(days)::int)
  FROM visits
 WHERE ended_at IS NULL AND stage NOT IN ('draft', 'lapsed', 'denied_finally',
       'closed_unfunded', 'paid', 'withdrawn')
 GROUP BY stage HAVING count(*) >= %(least)s
"""
)

# From filing to the first decision, and from filing to the settled payout.
WHOLE = """
WITH stays AS (
    SELECT claim_id, seq, event, to_state, occurred_at,
           lead(occurred_at) OVER way - occurred_at AS took
      FROM claims_claimevent
     WHERE occurred_at < %(end)s
    WINDOW way AS (PARTITION BY claim_id ORDER BY seq)
), ends AS (
    SELECT DISTINCT ON (claim_id, what) claim_id, what, seq, occurred_at
      FROM (SELECT claim_id, seq, occurred_at,
                   CASE WHEN event = 'settle' THEN 'filed_to_paid'
                        ELSE 'filed_to_decided' END AS what
              FROM stays WHERE event IN ('settle', 'approve', 'deny', 'refer_to_jury')) found
     ORDER BY claim_id, what, seq
)
SELECT what, to_char(ended_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), array_agg(days)
  FROM (SELECT what, ends.occurred_at AS ended_at,
               ceil(sum(extract(epoch FROM took)) / 86400)::int AS days
          FROM ends
          JOIN stays ON stays.claim_id = ends.claim_id AND stays.seq < ends.seq
         WHERE to_state NOT IN ('draft', 'information_requested')
           AND (ends.occurred_at >= %(start)s OR what <> ALL(%(told)s))
         GROUP BY ends.claim_id, what, ends.occurred_at) ways
 GROUP BY 1, 2
"""

REPORTS = """
SELECT a.code, to_char(i.reported_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM'), a.name,
       ceil(extract(epoch FROM i.reported_at - i.opened_at) / 86400)::int, i.cost_cents
  FROM claims_investigation i
  JOIN members_agency a ON a.id = i.agency_id
 WHERE i.reported_at < %(end)s
"""
