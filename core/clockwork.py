"""One pass of the clock: the sweep, the periodic tasks that are due, a heartbeat."""

import logging
import time
from collections.abc import Callable

from django.db import Error, connection

from core import clock
from core.deadlines import PeriodicTask, periodic_tasks, sweep
from core.models import Heartbeat

log = logging.getLogger(__name__)

HEARTBEAT = "clock"
HEARTBEAT_SECONDS = 5.0
LONGEST_SILENCE_SECONDS = 60


class Clockwork:
    """Keeps, in one process, when each periodic task ran last.

    Real seconds decide how often a task runs; the database's clock decides what is due.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self.ran: dict[str, float] = {}
        self.beaten = float("-inf")
        self.failed: set[str] = set()

    def tick(self) -> None:
        """Do one pass. A lost connection is given up for a new one on the next pass."""
        try:
            sweep()
            for task in periodic_tasks():
                if self._is_due(task):
                    self._run(task)
            self._beat()
        except Error:
            log.exception("the clock's pass was cut short")
            connection.close()

    def _is_due(self, task: PeriodicTask) -> bool:
        last = self.ran.get(task.name)
        return last is None or self.monotonic() - last >= task.seconds

    def _run(self, task: PeriodicTask) -> None:
        self.ran[task.name] = self.monotonic()
        try:
            task.call(clock.now())
            self.failed.discard(task.name)
        except Exception:
            # one broken task must not stop the clock; it is logged, told by /readyz, tried again
            log.exception("the periodic task %s failed", task.name)
            self.failed.add(task.name)
            if connection.connection is not None and connection.connection.closed:
                connection.close()

    def _beat(self) -> None:
        if self.monotonic() - self.beaten < HEARTBEAT_SECONDS and not self.failed:
            return
        self.beaten = self.monotonic()
        beat(HEARTBEAT, ", ".join(sorted(self.failed))[:200])


def beat(name: str, detail: str = "") -> None:
    """Note that a long-running process is alive, by the database's own clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_heartbeat (name, beat_at, detail) "
            "VALUES (%s, clock_timestamp(), %s) "
            "ON CONFLICT (name) DO UPDATE SET beat_at = clock_timestamp(), "
            "detail = EXCLUDED.detail",
            [name, detail],
        )


def silence_seconds(name: str = HEARTBEAT) -> float | None:
    """Return for how long a process has been silent; None where it was never heard of."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - beat_at) "
            "FROM core_heartbeat WHERE name = %s",
            [name],
        )
        row = cursor.fetchone()
    return None if row is None else float(row[0])


def failed_tasks() -> list[str]:
    """Return the periodic tasks that failed on the clock's last pass."""
    detail = Heartbeat.objects.filter(name=HEARTBEAT).values_list("detail", flat=True).first()
    return [name for name in (detail or "").split(", ") if name]
