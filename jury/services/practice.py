"""Noting that a juror has been through the practice case; nothing of the answers is kept."""

from datetime import datetime

from django.db import transaction

from core.actor import Actor
from jury.models import JurorStanding


@transaction.atomic
def finish_practice(*, actor: Actor, now: datetime) -> bool:
    """Note the first time; say whether it was. A member who is no juror leaves no trace."""
    standing = JurorStanding.objects.filter(person_id=actor.person_id or 0, practised_at=None)
    return standing.update(practised_at=now) > 0
