"""The log row that every change of a period, redaction, entry or objection writes."""

from datetime import datetime

from core.actor import Actor
from disclosure.models import NoticeEvent


def log_event(
    *,
    subject: str,
    event: NoticeEvent.Event,
    actor: Actor,
    now: datetime,
    from_state: str = "",
    to_state: str = "",
    note: str = "",
) -> NoticeEvent:
    """Write one log row in the caller's transaction."""
    return NoticeEvent.objects.create(
        subject=subject,
        event=event,
        from_state=from_state,
        to_state=to_state,
        actor_person_id=actor.person_id,
        actor_kind=actor.kind,
        note=note,
        occurred_at=now,
    )
