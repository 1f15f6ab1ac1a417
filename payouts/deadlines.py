"""What the clock does for payouts: sends, reads the statement, books what nobody claims."""

import logging
from datetime import datetime

from django.conf import settings

from core.deadlines import periodic
from payouts.gateways import Gateway, HttpGateway, NotReached, OutcomeUnknown
from payouts.models import Payout
from payouts.services.safety import check_safety
from payouts.services.sending import send_outbox
from payouts.services.statements import import_statement
from payouts.services.unclaimed import book_unclaimed
from payouts.states import PayoutState

log = logging.getLogger(__name__)


def register() -> None:
    """Make the periodic tasks known; importing the module is enough, calling it says so."""


def bank() -> Gateway:
    """Return the gateway to the bank of the settings."""
    return HttpGateway(settings.BANK_URL, settings.BANK_SECRET)


@periodic(2, "payouts.send_outbox")
def send_what_is_due(now: datetime) -> int:
    """Send the outbox; return how many payouts it touched."""
    return len(send_outbox(gateway=bank(), now=now).outcomes)


@periodic(10, "payouts.import_statement")
def read_statement(now: datetime) -> int:
    """Read the bank's statement where there are payouts; a bank that is down is tried again."""
    if not Payout.objects.exclude(state=PayoutState.PREPARED).exists():
        return 0
    try:
        return import_statement(gateway=bank(), now=now)
    except (NotReached, OutcomeUnknown) as error:
        log.warning("the bank's statement could not be read: %s", error)
        return 0


@periodic(60, "payouts.check_safety")
def check_the_books(now: datetime) -> int:
    """Run the checks of promises 46 to 51 also while nothing is sent; return the violations."""
    return check_safety(now=now).violation_count


@periodic(60, "payouts.book_unclaimed")
def book_what_nobody_claims(now: datetime) -> int:
    """Keep the line of unclaimed aid in step with the claims."""
    return book_unclaimed(now=now)
