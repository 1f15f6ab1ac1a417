"""`step`: one step of a claim with its log row, against one statement and against plain Django."""

from datetime import datetime

from django.db import connection, models, transaction
from django_fsm import FSMField, transition

from bench.result import Result
from bench.scratch import as_owner
from bench.timing import in_turn
from claims.services import send_back
from tests.worlds import World, make_world

GOAL = 0.7
CLAIMS = 300

TABLES = """
CREATE TABLE bench_claim (
    id bigserial PRIMARY KEY, reference text UNIQUE NOT NULL, state varchar(24) NOT NULL,
    story text NOT NULL, updated_at timestamptz NOT NULL);
CREATE TABLE bench_log (
    id bigserial PRIMARY KEY, claim_id bigint NOT NULL REFERENCES bench_claim,
    event text NOT NULL, from_state text NOT NULL, to_state text NOT NULL,
    actor_id bigint NOT NULL, note text NOT NULL, at timestamptz NOT NULL);
CREATE INDEX ON bench_log (claim_id);
GRANT SELECT, INSERT, UPDATE ON bench_claim, bench_log TO gongdao_app;
GRANT USAGE ON SEQUENCE bench_claim_id_seq, bench_log_id_seq TO gongdao_app;
"""

LIMIT = """
WITH moved AS (
    UPDATE bench_claim SET state = 'under_review', updated_at = %(at)s
     WHERE reference = %(reference)s AND state = 'under_final_review' RETURNING id)
INSERT INTO bench_log (claim_id, event, from_state, to_state, actor_id, note, at)
SELECT id, 'send_back', 'under_final_review', 'under_review', %(actor)s, %(note)s, %(at)s
  FROM moved
"""


class PlainClaim(models.Model):
    """A claim as a good Django engineer would write it first."""

    reference = models.TextField(unique=True)
    state = FSMField(protected=True)
    story = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "bench"
        db_table = "bench_claim"
        managed = False

    def __str__(self) -> str:
        return self.reference

    @transition(field=state, source="under_final_review", target="under_review")
    def send_back(self) -> None:
        """Return the recommendation."""


class PlainLog(models.Model):
    """The log row of the plain way: neither chained nor guarded."""

    claim = models.ForeignKey(PlainClaim, on_delete=models.PROTECT)
    event = models.TextField()
    from_state = models.TextField()
    to_state = models.TextField()
    actor_id = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        app_label = "bench"
        db_table = "bench_log"
        managed = False

    def __str__(self) -> str:
        return self.event


def measure(scale: int) -> Result:
    """Take the step `send_back` on as many claims as the scale says, three ways in turn.

    Ours holds the row lock, the role, the separation of duties, conflicts and households, the
    preconditions, the chained log row with its triggers, the decision's row, the stage's
    deadline and the assignment to who recommended.
    """
    size = CLAIMS * scale
    world = make_world()
    ours = [_claim(world) for _number in range(size)]
    as_owner(TABLES)
    now = world.tick()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_claim (reference, state, story, updated_at) "
            "SELECT kind || n, 'under_final_review', repeat('故事', 200), %s "
            "FROM generate_series(1, %s) n, (VALUES ('P'), ('L')) kinds (kind)",
            [now, size],
        )
        cursor.execute("ANALYZE")

    def step(reference: str) -> None:
        send_back(reference=reference, actor=world.reviewer2, now=now, note="还缺一份报告。")

    timings = in_turn(
        {
            "limit": (lambda reference: _limit(reference, now), _named("L", size)),
            "plain": (lambda reference: _plain(reference, now), _named("P", size)),
            "ours": (step, ours),
        }
    )
    mine, limit, plain = (timings[name].per_second for name in ("ours", "limit", "plain"))
    return Result(
        measure="step",
        unit="steps/s",
        size=size,
        ours=round(mine, 1),
        limit=round(limit, 1),
        plain=round(plain, 1),
        ratio_to_limit=round(mine / limit, 3),
        ratio_to_plain=round(mine / plain, 3),
        p99_ms=round(timings["ours"].p99_ms, 2),
        goal=f"≥ {GOAL} × plain",
        met=mine >= GOAL * plain,
    )


def _named(kind: str, size: int) -> list[str]:
    return [f"{kind}{number}" for number in range(1, size + 1)]


def _claim(world: World) -> str:
    return world.claim_in("under_final_review").reference


def _limit(reference: str, now: datetime) -> None:
    given = {"reference": reference, "at": now, "actor": 1, "note": "还缺一份报告。"}
    with connection.cursor() as cursor:
        cursor.execute(LIMIT, given)


@transaction.atomic
def _plain(reference: str, now: datetime) -> None:
    claim = PlainClaim.objects.get(reference=reference)
    before = claim.state
    claim.send_back()
    claim.updated_at = now
    claim.save()
    PlainLog.objects.create(
        claim=claim,
        event="send_back",
        from_state=before,
        to_state=claim.state,
        actor_id=1,
        note="还缺一份报告。",
        at=now,
    )
