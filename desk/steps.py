"""Every step one may take on a claim now, whichever app owns it: one list for page and API."""

from datetime import datetime

import disclosure.steps
import jury.steps
import payouts.steps
from claims.models import Claim
from claims.permissions import available_steps
from core.actor import Actor
from core.steps import StepOffer


def offers_on(claim: Claim, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return the claim's own steps, then those of hearing, notice and payout.

    The one to be taken first stands first. A step with blockers is returned too: the page says
    what blocks it.
    """
    found = [
        *available_steps(claim, actor, now),
        *jury.steps.offers(claim, actor, now),
        *disclosure.steps.offers(claim, actor, now),
        *payouts.steps.offers(claim, actor, now),
    ]
    return sorted(found, key=lambda offer: not offer.step.is_primary)


def open_offers(offers: list[StepOffer]) -> list[StepOffer]:
    """Return the offers that nothing blocks."""
    return [offer for offer in offers if offer.is_open]
