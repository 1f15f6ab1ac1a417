"""How every step runs: lock, permission, preconditions; then save, log, follow-on rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from claims.involvement import lock_with_standing
from claims.log import digest_of_event
from claims.messages import ESCALATED, tell, tell_claimant
from claims.models import Assignment, Claim, ClaimEvent
from claims.permissions import enforce
from claims.queries import rules_of
from claims.services.writing import ASSIGN, Statement, write_step
from claims.stages import act_at, stage_end
from claims.states import OWNER_ROLE
from core import deadlines
from core.actor import Actor
from core.canonical import canonical_json
from core.errors import Blocker
from members.queries import people_with_role

STAGE = "claims.stage"
REMINDER = "claims.reminder"

_SAVED = [
    "state",
    "event_count",
    "head_digest",
    "state_entered_at",
    "due_at",
    "is_overdue",
    "assigned_to",
    "updated_at",
]


@dataclass(slots=True)
class Taken:
    """A step that has been permitted and is being taken."""

    claim: Claim
    step: str
    actor: Actor
    now: datetime
    role: str
    from_state: str


def begin(
    step: str,
    reference: str,
    actor: Actor,
    now: datetime,
    check: Callable[[Claim], Iterable[Blocker]] | None = None,
) -> Taken:
    """Lock the claim and refuse unless the actor may take the step now.

    `check` adds the blockers that hang on what was entered. Raises Claim.DoesNotExist,
    NotAllowed, WrongState, Blocked.
    """
    claim, standing = lock_with_standing(reference, actor.person_id)
    role = enforce(step, claim, actor, now, check, standing)
    return Taken(claim, step, actor, now, role, str(claim.state))


def finish(
    taken: Taken,
    *,
    reason_code: str = "",
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    second_person_id: int | None = None,
    due_at: datetime | None = None,
    assign_to: int | None = None,
    saved: Iterable[str] = (),
    params: Mapping[str, str | int] | None = None,
) -> Claim:
    """Save the claim whose transition was just called, log the event, set what follows.

    `saved` names further fields that the service changed; `due_at` overrides the stage's end;
    `params` goes into the claimant's message.
    """
    claim, now = taken.claim, taken.now
    moved = claim.state != taken.from_state
    if moved:
        _enter_stage(claim, now, due_at, assign_to)
    claim.updated_at = now
    event = _event(taken, reason_code, note, facts or {}, second_person_id)
    claim.event_count, claim.head_digest = event.seq, event.digest
    write_step(claim, event, [*_SAVED, *saved], _follow_on(taken) if moved else [])
    if moved and claim.due_at is None:
        deadlines.cancel(STAGE, claim.reference)
    tell_claimant(claim, taken.step, event.seq, now, params or {})
    return claim


def _enter_stage(
    claim: Claim, now: datetime, due_at: datetime | None, assign_to: int | None
) -> None:
    claim.state_entered_at = now
    claim.due_at = due_at or stage_end(str(claim.state), rules_of(claim), now)
    claim.is_overdue = False
    claim.assigned_to_id = assign_to


def _event(
    taken: Taken,
    reason_code: str,
    note: str,
    facts: Mapping[str, Any],
    second_person_id: int | None,
) -> ClaimEvent:
    claim = taken.claim
    event = ClaimEvent(
        claim=claim,
        seq=claim.event_count + 1,
        event=taken.step,
        from_state=taken.from_state,
        to_state=str(claim.state),
        actor_person_id=taken.actor.person_id,
        second_person_id=second_person_id,
        actor_kind=taken.actor.kind,
        role=taken.role,
        reason_code=reason_code,
        note=note,
        facts=canonical_json(facts).decode(),
        occurred_at=taken.now,
        previous_digest=claim.head_digest,
    )
    event.digest = digest_of_event(event, claim.reference)
    return event


def _follow_on(taken: Taken) -> list[Statement]:
    """Return what is written with every move: the stage's deadline, who was given the claim."""
    claim = taken.claim
    found: list[Statement] = []
    if claim.due_at is not None:
        due_at = act_at(str(claim.state), claim.due_at)
        found.append(deadlines.scheduling(STAGE, claim.reference, due_at))
    if claim.assigned_to_id is not None:
        given = (claim.pk, claim.assigned_to_id, taken.actor.person_id, str(claim.state))
        found.append((ASSIGN, [*given, taken.step, taken.now]))
    return found


def record_assignment(
    claim: Claim, person_id: int, by_person_id: int | None, reason: str, now: datetime
) -> None:
    """Write down who was given the claim."""
    Assignment.objects.create(
        claim=claim,
        person_id=person_id,
        assigned_by_id=by_person_id,
        state=str(claim.state),
        reason=reason,
        assigned_at=now,
    )


def escalate(claim: Claim, now: datetime) -> str:
    """Mark a claim overdue and tell its owner and the ombudsmen, once for each stage."""
    claim.is_overdue = True
    claim.save(update_fields=["is_overdue"])
    told = set(people_with_role("ombudsman").values_list("pk", flat=True))
    if claim.assigned_to_id is not None:
        told.add(claim.assigned_to_id)
    else:
        role = OWNER_ROLE.get(str(claim.state), "")
        told.update(people_with_role(role).values_list("pk", flat=True))
    params = {"reference": claim.reference, "state": str(claim.state)}
    for person_id in sorted(told):
        tell(person_id, ESCALATED, params, f"{claim.reference}:{claim.event_count}", now)
    return "escalated"


def next_number(rows: Any) -> int:
    """Return the next number of rows that count 1, 2, 3 … under the claim's lock."""
    newest = rows.order_by("-number").values_list("number", flat=True).first()
    return int(newest or 0) + 1
