"""The parent process of the embedded server: keeps it up while it has users, then stops it.

Run as `python -m config.postgres.guardian DATA_HOME DESCRIPTOR`; it tells the descriptor when it
guards. It holds `guardian.lock` for its
whole life. Each user holds a shared lock on `users.lock`; the kernel drops a user's lock however it
dies, so the moment this process gets that lock exclusively, nobody is left.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.postgres.account import ServerAccount, server_account
from config.postgres.binaries import installation_for
from config.postgres.home import PostgresHome, home_of
from config.postgres.log import open_log

POLL_SECONDS = 0.2
PR_SET_PDEATHSIG = 1
RESTARTS_IN_A_ROW = 8

SERVER_SETTINGS = {
    "shared_buffers": "128MB",
    "max_connections": "120",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "huge_pages": "off",
    "cluster_name": "gongdao",
    # Statements may carry personal data: an error is logged without them.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


def _die_with_parent() -> None:
    """Asks the kernel for a fast shutdown of the server should this process be killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _command(home: PostgresHome, installation: Path) -> list[str]:
    address = home.address()
    settings = dict(SERVER_SETTINGS)
    if home.uses_socket():
        settings |= {"unix_socket_directories": address.host, "listen_addresses": ""}
    else:
        settings |= {"unix_socket_directories": "", "listen_addresses": address.host}
    command = [str(installation / "bin" / "postgres"), "-D", str(home.data)]
    command += ["-p", str(address.port)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


class Guardian:
    """One server, its restarts and its end."""

    def __init__(self, home: PostgresHome, account: ServerAccount, installation: Path) -> None:
        self.home = home
        self.account = account
        self.installation = installation
        self.is_ending = False
        self.users = os.open(home.users_lock, os.O_RDWR | os.O_CREAT, 0o600)

    def end(self, _signal: int, _frame: object) -> None:
        """Notes that this process was asked to stop."""
        self.is_ending = True

    def nobody_left(self) -> bool:
        """Whether the last user is gone; from then on new ones wait until this process ends."""
        try:
            fcntl.flock(self.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def start_server(self) -> "subprocess.Popen[bytes]":
        """Starts the server as its account, with its log in the data home."""
        with open_log(self.home) as log:
            return subprocess.Popen(
                _command(self.home, self.installation),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                preexec_fn=_die_with_parent,
                **self.account.run_as(),
            )

    def watch(self, server: "subprocess.Popen[bytes]") -> bool:
        """Waits for the server's end or, when no user is left, brings it about (then True)."""
        while server.poll() is None:
            if self.is_ending or self.nobody_left():
                server.send_signal(signal.SIGINT)
                server.wait()
                return True
            time.sleep(POLL_SECONDS)
        return self.is_ending or self.nobody_left()

    def another_is_ending(self) -> bool:
        """Whether the server of a guardian that was killed is still shutting down."""
        try:
            owner = int((self.home.data / "postmaster.pid").read_text().splitlines()[0])
            return Path(f"/proc/{owner}/comm").read_text().strip() == "postgres"
        except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
            return False

    def run(self) -> int:
        """Keeps a server up until nobody uses it; 1 if it will not stay up."""
        failures = 0
        while failures < RESTARTS_IN_A_ROW:
            started = time.monotonic()
            if self.watch(self.start_server()):
                return 0
            has_run_well = time.monotonic() - started > 30
            failures = 0 if has_run_well or self.another_is_ending() else failures + 1
            time.sleep(0.1 * max(failures, 1))
        return 1


def main(data_home: str, announce: int) -> int:
    """Guards the cluster of one data home; does nothing where another guardian does."""
    home = home_of(data_home)
    lock = os.open(home.guardian_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    os.write(announce, b"1")
    os.close(announce)
    account = server_account(home)
    guardian = Guardian(home, account, installation_for(account, home))
    signal.signal(signal.SIGTERM, guardian.end)
    signal.signal(signal.SIGINT, guardian.end)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        return guardian.run()
    finally:
        os.close(lock)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
