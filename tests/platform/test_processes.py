"""The family of programs behind `serve`: restarted, stopped, given up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from config.environment import REPOSITORY, Process, read_environment
from config.processes import Family, Program, ProgramDiedError
from config.serving import is_free, programs

SLEEP = "import time; time.sleep(60)"


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def program(name: str, code: str) -> Program:
    return Program(name, (sys.executable, "-c", code), Process.COMMAND)


def test_all_programs_run_and_all_stop():
    family = Family([program("a", SLEEP), program("b", SLEEP)])
    family.start()
    pids = [process.pid for process in family.running.values()]
    assert len(pids) == 2
    family.stop()
    assert all(process.poll() is not None for process in family.running.values())
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_program_that_dies_is_started_again(capsys):
    family = Family([program("a", SLEEP)])
    family.start()
    try:
        first = family.running["a"]
        first.kill()
        first.wait()
        family.look()
        assert family.running["a"].pid != first.pid
        assert family.running["a"].poll() is None
    finally:
        family.stop()
    assert "a ended" in capsys.readouterr().err


def test_a_program_that_dies_again_and_again_is_given_up_by_name():
    family = Family([program("hopeless", "raise SystemExit(3)")])
    family.start()
    until = time.monotonic() + 60
    with pytest.raises(ProgramDiedError, match="hopeless"):
        while time.monotonic() < until:
            family.look()
            time.sleep(0.05)
    family.stop()


def test_a_signal_ends_the_watching():
    family = Family([program("a", SLEEP)])
    family.start()
    os.kill(os.getpid(), signal.SIGTERM)
    family.watch()
    family.stop()
    assert family.running["a"].returncode == -signal.SIGTERM


def test_programs_do_not_outlive_a_parent_that_is_killed():
    code = (
        "import sys, time\n"
        "from config.environment import Process\n"
        "from config.processes import Family, Program\n"
        f"family = Family([Program('a', (sys.executable, '-c', {SLEEP!r}), Process.COMMAND)])\n"
        "family.start()\n"
        "print(family.running['a'].pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.3)
        parent.kill()
        parent.wait()
    until = time.monotonic() + 10
    while time.monotonic() < until and os.path.exists(f"/proc/{child}"):  # noqa: PTH110 - a pid
        time.sleep(0.05)
        state = _state(child)
        if state in {"", "Z"}:
            return
    assert _state(child) in {"", "Z"}


def _state(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123 - a pid's state
            return file.read().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_production_runs_no_sandbox_bank(tmp_path):
    demo = read_environment({"GONGDAO_HOME": str(tmp_path)})
    assert [one.name for one in programs(demo, "127.0.0.1")] == ["web", "clock", "sandbox bank"]
    assert [one.process for one in programs(demo, "127.0.0.1")] == [
        Process.WEB,
        Process.CLOCK,
        Process.BANK,
    ]


def test_a_taken_port_is_seen():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert not is_free("127.0.0.1", taken.getsockname()[1])
