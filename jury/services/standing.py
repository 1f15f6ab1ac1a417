"""A juror's standing: suspended or disqualified with reasons, appealed, restored."""

from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.canonical import canonical_json, sha256_hex
from core.errors import NotAllowed
from jury.models import JurorStanding, StandingEvent
from jury.states import StandingState


@transaction.atomic
def suspend_juror(
    *,
    person_id: int,
    reason_code: str,
    until: datetime | None,
    actor: Actor,
    now: datetime,
    reasons: str,
) -> JurorStanding:
    """Suspend a juror until a day, or disqualify them where no end is given; a coded reason."""
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    standing = JurorStanding.objects.select_for_update().get(person_id=person_id)
    from_state = standing.state
    standing.state = StandingState.SUSPENDED if until else StandingState.DISQUALIFIED
    standing.reason_code = reason_code
    standing.suspended_until = until
    write_standing_event(
        standing,
        event="suspend" if until else "disqualify",
        from_state=from_state,
        actor=actor,
        now=now,
        cause=reason_code,
        reasons=reasons,
    )
    return standing


def write_standing_event(
    standing: JurorStanding,
    *,
    event: str,
    from_state: str,
    actor: Actor,
    now: datetime,
    cause: str = "",
    reasons: str = "",
) -> StandingEvent:
    """Append one row to a juror's log and save the standing, whose row the caller holds locked."""
    last = StandingEvent.objects.filter(standing=standing).order_by("-seq").first()
    previous = last.digest if last else ""
    seq = standing.event_count + 1
    until = standing.suspended_until
    body = {
        "standing": standing.pk,
        "seq": seq,
        "event": event,
        "from": from_state,
        "to": str(standing.state),
        "cause": cause,
        "reasons": reasons,
        "until": until.astimezone(UTC).isoformat() if until else "",
        "actor": actor.person_id or 0,
        "actor_kind": actor.kind,
        "occurred_at": now.astimezone(UTC).isoformat(),
        "previous": previous,
    }
    row = StandingEvent.objects.create(
        standing=standing,
        seq=seq,
        event=event,
        from_state=from_state,
        to_state=standing.state,
        cause=cause,
        reasons=reasons,
        until_at=until,
        actor_id=actor.person_id,
        actor_kind=actor.kind,
        occurred_at=now,
        previous_digest=previous,
        digest=sha256_hex(canonical_json(body)),
    )
    standing.event_count = seq
    standing.state_entered_at = now
    standing.save()
    return row
