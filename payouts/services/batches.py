"""Batches: one finance person prepares, another approves, and the bank is instructed."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claim_services
from claims.models import Claim
from core.actor import Actor
from core.errors import Blocked, Blocker, refuse_if
from core.references import new_reference
from payouts.models import Outbox, Payout, PayoutBatch
from payouts.permissions import (
    approving_blockers,
    preparing_blockers,
    require_finance,
    require_no_part,
    require_prepared,
    require_second_person,
)
from payouts.rules import end_to_end_id
from sharing.services import book, credit, debit
from sharing.states import Account, EntryKind


@transaction.atomic
def prepare_payouts(*, claims: Sequence[str], actor: Actor, now: datetime) -> PayoutBatch:
    """Put funded claims, or claims whose payout came back, into a batch for a second person.

    All of them or, with every blocker, none. The account is copied: what is approved is what
    is paid. Raises NotAllowed for other than finance or for a party to a claim.
    """
    require_finance(actor)
    wanted = sorted(set(claims))
    rows = Claim.objects.select_for_update(of=("self",)).select_related("plan")
    locked = list(rows.filter(reference__in=wanted).order_by("id"))
    _refuse_unknown(wanted, locked)
    require_no_part(locked, actor)
    earlier: dict[int, list[Payout]] = {claim.pk: [] for claim in locked}
    for payout in Payout.objects.filter(claim__in=locked).order_by("series"):
        earlier[payout.claim_id].append(payout)
    refuse_if(found for claim in locked for found in preparing_blockers(claim, earlier[claim.pk]))
    batch = PayoutBatch.objects.create(
        reference=new_reference("PB"),
        plan=locked[0].plan,
        prepared_by_id=actor.person_id or 0,
        prepared_at=now,
        payout_count=len(locked),
        total_cents=sum(claim.aid_cents or 0 for claim in locked),
    )
    for claim in locked:
        _prepare_one(batch, claim, len(earlier[claim.pk]) + 1, now)
    return batch


def _refuse_unknown(wanted: list[str], locked: list[Claim]) -> None:
    if not wanted:
        raise Blocked("payout_nothing_chosen", _("Choose at least one claim."))
    missing = sorted(set(wanted) - {claim.reference for claim in locked})
    refuse_if(
        Blocker("payout_no_such_claim", _("There is no claim %(claim)s.") % {"claim": name})
        for name in missing
    )
    if len({claim.plan_id for claim in locked}) > 1:
        message = _("A batch holds the claims of one plan only.")
        raise Blocked("payout_two_plans", message)


def _prepare_one(batch: PayoutBatch, claim: Claim, series: int, now: datetime) -> None:
    Payout.objects.create(
        reference=new_reference("B"),
        batch=batch,
        claim=claim,
        series=series,
        end_to_end_id=end_to_end_id(claim.reference, series),
        amount_cents=claim.aid_cents or 0,
        currency=claim.plan.currency,
        account_holder=claim.account_holder,
        account_encrypted=claim.bank_account_encrypted,
        account_digest=claim.bank_account_digest,
        account_last4=claim.bank_account_last4,
        prepared_at=now,
    )


def _lock_claims_then_batch(reference: str) -> tuple[PayoutBatch, list[Payout], dict[int, Claim]]:
    seen = PayoutBatch.objects.get(reference=reference)
    claims = Claim.objects.select_for_update().filter(payouts__batch=seen).order_by("id")
    locked = {claim.pk: claim for claim in claims}
    batch = PayoutBatch.objects.select_for_update().get(pk=seen.pk)
    payouts = list(batch.payouts.select_for_update(of=("self",)).order_by("claim_id"))
    return batch, payouts, locked


@transaction.atomic
def approve_batch(*, reference: str, actor: Actor, now: datetime) -> PayoutBatch:
    """Approve a batch as its second finance person and instruct the bank.

    One transaction writes each claim's transition, its outbox row and its journal entry, so
    that none is there without the others.
    """
    require_finance(actor)
    batch, payouts, claims = _lock_claims_then_batch(reference)
    require_prepared(batch)
    require_second_person(batch, actor)
    require_no_part(list(claims.values()), actor)
    refuse_if(approving_blockers(claims, payouts))
    batch.approved_by_id = actor.person_id
    batch.approved_at = now
    batch.approve()
    batch.save()
    for payout in payouts:
        _instruct(batch, payout, claims[payout.claim_id].reference, actor, now)
    return batch


def _instruct(
    batch: PayoutBatch, payout: Payout, claim_reference: str, actor: Actor, now: datetime
) -> None:
    payout.approved_at = now
    payout.approve()
    payout.save(update_fields=["state", "approved_at"])
    claim_services.instruct_payout(
        reference=claim_reference,
        payout_reference=payout.reference,
        second_person_id=batch.prepared_by_id,
        actor=actor,
        now=now,
    )
    Outbox.objects.create(payout=payout, key=payout.end_to_end_id, created_at=now, next_try_at=now)
    book(
        plan_id=batch.plan_id,
        kind=EntryKind.PAYOUT_INSTRUCTED,
        subject=payout.reference,
        lines=[
            debit(Account.AID_PAYABLE, payout.amount_cents),
            credit(Account.IN_TRANSIT, payout.amount_cents),
        ],
        actor=actor,
        now=now,
    )


@transaction.atomic
def withdraw_batch(*, reference: str, actor: Actor, now: datetime) -> PayoutBatch:
    """Take a batch back before it is approved; its claims may be put into another."""
    require_finance(actor)
    batch, payouts, _claims = _lock_claims_then_batch(reference)
    require_prepared(batch)
    batch.withdraw()
    batch.save()
    for payout in payouts:
        payout.withdraw()
        payout.save(update_fields=["state"])
    return batch
