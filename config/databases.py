"""The database connections: app by default, owner for commands, auditor, replica."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.environment import Environment, Process, SettingError
from config.postgres.home import APP, AUDITOR, DATABASE, OWNER, home_of

ENGINE = "config.postgres"
CONNECTION: dict[str, Any] = {
    "ENGINE": ENGINE,
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}


def from_url(url: str, name: str) -> dict[str, Any]:
    """Django's settings for a postgresql:// URL; the variable's name is for the message."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingError(f"Settings refused: {name} must begin with postgresql://.")
    return CONNECTION | {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def embedded(data_home: Path, role: str) -> dict[str, Any]:
    """Django's settings for a role of the data home's own server; touches no file."""
    home = home_of(data_home)
    address = home.address()
    return CONNECTION | {
        "NAME": DATABASE,
        "USER": role,
        "PASSWORD": "",
        "HOST": address.host,
        "PORT": str(address.port),
        "OPTIONS": {"passfile": str(home.passfile(role))},
    }


def databases(environment: Environment) -> dict[str, dict[str, Any]]:
    """The connections this process may have: a web process has no owner."""
    if environment.uses_embedded_postgres:
        found = {role: embedded(environment.data_home, role) for role in (APP, OWNER, AUDITOR)}
        connections = {"default": found[APP], "owner": found[OWNER], "auditor": found[AUDITOR]}
    else:
        connections = {"default": from_url(environment.database_url, "DATABASE_URL")}
        if environment.database_owner_url:
            connections["owner"] = from_url(environment.database_owner_url, "DATABASE_OWNER_URL")
        if environment.database_auditor_url:
            connections["auditor"] = from_url(
                environment.database_auditor_url, "DATABASE_AUDITOR_URL"
            )
    if environment.database_replica_url:
        connections["replica"] = from_url(environment.database_replica_url, "DATABASE_REPLICA_URL")
    if environment.process is Process.WEB:
        connections.pop("owner", None)
    return connections
