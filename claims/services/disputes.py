"""Disputing a denial, taking the dispute back, letting the denial stand, a fresh review."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import reasons
from claims.findings import DISPUTABLE_FACTS
from claims.models import Claim, Dispute
from claims.queries import dispute_of, evidence_since_hearing, hearings_held
from claims.services.closing import close_open_work
from claims.services.investigation import reason_blockers
from claims.services.machine import begin, finish, next_number
from core.actor import Actor
from core.errors import Blocker


@transaction.atomic
def dispute_denial(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    grounds: str,
    facts_in_dispute: Sequence[str],
    new_evidence: Sequence[str] = (),
) -> Claim:
    """Dispute a denial (step `dispute`) within the rulebook's days.

    `facts_in_dispute` are codes of `claims.eligibility.DISPUTABLE_FACTS`. After a hearing
    `new_evidence` names at least one document that came in after it, by reference.
    """
    taken = begin(
        "dispute",
        reference,
        actor,
        now,
        lambda claim: [
            *_dispute_blockers(grounds, facts_in_dispute),
            *_evidence_blockers(claim, new_evidence),
        ],
    )
    claim = taken.claim
    claim.dispute()
    facts: dict[str, object] = {"facts_in_dispute": sorted(set(facts_in_dispute))}
    if new_evidence:
        facts["new_evidence"] = sorted(set(new_evidence))
    finish(taken, facts=facts)
    Dispute.objects.create(
        claim=claim,
        number=next_number(claim.disputes),
        grounds=grounds,
        facts_in_dispute=sorted(set(facts_in_dispute)),
        new_evidence=sorted(set(new_evidence)),
        filed_by_id=actor.person_id,
        filed_at=now,
    )
    return claim


def _dispute_blockers(grounds: str, facts: Sequence[str]) -> list[Blocker]:
    found: list[Blocker] = []
    if not grounds.strip():
        found.append(Blocker("grounds_missing", _("Say why the denial is wrong.")))
    if not facts or set(facts) - set(DISPUTABLE_FACTS):
        found.append(Blocker("facts_missing", _("Choose at least one fact that is in dispute.")))
    return found


def _evidence_blockers(claim: Claim, named: Sequence[str]) -> list[Blocker]:
    """A rehearing is for what the first jury could not see."""
    known = {document.reference for document in evidence_since_hearing(claim)}
    if set(named) - known:
        return [Blocker("evidence_not_new", _("Choose documents that came in after the hearing."))]
    if hearings_held(claim) and not named:
        return [
            Blocker(
                "new_evidence_missing",
                _(
                    "A jury has heard this claim. Add a document it did not see, and choose it "
                    "here."
                ),
            )
        ]
    return []


@transaction.atomic
def let_denial_stand(*, reference: str, actor: Actor, now: datetime) -> Claim:
    """Make a denial final whose days to dispute have passed (step `let_stand`)."""
    taken = begin("let_stand", reference, actor, now)
    taken.claim.let_stand()
    finish(taken, reason_code="window_passed")
    close_open_work(taken.claim, now)
    return taken.claim


@transaction.atomic
def review_dispute(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str
) -> Claim:
    """Take a dispute back to review (step `review_dispute`), by a reviewer not yet involved."""
    taken = begin(
        "review_dispute",
        reference,
        actor,
        now,
        lambda claim: _review_blockers(claim, reason_code, note),
    )
    claim = taken.claim
    claim.review_dispute()
    finish(taken, reason_code=reason_code, note=note, assign_to=actor.person_id)
    close_dispute(claim, now, "reviewed")
    return claim


def _review_blockers(claim: Claim, reason_code: str, note: str) -> list[Blocker]:
    found = reason_blockers(reason_code, reasons.REVIEW_DISPUTE)
    if not note.strip():
        found.append(Blocker("note_missing", _("Say which error it is, or why no jury judges it.")))
    return found


@transaction.atomic
def withdraw_dispute(*, reference: str, actor: Actor, now: datetime) -> Claim:
    """Accept the denial after all (step `withdraw_dispute`); ballots are never opened."""
    taken = begin("withdraw_dispute", reference, actor, now)
    taken.claim.withdraw_dispute()
    finish(taken)
    close_open_work(taken.claim, now, "withdrawn")
    return taken.claim


def close_dispute(claim: Claim, now: datetime, outcome: str) -> None:
    """Note how the open dispute ended, if there is one."""
    dispute = dispute_of(claim)
    if dispute is not None and dispute.closed_at is None:
        dispute.closed_at = now
        dispute.outcome = outcome
        dispute.save(update_fields=["closed_at", "outcome"])
