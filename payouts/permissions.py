"""Who may prepare, approve and withdraw payouts, and everything that blocks them."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.permissions import personal_blockers
from claims.states import State
from core.actor import Actor
from core.errors import Blocker, NotAllowed, WrongState
from members.states import Role
from payouts.models import Payout, PayoutBatch
from payouts.states import EFFECTIVE, BatchState, PayoutState, ReturnReason

FINANCE = frozenset({Role.FINANCE.value})
READERS = frozenset({Role.FINANCE.value, Role.AUDITOR.value, Role.OMBUDSMAN.value})
PAYABLE = (State.FUNDED, State.PAYOUT_RETURNED)


def require_finance(actor: Actor) -> None:
    """Refuse everybody but finance."""
    if not actor.has_any(FINANCE):
        raise NotAllowed("payout_finance_only", _("Only finance may do this."))


def require_second_person(batch: PayoutBatch, actor: Actor) -> None:
    """Refuse the one who prepared the batch: a batch needs two finance people (promise 11)."""
    if actor.person_id == batch.prepared_by_id:
        message = _("You prepared this batch. A second finance person has to approve it.")
        raise NotAllowed("payout_second_person", message)


def require_no_part(claims: Sequence[Claim], actor: Actor) -> None:
    """Refuse who is a party to one of the claims, or investigated or decided it (11, 12).

    Who funded the claim's round or sent an earlier payout may go on: that is finance's own work.
    """
    for claim in claims:
        if personal_blockers("instruct_payout", claim, actor):
            message = _("You have a part in claim %(claim)s and may not act on it.")
            raise NotAllowed("payout_own_claim", message % {"claim": claim.reference})


def require_prepared(batch: PayoutBatch) -> None:
    """Refuse a batch that was approved or withdrawn already."""
    if batch.state != BatchState.PREPARED:
        message = _("This batch was approved or withdrawn already.")
        raise WrongState("payout_batch_done", message, state=batch.state)


def preparing_blockers(claim: Claim, payouts: Sequence[Payout]) -> list[Blocker]:
    """Return what keeps a claim from being put into a batch; payouts are those it had."""
    name = {"claim": claim.reference}
    found = []
    if claim.state not in PAYABLE:
        message = _("Claim %(claim)s is neither funded nor is its payout returned.")
        found.append(Blocker("payout_claim_not_payable", message % name))
    if any(payout.state in EFFECTIVE for payout in payouts):
        message = _("Claim %(claim)s has a payout already.")
        found.append(Blocker("payout_exists", message % name))
    if not claim.bank_account_encrypted or not claim.account_holder:
        message = _("Claim %(claim)s has no bank account.")
        found.append(Blocker("payout_no_account", message % name))
    last = max(payouts, key=lambda payout: payout.series, default=None)
    if last and last.state == PayoutState.RETURNED and is_same_account(claim, last):
        message = _("The claimant has not corrected the account of claim %(claim)s yet.")
        found.append(Blocker("payout_account_unchanged", message % name))
    return found


def is_same_account(claim: Claim, payout: Payout) -> bool:
    """Say whether a returned payout would go to the same account again, for a known reason."""
    same = (claim.bank_account_digest, claim.account_holder) == (
        payout.account_digest,
        payout.account_holder,
    )
    return same and payout.return_reason != ReturnReason.OTHER


def approving_blockers(claims: dict[int, Claim], payouts: Sequence[Payout]) -> list[Blocker]:
    """Return what changed since a batch was prepared: accounts, amounts, states."""
    found = []
    for payout in payouts:
        claim = claims[payout.claim_id]
        name = {"claim": claim.reference}
        if claim.state not in PAYABLE or claim.aid_cents != payout.amount_cents:
            message = _("Claim %(claim)s has changed since the batch was prepared.")
            found.append(Blocker("payout_claim_changed", message % name))
        if claim.bank_account_digest != payout.account_digest:
            message = _("The account of claim %(claim)s has changed since the batch was prepared.")
            found.append(Blocker("payout_account_changed", message % name))
    return found
