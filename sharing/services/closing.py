"""Closing a round: every case funded, every cent accounted for, and published."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from claims import services as claim_services
from claims.models import Claim
from claims.states import State
from core.actor import Actor
from core.deadlines import schedule
from members.queries import rulebook_of
from sharing.models import Round, RoundCase
from sharing.permissions import FINANCE, require, require_state
from sharing.publishing import publish_closed
from sharing.queries import lock_round
from sharing.rules import balance, fee_of
from sharing.services.journal import book, credit, debit
from sharing.states import Account, EntryKind, RoundState

END_UNPAID = "sharing.end_unpaid"


@transaction.atomic
def close_round(*, reference: str, actor: Actor, now: datetime) -> Round:
    """Close a round that was collected, fund its claims, book and publish it.

    A case that was halted meanwhile is dropped: its aid and fee become surplus, so that the
    identity holds (promise 47). The database refuses a sum that is not that of the rows.
    """
    found = lock_round(reference)
    require(actor, FINANCE)
    require_state(found, RoundState.COLLECTING)
    funded = _drop_halted(found)
    _settle_sum(found, funded)
    found.closed_at = now
    found.closed_by_id = actor.person_id
    found.close()
    found.save()
    for case in funded:
        claim_services.fund_claim(
            reference=case.claim.reference,
            round_reference=found.reference,
            actor=actor,
            now=now,
        )
    book_round(found, actor, now)
    publish_closed(found, now)
    for debt in found.failed_debits.filter(collected_at__isnull=True, membership__ends_on=None):
        schedule(END_UNPAID, debt.membership.reference, now)
    return found


def _drop_halted(found: Round) -> list[RoundCase]:
    """Lock the claims in the order of their ids and drop the cases that may not be funded."""
    cases = list(found.cases.filter(is_dropped=False).order_by("claim_id"))
    claims = {
        claim.pk: claim
        for claim in Claim.objects.select_for_update()
        .filter(pk__in=[case.claim_id for case in cases])
        .order_by("id")
    }
    funded = []
    for case in cases:
        claim = claims[case.claim_id]
        if claim.state == State.CLEARED and claim.aid_cents == case.aid_cents:
            case.claim = claim
            funded.append(case)
        else:
            case.is_dropped = True
            case.save(update_fields=["is_dropped"])
    return funded


def _settle_sum(found: Round, funded: list[RoundCase]) -> None:
    aid = sum(case.aid_cents for case in funded)
    fee = fee_of(aid, rulebook_of(found.rulebook_version).fee_basis_points)
    total = balance(
        aid_cents=aid,
        fee_cents=fee,
        surplus_in_cents=found.surplus_in_cents,
        due_cents=found.due_cents,
    )
    found.aid_cents = total.aid_cents
    found.fee_cents = total.fee_cents
    found.surplus_out_cents = total.surplus_out_cents
    found.subsidy_cents = total.subsidy_cents
    open_debits = found.failed_debits.filter(collected_at__isnull=True)
    uncollected = open_debits.aggregate(sum=Sum("amount_cents"))["sum"] or 0
    found.uncollected_cents = uncollected
    found.collected_cents = found.due_cents - uncollected


def book_round(found: Round, actor: Actor, now: datetime) -> None:
    """Book what was due and for what, then what of it was collected (promise 46)."""
    book(
        plan_id=found.plan_id,
        kind=EntryKind.ROUND_DUE,
        subject=found.reference,
        lines=[
            debit(Account.SHARES_RECEIVABLE, found.due_cents),
            debit(Account.SURPLUS, found.surplus_in_cents),
            debit(Account.SUBSIDY, found.subsidy_cents),
            credit(Account.AID_PAYABLE, found.aid_cents),
            credit(Account.FEE_INCOME, found.fee_cents),
            credit(Account.SURPLUS, found.surplus_out_cents),
        ],
        actor=actor,
        now=now,
    )
    book(
        plan_id=found.plan_id,
        kind=EntryKind.ROUND_COLLECTED,
        subject=found.reference,
        lines=[
            debit(Account.BANK, found.collected_cents),
            debit(Account.UNCOLLECTED, found.uncollected_cents),
            credit(Account.SHARES_RECEIVABLE, found.due_cents),
        ],
        actor=actor,
        now=now,
    )
