"""Using the embedded server: bring it up, wait for it, hold it until this process ends."""

import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg2
from psycopg2 import extensions

from config.postgres.account import server_account
from config.postgres.binaries import installation_for
from config.postgres.cluster import make_cluster, make_folders, make_root, password_of
from config.postgres.errors import EmbeddedPostgresError
from config.postgres.home import DATABASE, ROLES, SUPERUSER, Address, PostgresHome
from config.postgres.log import log_tail, open_log
from config.postgres.roles import make_database, make_roles

REPOSITORY = Path(__file__).resolve().parents[2]
PORT_ATTEMPTS = 3
TELL_AFTER_SECONDS = 5.0

_held: dict[Path, int] = {}
_mutex = threading.Lock()


def _flock(path: Path, operation: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, operation)
    return descriptor


def guardian_is_alive(home: PostgresHome) -> bool:
    """Whether some guardian holds its lock."""
    if not home.guardian_lock.exists():
        return False
    descriptor = os.open(home.guardian_lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def connect(home: PostgresHome, role: str, database: str = "postgres") -> extensions.connection:
    """A plain connection as one of the cluster's roles."""
    address = home.address()
    return psycopg2.connect(
        host=address.host,
        port=address.port,
        dbname=database,
        user=role,
        passfile=str(home.passfile(role)),
    )


def _spawn_guardian(home: PostgresHome) -> None:
    """Starts a guardian in a session of its own, an orphan from birth, and waits for its lock."""
    if not home.uses_socket():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            home.record_address(Address("127.0.0.1", probe.getsockname()[1]))
    else:
        home.record_address(home.address())
    reading, writing = os.pipe()
    guardian = [sys.executable, "-m", "config.postgres.guardian", str(home.data_home), str(writing)]
    try:
        with open_log(home) as log:
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *guardian],
                check=True,
                cwd=REPOSITORY,
                env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=[writing],
            )
    finally:
        os.close(writing)
    os.read(reading, 1)
    os.close(reading)


def _wait_until_ready(home: PostgresHome) -> bool:
    """Waits as long as recovery takes; False when the guardian gave up."""
    since = time.monotonic()
    told = False
    while True:
        try:
            connect(home, SUPERUSER).close()
        except psycopg2.OperationalError as refusal:
            if "password authentication failed" in str(refusal):
                raise EmbeddedPostgresError(
                    f"The passwords in {home.passwords} are not those of the cluster {home.data}."
                ) from refusal
        else:
            return True
        if not guardian_is_alive(home):
            return False
        if not told and time.monotonic() - since > TELL_AFTER_SECONDS:
            told = True
            print("Waiting for the database to recover …", file=sys.stderr, flush=True)
        time.sleep(0.03)


def _bring_up(home: PostgresHome) -> None:
    for _attempt in range(1 if home.uses_socket() else PORT_ATTEMPTS):
        is_first = not guardian_is_alive(home)
        if is_first:
            _spawn_guardian(home)
        if not _wait_until_ready(home):
            continue
        if is_first:
            with_roles = connect(home, SUPERUSER)
            try:
                make_roles(with_roles, {role: password_of(home, role) for role in ROLES})
                make_database(with_roles, DATABASE, lambda name: connect(home, SUPERUSER, name))
            finally:
                with_roles.close()
        return
    raise EmbeddedPostgresError(
        f"The embedded PostgreSQL does not start. The end of {home.log}:\n{log_tail(home)}"
    )


def hold(home: PostgresHome) -> Address:
    """Brings the server up if need be and keeps it up until this process ends.

    Safe from several threads and processes at once, and again after the first time.
    """
    with _mutex:
        if home.root in _held:
            return home.address()
        account = server_account(home)
        make_root(home)
        use = _flock(home.users_lock, fcntl.LOCK_SH)
        start = _flock(home.start_lock, fcntl.LOCK_EX)
        try:
            make_folders(home, account)
            make_cluster(home, account, installation_for(account, home))
            _bring_up(home)
        except BaseException:
            os.close(use)
            raise
        finally:
            os.close(start)
        _held[home.root] = use
        return home.address()


def release(home: PostgresHome) -> None:
    """Gives this process's hold back before its end."""
    with _mutex:
        descriptor = _held.pop(home.root, None)
        if descriptor is not None:
            os.close(descriptor)


def wait_until_stopped(home: PostgresHome, seconds: float = 60.0) -> bool:
    """Whether the server stops within some seconds, now that its users are gone."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not guardian_is_alive(home):
            return True
        time.sleep(0.05)
    return False
