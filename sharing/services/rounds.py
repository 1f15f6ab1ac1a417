"""Opening a round at its lock instant and proposing it on its sharing day."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.states import State
from core.actor import Actor
from core.deadlines import cancel, schedule
from core.errors import Blocked, refuse_if
from core.references import new_reference
from members.calendar import lock_instant, sharing_day_of
from members.models import Plan
from members.queries import rulebook_of, rulebook_version_on
from sharing.cohorts import cohorts_for, terms_of
from sharing.models import Round, RoundCase, RoundShare
from sharing.permissions import FINANCE_OR_CLOCK, proposing_blockers, require, require_state
from sharing.publishing import publish_closed
from sharing.queries import lock_round, proposing_at, surplus_before
from sharing.rules import Proposal, propose
from sharing.states import RoundState

PROPOSE = "sharing.propose_round"


@transaction.atomic
def open_round(*, plan_code: str, notice_on: date, actor: Actor, now: datetime) -> Round:
    """Open the round that shares what a notice day's batch brings; it is there once.

    Raises Blocked before 00:00 of the notice day in the plan's zone.
    """
    require(actor, FINANCE_OR_CLOCK)
    plan = Plan.objects.get(code=plan_code)
    version = rulebook_version_on(plan, notice_on)
    if version is None:
        raise Blocked("round_without_rules", _("No rulebook is in force on that day."))
    rulebook = rulebook_of(version)
    lock_at = lock_instant(rulebook, notice_on)
    if now < lock_at:
        raise Blocked("round_too_early", _("The notice day has not come yet."))
    found, is_new = Round.objects.get_or_create(
        plan=plan,
        sharing_on=sharing_day_of(rulebook, notice_on),
        defaults={
            "reference": new_reference("R"),
            "rulebook_version": version,
            "notice_on": notice_on,
            "lock_at": lock_at,
            "opened_at": now,
        },
    )
    if is_new:
        schedule(PROPOSE, found.reference, proposing_at(found))
    return found


@transaction.atomic
def propose_round(*, reference: str, actor: Actor, now: datetime) -> Round:
    """Fix the cases of the round and what each cohort owes; with no case it closes at once.

    The units are those of the lock instant. Raises Blocked before the sharing day or while
    the round before is not closed.
    """
    found = lock_round(reference)
    require(actor, FINANCE_OR_CLOCK)
    require_state(found, RoundState.OPEN)
    refuse_if(proposing_blockers(found, now))
    claims = _cleared_claims(found.plan_id)
    found.surplus_in_cents = surplus_before(found)
    found.proposed_at = now
    if not claims:
        return _close_empty(found, actor, now)
    aid = [claim.aid_cents or 0 for claim in claims]
    terms = terms_of(rulebook_of(found.rulebook_version), found.plan)
    proposal = propose(
        aid_cents=aid,
        surplus_in_cents=found.surplus_in_cents,
        cohorts=cohorts_for(found, terms, aid),
        terms=terms,
    )
    _write_rows(found, claims, proposal)
    _take_sum(found, proposal)
    found.propose()
    found.save()
    cancel(PROPOSE, found.reference)
    return found


def _cleared_claims(plan_id: int) -> list[Claim]:
    shared = RoundCase.objects.filter(is_dropped=False).values("claim_id")
    rows = Claim.objects.select_for_update().filter(plan_id=plan_id, state=State.CLEARED)
    return list(rows.exclude(id__in=shared).order_by("id"))


def _write_rows(found: Round, claims: list[Claim], proposal: Proposal) -> None:
    RoundCase.objects.bulk_create(
        [
            RoundCase(
                round=found,
                claim=claim,
                public_reference=claim.public_reference,
                aid_cents=claim.aid_cents or 0,
            )
            for claim in claims
        ]
    )
    RoundShare.objects.bulk_create(
        [
            RoundShare(
                round=found,
                tier=row.tier,
                weight_milli=row.weight_milli,
                paid_from_cents=row.paid_from_cents,
                members=row.members,
                share_cents=row.share_cents,
            )
            for row in proposal.shares
        ]
    )


def _take_sum(found: Round, proposal: Proposal) -> None:
    total = proposal.total
    found.units_milli = proposal.units_milli
    found.memberships = sum(row.members for row in proposal.shares)
    found.aid_cents = total.aid_cents
    found.fee_cents = total.fee_cents
    found.surplus_out_cents = total.surplus_out_cents
    found.subsidy_cents = total.subsidy_cents
    found.due_cents = total.due_cents


def _close_empty(found: Round, actor: Actor, now: datetime) -> Round:
    """Close a round without cases; its surplus is carried on untouched."""
    found.surplus_out_cents = found.surplus_in_cents
    found.closed_at = now
    found.closed_by_id = actor.person_id
    found.close()
    found.save()
    publish_closed(found, now)
    cancel(PROPOSE, found.reference)
    return found
