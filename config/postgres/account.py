"""Which operating-system user runs the server, and whether that user can reach the files."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from config.postgres.errors import DataHomeUnreachableError, EmbeddedPostgresError
from config.postgres.home import PostgresHome

UNPRIVILEGED = "nobody"


class RunAs(TypedDict, total=False):
    """The arguments of subprocess that change the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class ServerAccount:
    """The user that owns the cluster's files and runs its processes."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether this process has to change user to become it."""
        return self.uid != os.geteuid()

    def run_as(self) -> RunAs:
        """Arguments for subprocess; empty where no change of user is needed."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def _account(entry: pwd.struct_passwd) -> ServerAccount:
    return ServerAccount(entry.pw_name, entry.pw_uid, entry.pw_gid)


def server_account(home: PostgresHome) -> ServerAccount:
    """The present user; for root, which PostgreSQL refuses, an unprivileged one.

    As root: the owner of an existing cluster, else the owner of the data home,
    else `nobody`.
    """
    uid = os.geteuid()
    if uid != 0:
        try:
            return _account(pwd.getpwuid(uid))
        except KeyError:
            return ServerAccount(str(uid), uid, os.getegid())
    for folder in (home.data, home.data_home):
        if folder.exists() and folder.stat().st_uid != 0:
            stat = folder.stat()
            try:
                return _account(pwd.getpwuid(stat.st_uid))
            except KeyError:
                return ServerAccount(str(stat.st_uid), stat.st_uid, stat.st_gid)
    try:
        return _account(pwd.getpwnam(UNPRIVILEGED))
    except KeyError as missing:
        raise EmbeddedPostgresError(
            "PostgreSQL does not run as root and there is no user “nobody”. Run as another "
            "user, or give the data home (GONGDAO_HOME) to an unprivileged user."
        ) from missing


def can_enter(account: ServerAccount, folder: Path) -> bool:
    """Whether the account can change into a folder, tried as that account."""
    answer = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        check=False,
        capture_output=True,
        cwd="/",
        **account.run_as(),
    )
    return answer.returncode == 0


def refuse_unreachable(account: ServerAccount, home: PostgresHome) -> None:
    """Raises DataHomeUnreachableError, naming GONGDAO_HOME, unless the account gets in."""
    if account.is_other and not can_enter(account, home.root):
        raise DataHomeUnreachableError(
            f"PostgreSQL does not run as root, so it runs as “{account.name}”, and that user "
            f"cannot reach the data home {home.data_home}. Set GONGDAO_HOME to a folder that "
            f"“{account.name}” can enter, for example GONGDAO_HOME=/var/lib/gongdao, or run as "
            "an ordinary user."
        )
