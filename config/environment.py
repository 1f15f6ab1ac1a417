"""Everything the environment decides, read once into one frozen object."""

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SECRET_KEY_BYTES = 50
#: A name, four bytes in hexadecimal, 33 bytes in base64 of which the first is 04.
WITNESS_KEY = re.compile(r"[^\s+,]+\+[0-9a-f]{8}\+B[A-P][0-9A-Za-z+/]{42}")
WITNESS_URL = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(?::[0-9]{1,5})?(?:/\S*)?")


class Mode(StrEnum):
    """What this installation is for."""

    DEMO = "demo"
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Process(StrEnum):
    """Which of the processes this one is; only the clock may open jury and signing keys."""

    WEB = "web"
    CLOCK = "clock"
    BANK = "bank"
    COMMAND = "command"


class SettingError(Exception):
    """Settings that are missing, unreadable or unfit for production, each by name."""


@dataclass(frozen=True, slots=True)
class WitnessAddress:
    """A witness of the public record: its verification key and where it answers."""

    vkey: str
    url: str


@dataclass(frozen=True)
class Environment:
    """The settings of this process, typed. docs/reference/settings.md explains each."""

    mode: Mode
    process: Process
    data_home: Path
    port: int
    secret_key: str = field(repr=False)
    field_key: str = field(repr=False)
    bank_secret: str = field(repr=False)
    allowed_hosts: tuple[str, ...]
    public_url: str
    bank_url: str
    bank_port: int
    web_workers: int
    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    database_auditor_url: str = field(repr=False)
    database_replica_url: str = field(repr=False)
    email_url: str = field(repr=False)
    email_from: str
    log_level: str
    trusted_proxy: bool
    hsts_seconds: int
    complaint_days: int
    witnesses: tuple[WitnessAddress, ...] = ()
    may_witnesses_be_private: bool = False

    @property
    def is_production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def uses_embedded_postgres(self) -> bool:
        """Whether the data home's own server is used (no DATABASE_URL)."""
        return not self.database_url

    @property
    def may_open_secrets(self) -> bool:
        """Whether this process may open jury keys and the record's signing key."""
        return self.process is Process.CLOCK or (
            self.process is Process.COMMAND and not self.is_production
        )


class _Reader:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.variables.get(name, "").strip() or default

    def number(self, name: str, default: int) -> int:
        written = self.text(name, str(default))
        if not written.isdecimal():
            self.problems.append(f"{name} must be a whole number, not “{written}”")
            return default
        return int(written)

    def flag(self, name: str) -> bool:
        written = self.text(name, "0").lower()
        if written not in {"0", "1", "true", "false", "yes", "no"}:
            self.problems.append(f"{name} must be 1 or 0, not “{written}”")
        return written in {"1", "true", "yes"}

    def witnesses(self, name: str) -> tuple[WitnessAddress, ...]:
        """Pairs `VKEY,URL`, separated by spaces; the key is of the type for cosignatures (04)."""
        found = []
        for written in self.text(name, "").split():
            vkey, comma, url = written.partition(",")
            if not comma or not WITNESS_KEY.fullmatch(vkey) or not WITNESS_URL.fullmatch(url):
                self.problems.append(f"{name} must be VKEY,URL, not “{written}”")
                continue
            found.append(WitnessAddress(vkey, url.rstrip("/")))
        return tuple(found)

    def choice(self, name: str, kind: type[StrEnum], default: StrEnum) -> str:
        written = self.text(name, default.value)
        if written not in set(kind):
            self.problems.append(f"{name} must be one of {', '.join(kind)}, not “{written}”")
            return default.value
        return written


def _stored_secret(data_home: Path, name: str) -> str:
    """A secret made once and kept in the data home (mode 0600), for modes that set none."""
    path = data_home / "secrets" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{name}.{os.getpid()}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


REQUIRED_IN_PRODUCTION = (
    "GONGDAO_HOME",
    "SECRET_KEY",
    "GONGDAO_FIELD_KEY",
    "GONGDAO_BANK_SECRET",
    "GONGDAO_BANK_URL",
    "GONGDAO_PUBLIC_URL",
    "ALLOWED_HOSTS",
)


def _production_problems(variables: Mapping[str, str], found: Environment) -> list[str]:
    problems = [f"{name} is not set" for name in REQUIRED_IN_PRODUCTION if not variables.get(name)]
    if variables.get("SECRET_KEY") and len(found.secret_key) < SECRET_KEY_BYTES:
        problems.append(f"SECRET_KEY is shorter than {SECRET_KEY_BYTES} characters")
    for name, value in (
        ("SECRET_KEY", found.secret_key),
        ("GONGDAO_FIELD_KEY", found.field_key),
        ("GONGDAO_BANK_SECRET", found.bank_secret),
    ):
        if "demo" in value.lower() or "insecure" in value.lower() or "change" in value.lower():
            problems.append(f"{name} is an example value")
    if "*" in found.allowed_hosts:
        problems.append("ALLOWED_HOSTS must name the hosts, not *")
    if found.public_url and not found.public_url.startswith("https://"):
        problems.append("GONGDAO_PUBLIC_URL must begin with https://")
    return problems


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Reads and checks all variables; raises SettingError naming every one that is wrong."""
    reader = _Reader(variables)
    mode = Mode(reader.choice("GONGDAO_MODE", Mode, Mode.DEMO))
    production = mode is Mode.PRODUCTION
    data_home = Path(reader.text("GONGDAO_HOME", str(REPOSITORY / "var"))).absolute()
    port = reader.number("PORT", 8000)

    def secret(variable: str, file: str) -> str:
        given = variables.get(variable, "")
        return given if given or production else _stored_secret(data_home, file)

    hosts = reader.text("ALLOWED_HOSTS", "" if production else "127.0.0.1,localhost,[::1]")
    bank_port = reader.number("GONGDAO_BANK_PORT", port + 1)
    found = Environment(
        mode=mode,
        process=Process(reader.choice("GONGDAO_PROCESS", Process, Process.COMMAND)),
        data_home=data_home,
        port=port,
        secret_key=secret("SECRET_KEY", "secret_key"),
        field_key=secret("GONGDAO_FIELD_KEY", "field_key"),
        bank_secret=secret("GONGDAO_BANK_SECRET", "bank_secret"),
        allowed_hosts=tuple(host.strip() for host in hosts.split(",") if host.strip()),
        public_url=reader.text("GONGDAO_PUBLIC_URL", f"http://127.0.0.1:{port}"),
        bank_url=reader.text("GONGDAO_BANK_URL", f"http://127.0.0.1:{bank_port}"),
        bank_port=bank_port,
        web_workers=reader.number("GONGDAO_WEB_WORKERS", 2),
        database_url=reader.text("DATABASE_URL", ""),
        database_owner_url=reader.text("DATABASE_OWNER_URL", ""),
        database_auditor_url=reader.text("DATABASE_AUDITOR_URL", ""),
        database_replica_url=reader.text("DATABASE_REPLICA_URL", ""),
        email_url=reader.text("EMAIL_URL", ""),
        email_from=reader.text("GONGDAO_EMAIL_FROM", "gongdao@localhost"),
        log_level=reader.text("GONGDAO_LOG_LEVEL", "INFO").upper(),
        trusted_proxy=reader.flag("GONGDAO_BEHIND_PROXY"),
        hsts_seconds=reader.number("GONGDAO_HSTS_SECONDS", 31_536_000 if production else 0),
        complaint_days=reader.number("GONGDAO_COMPLAINT_DAYS", 15),
        witnesses=reader.witnesses("GONGDAO_WITNESSES"),
        may_witnesses_be_private=reader.flag("GONGDAO_WITNESSES_PRIVATE"),
    )
    problems = list(reader.problems)
    if production:
        problems += _production_problems(variables, found)
    if problems:
        raise SettingError("Settings refused: " + "; ".join(problems) + ".")
    return found
