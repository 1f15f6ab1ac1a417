"""Makes a new cluster: folders, passwords, initdb, all finished by one rename."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from config.postgres.account import ServerAccount, refuse_unreachable
from config.postgres.errors import EmbeddedPostgresError
from config.postgres.home import ROLES, SUPERUSER, PostgresHome


def _make(folder: Path, mode: int) -> bool:
    """Makes a folder of that mode; False where it is there already, whoever was faster."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    folder.chmod(mode)
    return True


def make_root(home: PostgresHome) -> None:
    """Makes the folder that holds the locks; modes of existing folders stay."""
    _make(home.data_home, 0o755)
    _make(home.root, 0o755)


def make_folders(home: PostgresHome, account: ServerAccount) -> None:
    """Makes the folders inside it; to be called under the start lock."""
    refuse_unreachable(account, home)
    _make(home.passwords, 0o700)
    _make(home.run, 0o755)
    if account.is_other and home.run.stat().st_uid != account.uid:
        os.chown(home.run, account.uid, account.gid)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, from its first byte."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)


def password_of(home: PostgresHome, role: str) -> str:
    """The password of a role, made at its first use and kept in a file of mode 0600."""
    passfile = home.passfile(role)
    if not passfile.exists():
        write_private(passfile, f"*:*:*:{role}:{secrets.token_urlsafe(24)}\n")
    return passfile.read_text().strip().rsplit(":", 1)[1]


def make_cluster(home: PostgresHome, account: ServerAccount, installation: Path) -> None:
    """Runs initdb where there is no cluster yet; an interrupted attempt is begun anew."""
    for role in ROLES:
        password_of(home, role)
    if home.data.exists():
        return
    draft = home.root / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    secret = home.run / "initdb.password"
    write_private(secret, password_of(home, SUPERUSER))
    if account.is_other:
        os.chown(draft, account.uid, account.gid)
        os.chown(secret, account.uid, account.gid)
    try:
        answer = subprocess.run(
            [
                str(installation / "bin" / "initdb"),
                f"--pgdata={draft}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--data-checksums",
                "--no-instructions",
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            **account.run_as(),
        )
    finally:
        secret.unlink()
    if answer.returncode != 0:
        raise EmbeddedPostgresError(f"initdb failed:\n{answer.stdout}\n{answer.stderr}")
    draft.rename(home.data)
