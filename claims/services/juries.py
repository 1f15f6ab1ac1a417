"""The claim's part in a hearing; called by the jury app, which holds the hearing itself."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from claims.eligibility import Assessment, with_found
from claims.models import Claim, Decision
from claims.queries import assess_filed, dispute_of, facts_of, recommendation_of
from claims.services.closing import close_open_work
from claims.services.decisions import record_decision
from claims.services.disputes import close_dispute
from claims.services.machine import begin, finish
from claims.services.snapshots import store_snapshot
from core.actor import Actor
from core.zone import local_date


@transaction.atomic
def move_to_hearing(
    *, reference: str, actor: Actor, now: datetime, hearing_reference: str
) -> Claim:
    """Bring a disputed claim before a jury (step `open_hearing`).

    Blocked where no fact in dispute could make the claim payable, where the plan has no jury,
    and after the rehearing.
    """
    taken = begin("open_hearing", reference, actor, now)
    claim = taken.claim
    claim.open_hearing()
    finish(taken, facts={"hearing": hearing_reference}, assign_to=actor.person_id)
    dispute = dispute_of(claim)
    if dispute is not None and dispute.closed_at is None:
        dispute.hearing_reference = hearing_reference
        dispute.save(update_fields=["hearing_reference"])
    return claim


@transaction.atomic
def apply_verdict(
    *,
    reference: str,
    outcome: str,
    found_answers: Mapping[str, str],
    found_facts: Mapping[str, str],
    hearing_reference: str,
    actor: Actor,
    now: datetime,
) -> Claim:
    """Apply a verdict (steps `uphold`, `overturn`), eligibility recomputed from the facts found.

    `outcome` is `uphold` or `overturn`. An overturned denial is due what its recommendation
    said, within the band of the facts found. Where the claim stays outside coverage on the
    facts found, the denial stands with the reason `still_outside_coverage` (promise 8).
    """
    if outcome not in ("uphold", "overturn"):
        raise ValueError(f"{outcome!r} is not an outcome of a hearing")
    taken = begin(outcome, reference, actor, now)
    claim = taken.claim
    assessment = assess_filed(claim, found_facts)
    _store(claim, assessment, found_facts, now)
    facts = {
        "hearing": hearing_reference,
        "answers": dict(found_answers),
        "found": dict(found_facts),
    }
    if outcome == "overturn" and assessment.eligible:
        amount = _due_if_overturned(claim, assessment)
        claim.overturn()
        claim.aid_cents = amount
        claim.revision += 1
        finish(
            taken,
            saved=("aid_cents", "revision"),
            facts={**facts, "amount_cents": amount, "revision": claim.revision},
            params={"aid_cents": amount},
        )
    else:
        amount = 0
        taken.step = "uphold"
        claim.uphold()
        reason = "still_outside_coverage" if outcome == "overturn" else ""
        finish(taken, reason_code=reason, facts=facts)
    is_overturned = taken.step == "overturn"
    record_decision(
        claim,
        Decision.Kind.OVERTURNED if is_overturned else Decision.Kind.UPHELD,
        actor,
        now,
        amount,
        "",
        found_answers=found_answers,
        found_facts=found_facts,
        hearing_reference=hearing_reference,
    )
    close_dispute(claim, now, "overturned" if is_overturned else "upheld")
    if not is_overturned:
        close_open_work(claim, now)
    return claim


@transaction.atomic
def return_to_review(
    *, reference: str, actor: Actor, now: datetime, hearing_reference: str
) -> Claim:
    """Take a claim back to review (step `return_to_review`): its hearing was void twice.

    The dispute ends as reviewed; a new denial may be disputed again.
    """
    taken = begin("return_to_review", reference, actor, now)
    taken.claim.return_to_review()
    finish(taken, reason_code="second_void", facts={"hearing": hearing_reference})
    close_dispute(taken.claim, now, "reviewed")
    return taken.claim


def _due_if_overturned(claim: Claim, assessment: Assessment) -> int:
    recommendation = recommendation_of(claim)
    recommended = recommendation.amount_cents if recommendation else 0
    if 0 < recommended <= assessment.amount_cents:
        return recommended
    return assessment.amount_cents


def _store(claim: Claim, assessment: Assessment, found: Mapping[str, str], now: datetime) -> None:
    assert claim.filed_at is not None
    facts = facts_of(claim, local_date(claim.filed_at, claim.plan.zone))
    store_snapshot(claim, assessment, with_found(facts, found), "verdict", now)
