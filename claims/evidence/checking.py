"""Runs the probe in a bounded process and says what a file is, in facts or in a refusal's code."""

import json
import logging
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from claims.evidence.limits import PROBE_MEMORY_BYTES, PROBE_SECONDS

log = logging.getLogger(__name__)
PROBE = "claims.evidence.probe"


@dataclass(frozen=True, slots=True)
class Check:
    """The probe's answer. Either `refusal` is a code of `limits.REFUSALS`, or it is empty.

    `unfinished` means that the probe itself failed: the file is quarantined, not clean.
    """

    media_type: str = ""
    pages: int = 0
    width: int = 0
    height: int = 0
    refusal: str = ""
    unfinished: bool = False


def check_file(path: Path) -> Check:
    """Look at the file at `path` in a process with limits on time, memory and files written."""
    try:
        done = run_bounded(PROBE, [path])
    except subprocess.TimeoutExpired:
        return Check(refusal="inflates")
    except OSError:
        log.exception("the probe of files could not be started; the file is quarantined")
        return Check(unfinished=True)
    return _read(done)


def check_files(paths: Sequence[Path]) -> list[Check]:
    """Look at several files in one process; where it does not end well, at each on its own."""
    try:
        done = run_bounded(PROBE, paths)
    except (subprocess.TimeoutExpired, OSError):
        return [check_file(path) for path in paths]
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(paths):
        return [check_file(path) for path in paths]
    return [Check(**json.loads(line)) for line in lines]


def run_bounded(module: str, paths: Sequence[Path]) -> "subprocess.CompletedProcess[bytes]":
    """Run a module over untrusted files in a process with limits on time, memory and writing."""
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, paths)],
        cwd=settings.BASE_DIR,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PROBE_SECONDS + 5,
        preexec_fn=_bound,
        check=False,
    )


def _bound() -> None:
    """Bound the child: a file that needs more than this is refused as a bomb."""
    resource.setrlimit(resource.RLIMIT_AS, (PROBE_MEMORY_BYTES, PROBE_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROBE_SECONDS, PROBE_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(done: "subprocess.CompletedProcess[bytes]") -> Check:
    """Turn the child's output into a check: killed or out of memory means a bomb."""
    if done.returncode < 0 or b"MemoryError" in done.stderr:
        return Check(refusal="inflates")
    if done.returncode != 0 or not done.stdout.strip():
        return Check(unfinished=True)
    facts = json.loads(done.stdout)
    return Check(**facts)
