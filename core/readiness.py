"""Whether this installation is ready to serve: database, migrations, clock, deadlines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.clock import now, offset
from core.clockwork import LONGEST_SILENCE_SECONDS, failed_tasks, silence_seconds
from core.models import Deadline

LONGEST_OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: a stable name, whether it is well, what is the matter."""

    name: str
    is_well: bool
    detail: str = ""
    stops_serving: bool = False


Look = Callable[[datetime], Finding]

_LOOKS: dict[str, Look] = {}


def look(name: str) -> Callable[[Look], Look]:
    """Register one more thing that an app above looks at; it needs all tables."""

    def register(function: Look) -> Look:
        _LOOKS[name] = function
        return function

    return register


def findings() -> list[Finding]:
    """Return what was looked at; the later ones only where the tables are there.

    Raises django.db.Error where the database does not answer.
    """
    found = [_migrations()]
    if found[0].is_well:
        at = now()
        found += [_time(), _clock(), _tasks(), _deadlines(at)]
        found += [_LOOKS[name](at) for name in sorted(_LOOKS)]
    return found


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    detail = f"{len(waiting)} waiting" if waiting else ""
    return Finding("migrations", not waiting, detail, stops_serving=True)


def _time() -> Finding:
    """A shifted clock is fine everywhere but in production."""
    is_well = not settings.IS_PRODUCTION or offset() == timedelta(0)
    return Finding("time", is_well, "" if is_well else "shifted", stops_serving=True)


def _clock() -> Finding:
    silent = silence_seconds()
    if silent is None:
        return Finding("clock", False, "never heard of")
    is_well = silent <= LONGEST_SILENCE_SECONDS
    return Finding("clock", is_well, "" if is_well else f"silent for {int(silent)} s")


def _tasks() -> Finding:
    failed = failed_tasks()
    return Finding("tasks", not failed, ", ".join(failed))


def _deadlines(at: datetime) -> Finding:
    oldest = oldest_due(at)
    if oldest is None or at - oldest <= LONGEST_OVERDUE:
        return Finding("deadlines", True)
    late = int((at - oldest).total_seconds())
    return Finding("deadlines", False, f"the oldest is {late} s late")


def oldest_due(at: datetime) -> datetime | None:
    """Return when the oldest deadline that should be done by now was due."""
    rows = Deadline.objects.filter(done_at__isnull=True, due_at__lte=at)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()
