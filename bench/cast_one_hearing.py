"""`cast_one_hearing`: all ballots on one hearing, and beside a closing one, against spread ones."""

from django.conf import settings

from bench.result import Result
from bench.voting.compare import in_turn
from bench.voting.server import served
from bench.voting.voters import Voters, make_voters
from jury.sealing import OPEN_BYTES

CASTS = 2_400
HEARINGS = 50
GOAL = 0.85


def measure(scale: int) -> Result:
    """Cast as many ballots on one hearing as on the forty-nine others, in blocks by turns.

    `plain` and `limit` are ours spread over many: what one hearing costs is what is measured.
    """
    size = CASTS * min(scale, 10)
    voters = make_voters(HEARINGS, 2 * size, OPEN_BYTES, first_gets=size)
    one, many = _divided(voters, size)
    database = {"GONGDAO_BENCH_DATABASE": str(settings.DATABASES["default"]["NAME"])}
    with served("bench.voting.ours:application", database) as port:
        loads = in_turn({"one": (port, one), "many": (port, many)})
    alone, spread = loads["one"].per_second, loads["many"].per_second
    return Result(
        measure="cast_one_hearing",
        unit="ballots/s",
        size=size,
        ours=round(alone, 1),
        limit=round(spread, 1),
        plain=round(spread, 1),
        ratio_to_limit=round(alone / spread, 3),
        ratio_to_plain=round(alone / spread, 3),
        p99_ms=round(loads["one"].percentile_ms(99), 1),
        goal=f"≥ {GOAL} × spread over {HEARINGS - 1}",
        met=alone >= GOAL * spread,
    )


def _divided(voters: Voters, size: int) -> tuple[list[bytes], list[bytes]]:
    return voters.requests[:size], voters.requests[size:]
