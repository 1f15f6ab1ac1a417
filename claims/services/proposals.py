"""Two-person steps: the first person proposes, another one's call performs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.messages import PROPOSED, tell
from claims.models import Claim, Proposal
from claims.permissions import personal_blockers, role_for
from claims.services.machine import Taken
from claims.states import BY_STEP
from core.actor import Actor
from core.canonical import canonical_json, sha256_hex
from core.errors import Blocked, NotAllowed
from members.queries import live_roles, people_with_role


def first_of_two(
    taken: Taken, reason_code: str, note: str, payload: Mapping[str, Any]
) -> Proposal | None:
    """Return the first person's proposal that this call confirms; None where it is itself first.

    As the first it is stored, and the others who may confirm are told. The second must confirm
    the same (`proposal_differs`), and the first must still hold the role and be free of
    conflicts. A proposal made before the claim last moved is void.
    """
    claim, step = taken.claim, taken.step
    _expire_stale(claim, taken.now)
    digest = sha256_hex(canonical_json({"reason": reason_code, **payload}))
    proposal = Proposal.objects.filter(claim=claim, step=step, closed_at__isnull=True).first()
    if proposal is None:
        _propose(taken, reason_code, note, payload, digest)
        return None
    if proposal.payload_digest != digest:
        raise Blocked(
            "proposal_differs",
            _("Another person proposed this with a different reason. Confirm theirs or let it be."),
        )
    _require_first(step, claim, proposal)
    proposal.closed_at = taken.now
    proposal.outcome = "performed"
    proposal.closed_by_id = taken.actor.person_id
    proposal.save(update_fields=["closed_at", "outcome", "closed_by"])
    return proposal


def _expire_stale(claim: Claim, now: datetime) -> None:
    Proposal.objects.filter(claim=claim, closed_at__isnull=True).exclude(
        at_event_count=claim.event_count
    ).update(closed_at=now, outcome="expired")


def _propose(
    taken: Taken, reason_code: str, note: str, payload: Mapping[str, Any], digest: str
) -> None:
    assert taken.actor.person_id is not None
    proposal = Proposal.objects.create(
        claim=taken.claim,
        step=taken.step,
        payload=dict(payload),
        payload_digest=digest,
        reason_code=reason_code,
        note=note,
        proposed_by_id=taken.actor.person_id,
        proposed_at=taken.now,
        at_event_count=taken.claim.event_count,
    )
    told: set[int] = set()
    for role in sorted(BY_STEP[taken.step][0].roles):
        told.update(people_with_role(role).values_list("pk", flat=True))
    told.discard(taken.actor.person_id)
    params = {"reference": taken.claim.reference, "step": taken.step}
    for person_id in sorted(told):
        tell(person_id, PROPOSED, params, f"{proposal.pk}", taken.now)


def _require_first(step: str, claim: Claim, proposal: Proposal) -> None:
    first = Actor(proposal.proposed_by_id, None, live_roles(proposal.proposed_by_id))
    found = personal_blockers(step, claim, first)
    if role_for(step, claim, first) is None or found:
        raise NotAllowed(
            "first_person_barred",
            _("Who proposed this may no longer take part. Somebody else must propose it."),
            found,
        )
