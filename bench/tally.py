"""`tally`: a hearing closed, opened, counted and published, against plain rows counted."""

import json
import subprocess
import sys
from collections import Counter
from os import environ
from time import perf_counter

from django.conf import settings
from django.db import connection, models
from psycopg2.extras import execute_values

from bench.result import Result
from bench.scratch import as_owner
from bench.voting.sealed import Batch, seal_all
from bench.voting.voters import FIRST, beside_triggers, copy_people, open_template
from config.environment import REPOSITORY
from jury.brief import question_codes
from jury.models import Hearing, Verdict
from jury.sealing import OPEN_BYTES
from tests.worlds_jury import travel

BALLOTS = 3_000
SECONDS_FOR_300_000 = 120.0
LEAST_SECONDS = 3.0
MEMORY_MIB = 96
LONGEST_SECONDS = 1800
BATCH = 1000

TABLE = """
CREATE TABLE bench_ballot (
    id bigserial PRIMARY KEY, hearing_id bigint NOT NULL, vote varchar(8) NOT NULL,
    answers jsonb NOT NULL, reason text NOT NULL);
INSERT INTO bench_ballot (hearing_id, vote, answers, reason)
SELECT 1, CASE WHEN n % 3 = 0 THEN 'deny' ELSE 'pay' END, '{answers}', repeat('理由', 20)
  FROM generate_series(1, {size}) n;
CREATE INDEX ON bench_ballot (hearing_id, vote);
GRANT SELECT ON bench_ballot TO gongdao_app;
"""


class PlainBallot(models.Model):
    """A ballot as a good Django engineer would write it first: for all to read."""

    hearing_id = models.BigIntegerField()
    vote = models.CharField(max_length=8)
    answers = models.JSONField()
    reason = models.TextField()

    class Meta:
        app_label = "bench"
        db_table = "bench_ballot"
        managed = False

    def __str__(self) -> str:
        return self.vote


def measure(scale: int) -> Result:
    """Count 3,000 × scale ballots, 300,000 at scale 100, by the services the clock calls.

    Ours closes the vote, publishes the root, has it signed, opens every ballot, checks its
    receipt and its words, publishes them all and applies the verdict. The limit is one
    `GROUP BY` through an index; the plain way loops over rows by the ORM.
    """
    size = BALLOTS * scale
    hearing = _sealed_hearing(size)
    counted = _close_and_count(hearing)
    ours, grown = counted["seconds"], counted["grown_mib"]
    verdict = Verdict.objects.get(hearing=hearing)
    assert (verdict.ballots, verdict.spoiled, verdict.deny) == (size, 0, size // 3)
    answers = json.dumps(dict.fromkeys(question_codes(hearing.brief), "met"))
    as_owner(TABLE.format(size=size, answers=answers), "ANALYZE bench_ballot")
    limit, plain = _limit(), _plain()
    allowed = max(SECONDS_FOR_300_000 * size / 300_000, LEAST_SECONDS)
    return Result(
        measure="tally",
        unit="ballots/s",
        size=size,
        ours=round(size / ours, 1),
        limit=round(size / limit, 1),
        plain=round(size / plain, 1),
        ratio_to_limit=round(limit / ours, 5),
        ratio_to_plain=round(plain / ours, 4),
        p99_ms=round(ours * 1000, 1),
        goal=f"300,000 in ≤ 120 s, {grown:.0f} ≤ {MEMORY_MIB} MiB more",
        met=ours <= allowed and grown <= MEMORY_MIB,
    )


def _sealed_hearing(size: int) -> Hearing:
    """Return an open hearing with so many true ballots, put in beside the triggers."""
    hearing, seat, _account = open_template()
    codes = tuple(question_codes(hearing.brief))
    batches = (
        Batch(
            hearing.reference,
            hearing.round,
            hearing.opening_public_key,
            codes,
            range(start, min(start + BATCH, FIRST + size + 1)),
        )
        for start in range(FIRST + 1, FIRST + size + 1, BATCH)
    )
    with beside_triggers() as cursor:
        cursor.execute(
            "UPDATE jury_hearing SET mode = 'open', panel_size = 0, sealed_bytes = %s "
            "WHERE id = %s",
            [OPEN_BYTES, hearing.pk],
        )
        copy_people(cursor, seat, size, {})
        for rows in seal_all(batches):
            execute_values(
                cursor,
                "INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment, "
                "cast_at) VALUES %s",
                [(hearing.pk, hearing.round, *row) for row in rows],
                template="(%s, %s, %s, %s, %s, core_now())",
                page_size=500,
            )
    return hearing


def _close_and_count(hearing: Hearing) -> dict[str, float]:
    """Let a process of its own do it, as the clock does, so that its memory is its own too."""
    found = Hearing.objects.get(pk=hearing.pk)
    assert found.closes_at is not None
    travel(found.closes_at)
    done = subprocess.run(
        (sys.executable, "-m", "bench.voting.counted", hearing.reference),
        cwd=REPOSITORY,
        env={**environ, "GONGDAO_BENCH_DATABASE": str(settings.DATABASES["default"]["NAME"])},
        stdout=subprocess.PIPE,
        check=True,
        timeout=LONGEST_SECONDS,
    )
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


def _limit() -> float:
    began = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT vote, count(*) FROM bench_ballot WHERE hearing_id = 1 GROUP BY 1")
        cursor.fetchall()
    return perf_counter() - began


def _plain() -> float:
    began = perf_counter()
    votes: Counter[str] = Counter()
    answers: Counter[tuple[str, str]] = Counter()
    for ballot in PlainBallot._default_manager.filter(hearing_id=1).iterator():
        votes[ballot.vote] += 1
        answers.update(ballot.answers.items())
    return perf_counter() - began
