"""Writing a hearing's log: every step one row, chained to the one before it."""

from datetime import UTC, datetime

from core.actor import Actor
from core.canonical import canonical_json, sha256_hex
from core.deadlines import schedule
from jury.models import Hearing, HearingEvent
from jury.stages import due_of


def write_event(
    hearing: Hearing,
    *,
    event: str,
    from_state: str,
    actor: Actor,
    now: datetime,
    role: str = "",
    reason_code: str = "",
    note: str = "",
    names_actor: bool = True,
) -> HearingEvent:
    """Append one row and save the hearing, whose row the caller holds locked.

    The end of the stage it now stands at becomes its deadline.

    A juror's own act is logged without naming the juror (`names_actor=False`): the log says
    that a seat was given up, the seat says by whom.
    """
    last = HearingEvent.objects.filter(hearing=hearing).order_by("-seq").first()
    previous = last.digest if last else ""
    seq = hearing.event_count + 1
    person_id = actor.person_id if names_actor else None
    body = {
        "hearing": hearing.reference,
        "seq": seq,
        "event": event,
        "from": from_state,
        "to": str(hearing.state),
        "actor": person_id or 0,
        "actor_kind": actor.kind,
        "role": role,
        "reason_code": reason_code,
        "note": note,
        "occurred_at": now.astimezone(UTC).isoformat(),
        "previous": previous,
    }
    row = HearingEvent.objects.create(
        hearing=hearing,
        seq=seq,
        event=event,
        from_state=from_state,
        to_state=hearing.state,
        actor_id=person_id,
        actor_kind=actor.kind,
        role=role,
        reason_code=reason_code,
        note=note,
        occurred_at=now,
        previous_digest=previous,
        digest=sha256_hex(canonical_json(body)),
    )
    hearing.event_count = seq
    if from_state != hearing.state:
        hearing.state_entered_at = now
    _save_with_deadline(hearing)
    return row


def _save_with_deadline(hearing: Hearing) -> None:
    due_at = due_of(hearing)
    if due_at != hearing.due_at:
        hearing.due_at, hearing.escalated_at = due_at, None
    hearing.save()
    if hearing.due_at is not None:
        schedule("jury.overdue", hearing.reference, hearing.due_at)
