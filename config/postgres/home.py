"""Where the embedded PostgreSQL keeps its files inside the data home."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_LIMIT = 107
SOCKET_PORT = 5432
DATABASE = "gongdao"
SUPERUSER = "postgres"
OWNER = "gongdao_owner"
APP = "gongdao_app"
AUDITOR = "gongdao_auditor"
ROLES = (SUPERUSER, OWNER, APP, AUDITOR)


@dataclass(frozen=True)
class Address:
    """A host (socket folder or 127.0.0.1) and a port."""

    host: str
    port: int


@dataclass(frozen=True)
class PostgresHome:
    """The paths of one embedded cluster; makes nothing."""

    data_home: Path

    @property
    def root(self) -> Path:
        return self.data_home / "postgres"

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def run(self) -> Path:
        return self.root / "run"

    @property
    def passwords(self) -> Path:
        return self.root / "passwords"

    @property
    def log(self) -> Path:
        return self.root / "server.log"

    @property
    def users_lock(self) -> Path:
        """Held shared by every process that uses the server."""
        return self.root / "users.lock"

    @property
    def start_lock(self) -> Path:
        """Held exclusively while one process prepares and starts the server."""
        return self.root / "start.lock"

    @property
    def guardian_lock(self) -> Path:
        """Held exclusively by the guardian for its whole life."""
        return self.root / "guardian.lock"

    @property
    def address_file(self) -> Path:
        return self.root / "address.json"

    def passfile(self, role: str) -> Path:
        """The libpq password file of one role, mode 0600."""
        return self.passwords / f"{role}.pgpass"

    def uses_socket(self) -> bool:
        """Whether the socket's path fits the kernel's limit."""
        path = self.run / f".s.PGSQL.{SOCKET_PORT}.lock"
        return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT

    def address(self) -> Address:
        """Where clients connect: the socket, or the TCP port recorded at the last start."""
        if self.uses_socket():
            return Address(str(self.run), SOCKET_PORT)
        if self.address_file.exists():
            recorded = json.loads(self.address_file.read_text())
            return Address(recorded["host"], recorded["port"])
        return Address("127.0.0.1", SOCKET_PORT)

    def record_address(self, address: Address) -> None:
        """Writes the address where another process using this home finds it."""
        draft = self.address_file.with_suffix(".new")
        draft.write_text(json.dumps({"host": address.host, "port": address.port}) + "\n")
        draft.replace(self.address_file)


def home_of(data_home: str | Path) -> PostgresHome:
    """The embedded cluster of a data home."""
    return PostgresHome(Path(data_home).absolute())
