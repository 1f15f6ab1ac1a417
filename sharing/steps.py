"""The steps of a round: one list for its page, its API and their enforcement."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.steps import Step, StepOffer
from sharing import services
from sharing.forms import MembershipsForm
from sharing.models import Round
from sharing.permissions import FINANCE, proposing_blockers
from sharing.states import RoundState

STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            name="propose_round",
            label=_("Propose the round"),
            service=services.propose_round,
            roles=FINANCE,
            sources=frozenset({RoundState.OPEN.value}),
            target=RoundState.PROPOSED,
            hint=_(
                "The clock does this on the sharing day. The cleared claims and every share are "
                "then fixed."
            ),
        ),
        Step(
            name="start_collecting",
            label=_("Start collecting"),
            service=services.start_collecting,
            roles=FINANCE,
            sources=frozenset({RoundState.PROPOSED.value}),
            target=RoundState.COLLECTING,
            is_primary=True,
            hint=_("The shares are debited. Debits that fail are tried again for some days."),
        ),
        Step(
            name="record_failed_debits",
            label=_("Record failed debits"),
            service=services.record_failed_debits,
            form=MembershipsForm,
            roles=FINANCE,
            sources=frozenset({RoundState.COLLECTING.value}),
            target=RoundState.COLLECTING,
            hint=_("Name the memberships whose share the bank could not debit."),
        ),
        Step(
            name="record_collected_debits",
            label=_("Record debits that went through later"),
            service=services.record_collected_debits,
            form=MembershipsForm,
            roles=FINANCE,
            sources=frozenset({RoundState.COLLECTING.value}),
            target=RoundState.COLLECTING,
            hint=_("Name the memberships whose failed debit went through on a later try."),
        ),
        Step(
            name="close_round",
            label=_("Close the round"),
            service=services.close_round,
            roles=FINANCE,
            sources=frozenset({RoundState.COLLECTING.value}),
            target=RoundState.CLOSED,
            is_primary=True,
            hint=_(
                "Every claim of the round is funded and the sum is published. A closed round "
                "is never changed."
            ),
        ),
    )
}


def offers(found: Round, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return the steps the actor may take on a round now, with what blocks them."""
    if not actor.has_any(FINANCE):
        return []
    return [
        StepOffer(
            step,
            tuple(proposing_blockers(found, now)) if step.name == "propose_round" else (),
            reverse("round_step", args=[found.reference, step.name]),
            reverse("api_round_step", args=[found.reference, step.name]),
        )
        for step in STEPS.values()
        if found.state in step.sources
    ]
