"""What others ask of claims: rows locked and unlocked, who is involved, what was found."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from claims import eligibility
from claims.eligibility import Assessment, Facts
from claims.involvement import parties_of, people_involved, standing_of
from claims.log import digest_of_event, verify_chain
from claims.models import (
    Claim,
    ClaimEvent,
    Decision,
    Dispute,
    EligibilitySnapshot,
    Evidence,
    InformationRequest,
    Investigation,
    Proposal,
    Recommendation,
)
from claims.states import OWNER_ROLE, State
from claims.statistics import StageRange, stage_range
from claims.visibility import claim_for, visible_to
from core.actor import Actor
from core.zone import local_date
from members.models import RulebookVersion
from members.queries import rulebook_of, rulebook_version_on, tier_on
from members.rulebook_parts import Clause
from members.rulebook_types import Rulebook

__all__ = [
    "StageRange",
    "assess_draft",
    "assess_filed",
    "bound_rules",
    "claim_for",
    "clause_of",
    "decision_of",
    "digest_of_event",
    "dispute_of",
    "draft_version",
    "eligibility_of",
    "events_of",
    "evidence_since_hearing",
    "facts_of",
    "hearings_held",
    "investigations_of",
    "lock_claim",
    "open_investigation_of",
    "open_proposals_of",
    "open_request_of",
    "parties_of",
    "people_involved",
    "queue_for",
    "recommendation_of",
    "rules_of",
    "stage_range",
    "standing_of",
    "verify_chain",
    "visible_to",
]


def lock_claim(reference: str) -> Claim:
    """Lock a claim's row and return it as it now is; the first thing every service does.

    Raises Claim.DoesNotExist. The rulebook's body is not loaded: see `rules_of`.
    """
    return (
        Claim.objects.select_for_update(of=("self",))
        .select_related("plan", "membership", "rulebook_version")
        .defer("rulebook_version__body", "story", "bank_account_encrypted")
        .get(reference=reference)
    )


def rules_of(claim: Claim) -> Rulebook | None:
    """Return the rules the claim is bound to, or None for a draft. An announced body is fixed."""
    version = claim.rulebook_version
    return None if version is None else rulebook_of(version)


def bound_rules(claim: Claim) -> Rulebook:
    """Return the rules a filed claim is bound to; LookupError for a draft."""
    rules = rules_of(claim)
    if rules is None:
        raise LookupError(f"{claim.reference} is not filed yet")
    return rules


def clause_of(claim: Claim) -> Clause:
    """Return the clause of the claim's disease; KeyError where the rules have no such disease."""
    return bound_rules(claim).clause_of(claim.disease_code)


def draft_version(claim: Claim, today: date) -> RulebookVersion:
    """Return the version a draft would be bound to: by day of diagnosis or of filing.

    The version in force today says which of the two decides (its transition rule). Before the
    plan's first version, that first one. Raises LookupError where the plan has no rules at all.
    """
    current = rulebook_version_on(claim.plan, today)
    if current is None:
        raise LookupError(f"plan {claim.plan.code} has no rules on {today}")
    diagnosed_on = claim.first_diagnosed_on
    if diagnosed_on is None or diagnosed_on > today:
        return current
    if rulebook_of(current).transition == "filing":
        return current
    first = RulebookVersion.objects.filter(plan=claim.plan, effective_on__isnull=False)
    return (
        rulebook_version_on(claim.plan, diagnosed_on)
        or first.order_by("effective_on").first()
        or current
    )


def facts_of(claim: Claim, filed_on: date) -> Facts:
    """Return the facts eligibility follows from; AssertionError before they are answered."""
    assert claim.first_diagnosed_on is not None
    tier = tier_on(claim.membership_id, claim.first_diagnosed_on)
    return Facts(
        born_on=claim.covered.born_on,
        first_diagnosed_on=claim.first_diagnosed_on,
        filed_on=filed_on,
        disease_code=claim.disease_code,
        accident=claim.accident,
        starts_on=claim.membership.starts_on,
        ends_on=claim.membership.ends_on,
        tier=tier.tier if tier else "standard",
    )


def assess_draft(claim: Claim, at: datetime) -> Assessment:
    """Return what the rules would come to if the draft were filed at the instant."""
    today = local_date(at, claim.plan.zone)
    version = draft_version(claim, today)
    return eligibility.assess(facts_of(claim, today), rulebook_of(version))


def assess_filed(claim: Claim, found: Mapping[str, str] | None = None) -> Assessment:
    """Return what the claim's own rules come to, on its facts or on those a jury found."""
    assert claim.filed_at is not None
    facts = facts_of(claim, local_date(claim.filed_at, claim.plan.zone))
    return eligibility.assess(eligibility.with_found(facts, found or {}), bound_rules(claim))


# Reading


def queue_for(
    actor: Actor,
    *,
    states: Sequence[str] = (),
    mine_only: bool = False,
    overdue_only: bool = False,
) -> QuerySet[Claim]:
    """Return the claims that wait for the actor's roles, the first due first: one query."""
    if not states:
        states = [state for state, role in OWNER_ROLE.items() if role in actor.roles]
        if actor.has("ombudsman"):
            states = [state for state in OWNER_ROLE if state != State.DRAFT]
    rows = visible_to(actor).filter(state__in=list(states))
    if mine_only:
        rows = rows.filter(assigned_to_id=actor.person_id)
    if overdue_only:
        rows = rows.filter(is_overdue=True)
    return rows.select_related("plan", "claimant", "covered", "assigned_to").order_by(
        "due_at", "id"
    )


def events_of(claim: Claim) -> QuerySet[ClaimEvent]:
    """Return the claim's log, the oldest first."""
    return claim.events.select_related("actor_person", "second_person").order_by("seq")


def eligibility_of(claim: Claim) -> EligibilitySnapshot | None:
    """Return the newest eligibility snapshot, or None for a draft."""
    return claim.eligibility.order_by("-number").first()


def recommendation_of(claim: Claim) -> Recommendation | None:
    """Return the newest recommendation, if there is one."""
    return claim.recommendations.select_related("made_by").order_by("-number").first()


def decision_of(claim: Claim) -> Decision | None:
    """Return the newest decision, if there is one."""
    return (
        claim.decisions.select_related("decided_by", "recommendation").order_by("-number").first()
    )


def open_investigation_of(claim: Claim) -> Investigation | None:
    """Return the investigation under way, if there is one."""
    return claim.investigations.filter(closed_at__isnull=True).first()


def investigations_of(claim: Claim) -> QuerySet[Investigation]:
    """Return every investigation with its findings, the newest first."""
    return (
        claim.investigations.select_related("agency", "investigator")
        .prefetch_related(Prefetch("findings"))
        .order_by("-number")
    )


def open_request_of(claim: Claim) -> InformationRequest | None:
    """Return the question that waits for the claimant's answer, if there is one."""
    return claim.information_requests.filter(closed_at__isnull=True).first()


def dispute_of(claim: Claim) -> Dispute | None:
    """Return the newest dispute, if there is one."""
    return claim.disputes.order_by("-number").first()


def open_proposals_of(claim: Claim) -> list[Proposal]:
    """Return the two-person steps that wait for their second person."""
    return list(
        claim.proposals.filter(closed_at__isnull=True, at_event_count=claim.event_count)
        .select_related("proposed_by")
        .order_by("pk")
    )


def hearings_held(claim: Claim) -> int:
    """Return how often the claim went before a jury; one hearing and one rehearing are all.

    One that came back to review because its rounds were void does not count.
    """
    events = claim.events.filter(event__in=("open_hearing", "refer_to_jury", "return_to_review"))
    went = [event != "return_to_review" for event in events.values_list("event", flat=True)]
    return 2 * sum(went) - len(went)


def last_heard_at(claim: Claim) -> datetime | None:
    """Return when a jury's verdict last left the denial standing, if one did."""
    found = claim.events.filter(event="uphold").order_by("-seq")
    return found.values_list("occurred_at", flat=True).first()


def evidence_since_hearing(claim: Claim) -> list[Evidence]:
    """Return the claim's documents that no jury can have seen; all of them before a hearing."""
    found = claim.evidence.all()
    heard_at = last_heard_at(claim)
    if heard_at is not None:
        found = found.filter(versions__received_at__gt=heard_at).distinct()
    return list(found.order_by("created_at", "pk"))
