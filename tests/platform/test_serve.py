"""`manage.py serve`, from an empty data home to Ctrl-C, and again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.environment import REPOSITORY
from config.management.commands.demo import forget_files
from config.postgres import users
from config.postgres.home import home_of


def free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture
def installation() -> Iterator[dict[str, str]]:
    folder = Path(tempfile.mkdtemp(prefix="gd"))
    folder.chmod(0o755)
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    yield inherited | {
        "GONGDAO_HOME": str(folder),
        "GONGDAO_MODE": "development",
        "PORT": str(free_ports()),
        "GONGDAO_WEB_WORKERS": "1",
    }
    assert users.wait_until_stopped(home_of(folder))
    shutil.rmtree(folder)


def manage(environment: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def is_ready(address: str) -> bool:
    """Whether all is well within half a minute: the clock beats a little after the pages."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address + "/readyz", timeout=20) as answer:
                return answer.status == 200
        except urllib.error.HTTPError as refusal:
            refusal.close()
            time.sleep(0.2)
    return False


@contextmanager
def ended(process: "subprocess.Popen[str]") -> Iterator[None]:
    """Kills what a failing test would leave running."""
    try:
        yield
    except BaseException:
        process.kill()
        raise


def test_it_serves_stops_on_ctrl_c_and_starts_again_in_seconds(installation):
    with manage(installation, "migrate", "-v0") as migrating:
        output, _ = migrating.communicate()
    assert migrating.returncode == 0, output
    address = f"http://127.0.0.1:{installation['PORT']}"
    for _turn in range(2):
        began = time.monotonic()
        with manage(installation, "serve") as serving, ended(serving):
            assert serving.stdout is not None
            lines = []
            for line in serving.stdout:
                lines.append(line)
                if "ready at" in line:
                    break
            assert lines, f"it ended without a word, status {serving.wait()}"
            assert lines[-1] == f"Gongdao is ready at {address}\n", lines
            seconds = time.monotonic() - began
            for page in ("/healthz", "/accounts/login/"):
                with urllib.request.urlopen(address + page, timeout=20) as answer:
                    assert answer.status == 200
            assert is_ready(address), "the clock is not heard of"
            serving.send_signal(signal.SIGINT)
            rest = serving.stdout.read()
        assert serving.returncode == 0, rest
        assert "Traceback" not in rest
        assert seconds < 30
        assert users.wait_until_stopped(home_of(installation["GONGDAO_HOME"]))


def test_a_taken_port_is_named(installation):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(installation["PORT"])))
        taken.listen()
        with manage(installation, "serve") as serving:
            output, _ = serving.communicate()
    assert serving.returncode == 1
    assert "Set PORT to another one" in output


def test_what_a_half_made_world_left_beside_the_database_is_forgotten(tmp_path):
    left = ("bank.sqlite3", "bank.sqlite3-wal", "evidence/ab/cd", "secrets/hearings/H-1")
    kept = ("secrets/secret_key", "static.stamp")
    for name in (*left, *kept):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("made")
    forget_files(tmp_path)
    assert not any((tmp_path / name).exists() for name in left)
    assert all((tmp_path / name).exists() for name in kept)
