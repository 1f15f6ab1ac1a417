"""Who may move a round, and everything that blocks a step of it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocker, NotAllowed, WrongState
from core.zone import start_of_day
from members.states import Role
from sharing.models import Round
from sharing.states import RoundState

FINANCE = frozenset({Role.FINANCE.value})
FINANCE_OR_CLOCK = frozenset({Role.FINANCE.value, "clock", "system"})
READERS = frozenset({Role.FINANCE.value, Role.AUDITOR.value, Role.OMBUDSMAN.value})


def require(actor: Actor, roles: frozenset[str]) -> None:
    """Refuse everybody without one of the roles."""
    if not actor.has_any(roles):
        raise NotAllowed("round_finance_only", _("Only finance may do this."))


def require_state(found: Round, *states: str) -> None:
    """Refuse where the round is not in one of the states."""
    if found.state not in states:
        message = _("The round has moved on: it is not in a state from which this may be done.")
        raise WrongState("round_wrong_state", message, state=found.state)


def proposing_blockers(found: Round, now: datetime) -> list[Blocker]:
    """Return what keeps a round from being proposed now."""
    blockers = []
    if now < start_of_day(found.sharing_on, found.plan.zone):
        message = _("The sharing day has not come yet.")
        blockers.append(Blocker("round_too_early", message))
    earlier = Round.objects.filter(plan=found.plan, sharing_on__lt=found.sharing_on)
    if earlier.exclude(state=RoundState.CLOSED).exists():
        message = _("The round before this one is not closed, so its surplus is not known.")
        blockers.append(Blocker("round_before_is_open", message))
    return blockers
