"""Who may add to and who may read a claim's evidence: people with a live duty (promise 20)."""

from claims.models import Claim, EvidenceKind
from claims.states import State
from core.actor import Actor

CLAIMANT_ADDS = frozenset(
    {
        State.DRAFT,
        State.FILED,
        State.UNDER_INVESTIGATION,
        State.INFORMATION_REQUESTED,
        State.DENIED,
        State.DISPUTED,
    }
)
REVIEWER_READS = frozenset(
    {
        State.FILED,
        State.UNDER_INVESTIGATION,
        State.UNDER_REVIEW,
        State.UNDER_FINAL_REVIEW,
        State.INFORMATION_REQUESTED,
        State.APPROVED,
        State.DENIED,
        State.DISPUTED,
        State.ON_NOTICE,
        State.CLEARED,
    }
)
OFFICER_READS = frozenset({State.DISPUTED, State.IN_HEARING})


def may_add(claim: Claim, actor: Actor) -> bool:
    """Say whether the actor may add documents: the claimant, or the investigator at work."""
    if actor.person_id == claim.claimant_id:
        return claim.state in CLAIMANT_ADDS
    return _is_investigator_at_work(claim, actor)


def may_add_kind(claim: Claim, actor: Actor, kind: str) -> bool:
    """Say whether the actor may add documents of a kind: findings are the investigator's alone."""
    is_finding = kind == EvidenceKind.FINDING
    if actor.person_id == claim.claimant_id:
        return not is_finding and kind in EvidenceKind.values and may_add(claim, actor)
    return is_finding and may_add(claim, actor)


def duty_on(claim: Claim, actor: Actor) -> str | None:
    """Return the duty that lets the actor read the claim's evidence now, or None."""
    if actor.person_id is None:
        return None
    if actor.person_id == claim.claimant_id:
        return "claimant"
    if actor.person_id in claim.barred_person_ids():
        return None
    if _is_investigator_at_work(claim, actor):
        return "investigator"
    if actor.has("reviewer") and claim.state in REVIEWER_READS:
        return "reviewer"
    if actor.has("jury_officer") and claim.state in OFFICER_READS:
        return "jury_officer"
    if actor.has("auditor") and claim.state != State.DRAFT:
        return "auditor"
    return None


def _is_investigator_at_work(claim: Claim, actor: Actor) -> bool:
    return (
        actor.has("investigator")
        and claim.state == State.UNDER_INVESTIGATION
        and claim.investigations.filter(
            investigator_id=actor.person_id, reported_at=None, closed_at=None
        ).exists()
    )
