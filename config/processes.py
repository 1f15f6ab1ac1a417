"""Several programs under one parent: started, restarted when they die, stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from config.environment import REPOSITORY, Process

PR_SET_PDEATHSIG = 1
DEATHS_ALLOWED = 5
DEATHS_WITHIN_SECONDS = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Program:
    """A command line, its name in messages, and which process of ours it is."""

    name: str
    arguments: tuple[str, ...]
    process: Process


class ProgramDiedError(Exception):
    """A program ended again and again."""


def _stop_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Family:
    """The running programs."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self.programs = programs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.deaths: dict[str, list[float]] = defaultdict(list)
        self.is_ending = False

    def _start(self, program: Program) -> None:
        environment = os.environ | {
            "GONGDAO_PROCESS": program.process.value,
            "PYTHONUNBUFFERED": "1",
        }
        self.running[program.name] = subprocess.Popen(
            program.arguments,
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_stop_with_parent,
        )

    def start(self) -> None:
        """Starts all programs; from now on SIGINT and SIGTERM end them."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._end)
        for program in self.programs:
            self._start(program)

    def _end(self, _signal: int, _frame: object) -> None:
        self.is_ending = True

    def look(self) -> None:
        """Restarts what died; raises ProgramDiedError when that does not help."""
        for program in self.programs:
            status = self.running[program.name].poll()
            if status is None or self.is_ending:
                continue
            now = time.monotonic()
            deaths = [at for at in self.deaths[program.name] if now - at < DEATHS_WITHIN_SECONDS]
            self.deaths[program.name] = [*deaths, now]
            if len(deaths) + 1 >= DEATHS_ALLOWED:
                raise ProgramDiedError(f"{program.name} ended {DEATHS_ALLOWED} times ({status})")
            print(f"{program.name} ended ({status}); starting it again", file=sys.stderr)
            time.sleep(0.5)
            self._start(program)

    def watch(self) -> None:
        """Runs until a signal ends it."""
        while not self.is_ending:
            self.look()
            time.sleep(0.2)

    def stop(self) -> None:
        """Asks all to stop and, after ten seconds, makes them."""
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
