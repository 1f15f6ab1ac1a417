"""The steps of batches and payouts, and what they offer on a claim's page."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims import services as claim_services
from claims.forms.claimant import ResumeForm
from claims.models import Claim
from claims.states import State
from core.actor import Actor
from core.errors import Blocker
from core.steps import Step, StepOffer
from payouts import services
from payouts.forms import PrepareForm
from payouts.models import Payout, PayoutBatch
from payouts.permissions import FINANCE, PAYABLE, preparing_blockers
from payouts.states import BatchState, PayoutState

PREPARE = Step(
    name="prepare_payouts",
    label=_("Prepare the payout"),
    service=services.prepare_payouts,
    form=PrepareForm,
    roles=FINANCE,
    sources=frozenset(str(state) for state in PAYABLE),
    is_primary=True,
    hint=_("A second finance person approves the batch before anything is sent."),
)
CORRECT_ACCOUNT = Step(
    name="correct_account",
    label=_("Correct the bank account"),
    service=claim_services.correct_bank_account,
    form=ResumeForm,
    roles=frozenset({"claimant"}),
    sources=frozenset({str(State.PAYOUT_RETURNED)}),
    is_primary=True,
    hint=_("The bank sent the money back. Say to which account it is to go."),
)
BATCH_STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            name="approve_batch",
            label=_("Approve and instruct the bank"),
            service=services.approve_batch,
            roles=FINANCE,
            sources=frozenset({BatchState.PREPARED.value}),
            target=BatchState.APPROVED,
            is_primary=True,
            hint=_("You are the second finance person. The bank is instructed at once."),
        ),
        Step(
            name="withdraw_batch",
            label=_("Withdraw the batch"),
            service=services.withdraw_batch,
            roles=FINANCE,
            sources=frozenset({BatchState.PREPARED.value}),
            target=BatchState.WITHDRAWN,
            hint=_("Nothing is sent. Its claims may be put into another batch."),
        ),
    )
}


def batch_offers(batch: PayoutBatch, actor: Actor) -> list[StepOffer]:
    """Return the steps the actor may take on a batch, with what blocks them."""
    if not actor.has_any(FINANCE) or batch.state != BatchState.PREPARED:
        return []
    return [
        StepOffer(
            step,
            tuple(_second_person(batch, actor)) if step.name == "approve_batch" else (),
            reverse("payout_batch_step", args=[batch.reference, step.name]),
            reverse("api_payout_batch_step", args=[batch.reference, step.name]),
        )
        for step in BATCH_STEPS.values()
    ]


def _second_person(batch: PayoutBatch, actor: Actor) -> list[Blocker]:
    if actor.person_id != batch.prepared_by_id:
        return []
    message = _("You prepared this batch. A second finance person has to approve it.")
    return [Blocker("payout_second_person", message)]


def offers(claim: Claim, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return what payouts offers on a claim: finance its batch, the claimant the account."""
    if claim.state not in PAYABLE:
        return []
    found = []
    if claim.state == State.PAYOUT_RETURNED and actor.person_id == claim.claimant_id:
        found.append(
            StepOffer(
                CORRECT_ACCOUNT,
                (),
                reverse("correct_account", args=[claim.reference]),
                reverse("api_correct_account", args=[claim.reference]),
            )
        )
    if not actor.has_any(FINANCE):
        return found
    payouts = list(Payout.objects.filter(claim=claim).select_related("batch"))
    prepared = next((one for one in payouts if one.state == PayoutState.PREPARED), None)
    if prepared is not None:
        return [*found, *batch_offers(prepared.batch, actor)]
    return [
        *found,
        StepOffer(
            PREPARE,
            tuple(preparing_blockers(claim, payouts)),
            reverse("payouts"),
            reverse("api_payout_batches"),
        ),
    ]
