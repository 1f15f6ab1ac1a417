"""A gunicorn on a free port of the loopback, as production runs it; gone when the block ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from config.environment import REPOSITORY

WORKERS = 2
THREADS = 4
READY_SECONDS = 60.0
LONGEST_SECONDS = 900


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def served(application: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve a WSGI application with what production gives it; yields the port."""
    port = _free_port()
    command = (
        *("timeout", str(LONGEST_SECONDS), sys.executable, "-m", "gunicorn", application),
        *(f"--bind=127.0.0.1:{port}", f"--workers={WORKERS}", f"--threads={THREADS}"),
        *("--worker-class=gthread", "--log-level=error", "--no-control-socket"),
        "--keep-alive=30",
    )
    server = subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, **environment})
    try:
        _wait(server, port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)  # a port says by itself only that it is not there yet
    raise TimeoutError("the server did not start")
