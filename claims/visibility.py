"""Which claims an actor may know of; every other one does not exist for them."""

from django.db.models import Q, QuerySet
from django.http import Http404

from claims.models import Claim, Investigation
from claims.states import State
from core.actor import Actor

STAFF_READERS = frozenset({"reviewer", "jury_officer", "finance", "ombudsman", "auditor"})


def visible_to(actor: Actor) -> QuerySet[Claim]:
    """Return the claims an actor may know of.

    A claimant and a covered member: their own. Reviewers, jury officers, finance, ombudsmen,
    auditors: every filed one. Investigators: those they were ever sent to investigate.
    """
    if actor.person_id is None:
        is_system = actor.kind in ("system", "clock", "bank")
        return Claim.objects.all() if is_system else Claim.objects.none()
    mine = Q(claimant_id=actor.person_id) | Q(covered_id=actor.person_id)
    if actor.has_any(STAFF_READERS):
        return Claim.objects.filter(mine | ~Q(state=State.DRAFT))
    if actor.has("investigator"):
        sent = Investigation.objects.filter(investigator_id=actor.person_id)
        return Claim.objects.filter(mine | Q(pk__in=sent.values("claim_id")))
    return Claim.objects.filter(mine)


def claim_for(reference: str, actor: Actor) -> Claim:
    """Return a claim the actor may know of; Http404 otherwise, as if there were none."""
    found = (
        visible_to(actor)
        .select_related(
            "plan", "membership__payer", "rulebook_version", "claimant", "covered", "assigned_to"
        )
        .filter(reference=reference)
        .first()
    )
    if found is None:
        raise Http404
    return found
