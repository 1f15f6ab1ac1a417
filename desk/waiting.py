"""Which claims wait for whom: by role and state, without those one may not act on."""

from django.db.models import Q, QuerySet

from claims.models import Claim, ClaimEvent, Conflict, Investigation
from claims.queries import visible_to
from claims.states import State
from core.actor import Actor
from members.models import Membership, Person
from payouts.models import Payout
from payouts.states import EFFECTIVE

# In which states a claim waits for somebody of a role to act, not merely for time to pass.
WAITS_IN: dict[str, tuple[State, ...]] = {
    "reviewer": (State.UNDER_FINAL_REVIEW, State.UNDER_REVIEW, State.FILED),
    "investigator": (State.UNDER_INVESTIGATION,),
    "jury_officer": (State.DISPUTED,),
    "finance": (State.PAYOUT_RETURNED, State.FUNDED),
}
# Who made a recommendation, or investigated, cannot be the second reviewer (promise 10).
_FIRST_STEPS = ("recommend", "report_findings")


def states_of(actor: Actor) -> list[str]:
    """Return the states in which claims wait for one of the actor's roles."""
    return [state for role, states in WAITS_IN.items() if actor.has(role) for state in states]


def waiting_claims(actor: Actor) -> QuerySet[Claim]:
    """Return the claims that wait for this very person, in no order.

    Left out is what concerns them or their household, what they declared a conflict on, what
    they recommended themselves, what another investigator was sent for, and a payout that is
    under way already. An ombudsman has whatever is overdue.
    """
    if actor.person_id is None:
        return Claim.objects.none()
    wanted = Q(state__in=states_of(actor))
    if actor.has("ombudsman"):
        wanted |= Q(is_overdue=True) & ~Q(state=State.DRAFT)
    rows = _without_own(visible_to(actor).filter(wanted), actor.person_id)
    if actor.has("reviewer"):
        mine = ClaimEvent.objects.filter(actor_person_id=actor.person_id, event__in=_FIRST_STEPS)
        rows = rows.exclude(state=State.UNDER_FINAL_REVIEW, pk__in=mine.values("claim_id"))
    if actor.has("investigator"):
        sent = Investigation.objects.filter(investigator_id=actor.person_id, closed_at=None)
        rows = rows.filter(~Q(state=State.UNDER_INVESTIGATION) | Q(pk__in=sent.values("claim_id")))
    if actor.has("finance"):
        paid = Payout.objects.filter(state__in=EFFECTIVE).values("claim_id")
        rows = rows.exclude(state__in=WAITS_IN["finance"], pk__in=paid)
    return rows


def _without_own(rows: QuerySet[Claim], person_id: int) -> QuerySet[Claim]:
    """Leave out what a person may not act on: short lists made once, not a look per claim."""
    home = Person.objects.filter(pk=person_id, household__isnull=False).values("household_id")
    kin = Person.objects.filter(household_id__in=home).values("pk")
    paid_for = Membership.objects.filter(payer_id=person_id).values("pk")
    declared = Conflict.objects.filter(person_id=person_id).values("claim_id")
    rows = rows.exclude(claimant_id=person_id).exclude(covered_id=person_id)
    rows = rows.exclude(claimant_id__in=kin).exclude(covered_id__in=kin)
    return rows.exclude(membership_id__in=paid_for).exclude(pk__in=declared)
