"""Deadlines are rows: schedule, cancel, and the sweep that performs what is due."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import Q

from core import audit
from core.actor import CLOCK
from core.clock import now as database_now
from core.errors import Refusal
from core.models import Deadline

log = logging.getLogger(__name__)

Handler = Callable[[str, datetime], str | None]
Periodic = Callable[[datetime], object]

LOCK_TIMEOUT = "200ms"
LOCK_NOT_AVAILABLE = frozenset({"55P03", "40P01", "40001"})
FIRST_BACKOFF = timedelta(minutes=1)
LONGEST_BACKOFF = timedelta(hours=6)

_HANDLERS: dict[str, Handler] = {}
_PERIODICS: dict[str, "PeriodicTask"] = {}


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A callback that the clock runs again and again; safe with several clocks at once."""

    name: str
    seconds: int
    call: Periodic


@dataclass(slots=True)
class SweepReport:
    """What one pass of the sweep did, by the deadlines' ids."""

    done: list[int] = field(default_factory=list)
    superseded: list[int] = field(default_factory=list)
    yielded: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function `(subject, now) -> outcome` that performs deadlines of a kind."""

    def register(function: Handler) -> Handler:
        known = _HANDLERS.get(kind)
        if known is not None and known is not function:
            raise ValueError(f"two handlers for {kind}")
        _HANDLERS[kind] = function
        return function

    return register


def periodic(seconds: int, name: str = "") -> Callable[[Periodic], Periodic]:
    """Register a callback `(now)` that `manage.py clock` runs every so many seconds."""

    def register(function: Periodic) -> Periodic:
        key = name or f"{function.__module__}.{function.__qualname__}"
        _PERIODICS[key] = PeriodicTask(key, seconds, function)
        return function

    return register


def periodic_tasks() -> list[PeriodicTask]:
    """Return the registered callbacks, by name."""
    return [_PERIODICS[name] for name in sorted(_PERIODICS)]


def schedule(kind: str, subject: str, due_at: datetime) -> None:
    """Set when something is due, in the caller's transaction; moves an open deadline.

    The caller holds the lock of the row that the subject names.
    """
    with connection.cursor() as cursor:
        cursor.execute(*scheduling(kind, subject, due_at))


def scheduling(kind: str, subject: str, due_at: datetime) -> tuple[str, list[str | datetime]]:
    """Return the statement of `schedule` and its values, for who sends several at once."""
    if kind not in _HANDLERS:
        raise ValueError(f"no handler for deadlines of the kind {kind}")
    sql = (
        "INSERT INTO core_deadline (kind, subject, due_at, outcome, attempts, last_error) "
        "VALUES (%s, %s, %s, '', 0, '') "
        "ON CONFLICT (kind, subject) WHERE done_at IS NULL "
        "DO UPDATE SET due_at = EXCLUDED.due_at, attempts = 0, next_try_at = NULL, "
        "last_error = ''"
    )
    return sql, [kind, subject, due_at]


def cancel(kind: str, subject: str) -> bool:
    """Close an open deadline as `cancelled`; say whether there was one."""
    changed = Deadline.objects.filter(kind=kind, subject=subject, done_at__isnull=True).update(
        done_at=database_now(), outcome="cancelled"
    )
    return changed > 0


def due_at(kind: str, subject: str) -> datetime | None:
    """Return when the open deadline is due, if there is one."""
    return (
        Deadline.objects.filter(kind=kind, subject=subject, done_at__isnull=True)
        .values_list("due_at", flat=True)
        .first()
    )


def sweep(limit: int = 1000, now: datetime | None = None) -> SweepReport:
    """Perform everything that is due, each in its own transaction; safe twice at once.

    A deadline whose subject a service holds is left for the next pass. A refusal closes the
    deadline as `superseded`. Anything unexpected is recorded, put off and reported as failed.
    """
    at = now or database_now()
    report = SweepReport()
    due = Q(done_at__isnull=True, due_at__lte=at)
    ready = Q(next_try_at__isnull=True) | Q(next_try_at__lte=at)
    rows = Deadline.objects.filter(due & ready).order_by("due_at", "id")
    for pk in list(rows.values_list("id", flat=True)[:limit]):
        _run_one(pk, now or database_now(), report)
    return report


def _run_one(pk: int, now: datetime, report: SweepReport) -> None:
    try:
        if _perform(pk, now):
            report.done.append(pk)
    except Refusal as refusal:
        if _close(pk, now, "superseded", refusal.code):
            report.superseded.append(pk)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") not in LOCK_NOT_AVAILABLE:
            raise
        report.yielded.append(pk)
    except Exception as error:  # noqa: BLE001 - one broken deadline must not stop the others
        _put_off(pk, now, error, report)


def _perform(pk: int, now: datetime) -> bool:
    """Lock the row, run its handler, close it; False where another sweep has it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        row = _open_row(pk, now)
        if row is None:
            return False
        found = _HANDLERS.get(row.kind)
        if found is None:
            raise LookupError(f"no handler for deadlines of the kind {row.kind}")
        outcome = found(row.subject, now) or "done"
        Deadline.objects.filter(pk=pk, done_at__isnull=True, due_at=row.due_at).update(
            done_at=now, outcome=outcome[:80]
        )
        audit.write(CLOCK, f"deadline:{row.kind}", row.subject, "done", code=outcome)
    return True


def _open_row(pk: int, now: datetime) -> Deadline | None:
    return (
        Deadline.objects.select_for_update(skip_locked=True)
        .filter(pk=pk, done_at__isnull=True, due_at__lte=now)
        .first()
    )


def _close(pk: int, now: datetime, outcome: str, code: str) -> bool:
    with transaction.atomic():
        row = _open_row(pk, now)
        if row is None:
            return False
        row.done_at = now
        row.outcome = outcome
        row.last_error = code
        row.save(update_fields=["done_at", "outcome", "last_error"])
        audit.write(CLOCK, f"deadline:{row.kind}", row.subject, "refused", code=code)
    return True


def _put_off(pk: int, now: datetime, error: Exception, report: SweepReport) -> None:
    log.error("deadline %s failed", pk, exc_info=error)
    report.failed.append(pk)
    with transaction.atomic():
        row = _open_row(pk, now)
        if row is None:
            return
        row.attempts += 1
        wait = min(FIRST_BACKOFF * 2 ** min(row.attempts - 1, 20), LONGEST_BACKOFF)
        row.next_try_at = now + wait
        row.last_error = type(error).__name__
        row.save(update_fields=["attempts", "next_try_at", "last_error"])
        audit.write(CLOCK, f"deadline:{row.kind}", row.subject, "failed", code=type(error).__name__)
