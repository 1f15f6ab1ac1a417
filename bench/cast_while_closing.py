"""`cast_while_closing`: casting beside another hearing that is being closed, against quiet."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from os import environ

from django.conf import settings

from bench.result import Result
from bench.voting.clients import Load, send_all
from bench.voting.compare import BLOCK, FOUND, WARM_UP
from bench.voting.server import served
from bench.voting.voters import make_voters
from config.environment import REPOSITORY
from jury.sealing import OPEN_BYTES

CASTS = 1_440
HEARINGS = 50
GOAL = 0.8
START_SECONDS = 3.0


def measure(scale: int) -> Result:
    """Cast as many ballots quietly as beside the close, in blocks by turns.

    One hearing has as many ballots already; a process takes the close's lock and computes
    its root again and again, which is more than any closing does. The others are voted in.
    `plain` and `limit` are ours in the quiet blocks.
    """
    size = CASTS * min(scale, 10)
    voters = make_voters(HEARINGS, 3 * size + WARM_UP, OPEN_BYTES, first_gets=size)
    database = {"GONGDAO_BENCH_DATABASE": str(settings.DATABASES["default"]["NAME"])}
    closing, quiet = Load(), Load()
    with served("bench.voting.ours:application", database) as port:
        send_all(port, voters.requests[: size + WARM_UP], FOUND)
        others = voters.requests[size + WARM_UP :]
        for start in range(0, len(others), 2 * BLOCK):
            middle = start + BLOCK
            quiet.add(send_all(port, others[start:middle], FOUND))
            with _closing(voters.hearings[0], database):
                closing.add(send_all(port, others[middle : middle + BLOCK], FOUND))
    assert (quiet.done, closing.done) == (len(quiet.took), len(closing.took)), "all are cast"
    return Result(
        measure="cast_while_closing",
        unit="ballots/s",
        size=size,
        ours=round(closing.per_second, 1),
        limit=round(quiet.per_second, 1),
        plain=round(quiet.per_second, 1),
        ratio_to_limit=round(closing.per_second / quiet.per_second, 3),
        ratio_to_plain=round(closing.per_second / quiet.per_second, 3),
        p99_ms=round(closing.percentile_ms(99), 1),
        goal=f"≥ {GOAL} × quiet",
        met=closing.per_second >= GOAL * quiet.per_second,
    )


@contextmanager
def _closing(reference: str, database: dict[str, str]) -> Iterator[None]:
    command = (sys.executable, "-m", "bench.voting.counted", reference, "again")
    process = subprocess.Popen(command, cwd=REPOSITORY, env={**environ, **database})
    try:
        try:
            process.wait(timeout=START_SECONDS)
        except subprocess.TimeoutExpired:
            yield
        else:
            raise RuntimeError("the close ended by itself")
    finally:
        process.kill()
        process.wait()
