"""The embedded server's log file."""

import os
from typing import IO

from config.postgres.home import PostgresHome

LOG_LIMIT = 10_000_000
TAIL_LINES = 12


def open_log(home: PostgresHome) -> IO[bytes]:
    """The log, to append to; a large one is put aside first."""
    if home.log.exists() and home.log.stat().st_size > LOG_LIMIT:
        home.log.replace(home.log.with_suffix(".log.old"))
    descriptor = os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    return os.fdopen(descriptor, "ab")


def log_tail(home: PostgresHome) -> str:
    """Its last lines, for a message."""
    if not home.log.exists():
        return "(no log)"
    return "\n".join(home.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])
