"""A juror's draft as this device has it: readable here, begun elsewhere, or not there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from core.actor import Actor
from core.formats import in_zone
from jury.draft_cookie import read_draft_of
from jury.models import BallotDraft, Hearing
from jury.queries import seat_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What is saved. `is_elsewhere`: it was begun with another device, whose key is not here."""

    content: dict[str, Any] = field(default_factory=dict)
    saved_at: datetime | None = None
    is_elsewhere: bool = False

    @property
    def saved_text(self) -> str:
        """The minute it was saved, on the clock of the plan's zone: 09:42."""
        return f"{in_zone(self.saved_at):%H:%M}" if self.saved_at else ""


def draft_of(request: HttpRequest, hearing: Hearing, actor: Actor) -> Draft:
    """Return the juror's draft as far as this device can read it."""
    seat = seat_of(hearing, actor.person_id)
    stored = BallotDraft.objects.filter(seat=seat).first() if seat is not None else None
    if stored is None:
        return Draft()
    content = read_draft_of(request, hearing, actor)
    return Draft(content, stored.saved_at, is_elsewhere=not content)
