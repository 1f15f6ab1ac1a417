"""Two ways of casting side by side: short blocks in turn, so that a slow moment hits both."""

import subprocess
from collections.abc import Mapping, Sequence

from django.conf import settings

from bench.scratch import as_owner
from bench.voting.clients import Load, send_all
from config.postgres.account import server_account
from config.postgres.binaries import installation_for
from config.postgres.home import APP, home_of

FOUND = 302
WARM_UP = 96
BLOCK = 288

TABLES = """
CREATE TABLE bench_hearing (id int PRIMARY KEY, closes_at timestamptz NOT NULL);
CREATE TABLE bench_seat (id serial PRIMARY KEY, hearing_id int NOT NULL REFERENCES bench_hearing,
                         state text NOT NULL);
CREATE TABLE bench_ballot (seat_id int PRIMARY KEY, hearing_id int NOT NULL, vote text NOT NULL,
                           cast_at timestamptz NOT NULL);
CREATE SEQUENCE bench_next;
INSERT INTO bench_hearing SELECT n, now() + interval '1 day' FROM generate_series(1, 50) n;
INSERT INTO bench_seat (hearing_id, state)
SELECT 1 + n % 50, 'accepted' FROM generate_series(1, 200000) n;
GRANT SELECT, INSERT ON bench_hearing, bench_seat, bench_ballot TO gongdao_app;
GRANT USAGE ON SEQUENCE bench_next TO gongdao_app;
"""
LIMIT = """
INSERT INTO bench_ballot SELECT s.id, s.hearing_id, 'pay', now() FROM bench_seat s
  JOIN bench_hearing h ON h.id = s.hearing_id AND h.closes_at > now()
 WHERE s.id = (SELECT nextval('bench_next')) AND s.state = 'accepted' ON CONFLICT DO NOTHING;
"""


def in_turn(ways: Mapping[str, tuple[int, Sequence[bytes]]]) -> dict[str, Load]:
    """Send every way's requests to its port, block by block in turn; the first ones warm up."""
    loads = {name: Load() for name in ways}
    for port, requests in ways.values():
        send_all(port, requests[:WARM_UP], FOUND)
    longest = max(len(requests) for _port, requests in ways.values())
    for start in range(WARM_UP, longest, BLOCK):
        for name, (port, requests) in ways.items():
            if requests[start : start + BLOCK]:
                loads[name].add(send_all(port, requests[start : start + BLOCK], FOUND))
    for name, load in loads.items():
        wrong = len(load.took) - load.done
        assert not wrong, f"{wrong} of {name} were refused: {load.first_failure[:2000]!r}"
    return loads


def limit_per_second() -> float:
    """Return how many one-statement inserts with eligibility PostgreSQL commits a second."""
    as_owner(TABLES, "ANALYZE")
    home = home_of(settings.GONGDAO.data_home)
    account = server_account(home)
    program = installation_for(account, home) / "bin" / "pgbench"
    done = subprocess.run(
        [
            *(str(program), "--no-vacuum", "--client=16", "--jobs=2", "--time=4", "--file=-"),
            *(f"--host={home.address().host}", f"--port={home.address().port}"),
            *(f"--username={APP}", str(settings.DATABASES["default"]["NAME"])),
        ],
        input=LIMIT,
        env={"PGPASSFILE": str(home.passfile(APP)), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("tps"))
    return float(line.split("=")[1].split()[0])
