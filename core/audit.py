"""The audit: exactly one row for each state-changing request, the refused included."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from core.actor import Actor
from core.models import AuditRow


@dataclass(slots=True)
class Trail:
    """What the audit knows of the request being served."""

    request_id: str
    rows: int = 0


_trail: ContextVar[Trail | None] = ContextVar("audit_trail", default=None)


def new_request_id() -> str:
    """Return a fresh request id: 32 hexadecimal digits."""
    return secrets.token_hex(16)


@contextmanager
def trail(request_id: str) -> Iterator[Trail]:
    """Keep count of the audit rows that one request leaves."""
    started = Trail(request_id)
    token = _trail.set(started)
    try:
        yield started
    finally:
        _trail.reset(token)


def current_request_id() -> str:
    """Return the id of the request being served, or nothing outside of one."""
    current = _trail.get()
    return current.request_id if current else ""


def count_row() -> None:
    """Note that the request being served has left its row (after the commit)."""
    current = _trail.get()
    if current is not None:
        current.rows += 1


def write(
    actor: Actor, operation: str, subject: str, outcome: str, code: str = "", status: int = 0
) -> AuditRow:
    """Insert one audit row in the caller's transaction. Nothing personal belongs in it."""
    return AuditRow.objects.create(
        request_id=current_request_id(),
        account_id=actor.account_id,
        actor_kind=actor.kind,
        operation=operation[:100],
        subject=subject[:80],
        outcome=outcome,
        code=code[:80],
        status=status,
    )
