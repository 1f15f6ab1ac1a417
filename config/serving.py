"""Serving: the web workers, the clock and, outside production, the sandbox bank."""

import socket
import sys
import time
import urllib.error
import urllib.request

from config.environment import REPOSITORY, Environment, Process
from config.processes import Family, Program

READY_SECONDS = 60.0
THREADS = 4


def programs(environment: Environment, host: str) -> list[Program]:
    """What runs beside each other in one installation."""
    manage = (sys.executable, str(REPOSITORY / "manage.py"))
    web = Program(
        "web",
        (
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi:application",
            f"--bind={host}:{environment.port}",
            f"--workers={environment.web_workers}",
            "--worker-class=gthread",
            f"--threads={THREADS}",
            "--timeout=60",
            "--graceful-timeout=8",
            "--log-level=error",
            "--no-control-socket",
        ),
        Process.WEB,
    )
    found = [web, Program("clock", (*manage, "clock"), Process.CLOCK)]
    if not environment.is_production:
        found.append(Program("sandbox bank", (*manage, "sandbox_bank"), Process.BANK))
    return found


def is_free(host: str, port: int) -> bool:
    """Whether something else already listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def wait_until_ready(family: Family, environment: Environment) -> bool:
    """Whether /readyz says in time that pages are served; the family is looked after meanwhile."""
    until = time.monotonic() + READY_SECONDS
    address = f"http://127.0.0.1:{environment.port}/readyz"
    while time.monotonic() < until and not family.is_ending:
        family.look()
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return True
        except urllib.error.HTTPError as refusal:
            with refusal:
                if b'"serves": true' in refusal.read():
                    return True
            time.sleep(0.1)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    return False
