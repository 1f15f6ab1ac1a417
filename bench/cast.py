"""`cast`: the final POST of a ballot through HTTP, against a plain Django view and one INSERT."""

from django.conf import settings

from bench.result import Result
from bench.voting.compare import in_turn, limit_per_second
from bench.voting.plain_world import environment, make_plain_world
from bench.voting.server import served
from bench.voting.voters import make_voters
from jury.sealing import OPEN_BYTES

CASTS = 2_400
HEARINGS = 50
GOAL = 2.0
P99_MS = 60.0


def measure(scale: int) -> Result:
    """Cast 2,400 × scale ballots of 50 open hearings with 32 kept connections.

    Ours is the production request: every middleware, the session, the draft read, the ballot
    sealed and stored through its guards, the audit row, the message. The plain way is
    `startproject`'s middleware, a session in the database, the user, a form, the seat with its
    hearing and an atomic insert. Both behind the same gunicorn, on the same server, in blocks
    of 288 by turns. The limit is one INSERT with eligibility by 16 clients of pgbench.
    """
    size = CASTS * min(scale, 10)
    voters = make_voters(HEARINGS, size, OPEN_BYTES)
    plain = make_plain_world(HEARINGS, size)
    database = {"GONGDAO_BENCH_DATABASE": str(settings.DATABASES["default"]["NAME"])}
    with (
        served("bench.voting.ours:application", database) as port,
        served("bench.voting.plain:application", environment()) as plain_port,
    ):
        loads = in_turn({"ours": (port, voters.requests), "plain": (plain_port, plain)})
    limit = limit_per_second()
    mine, plainly = loads["ours"].per_second, loads["plain"].per_second
    slowest = loads["ours"].percentile_ms(99)
    return Result(
        measure="cast",
        unit="ballots/s",
        size=size,
        ours=round(mine, 1),
        limit=round(limit, 1),
        plain=round(plainly, 1),
        ratio_to_limit=round(mine / limit, 3),
        ratio_to_plain=round(mine / plainly, 3),
        p99_ms=round(slowest, 1),
        goal=f"≥ {GOAL} × plain, p99 ≤ {P99_MS:.0f} ms",
        met=mine >= GOAL * plainly and slowest <= P99_MS,
    )
