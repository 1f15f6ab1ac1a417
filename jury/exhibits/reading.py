"""Exhibits that several at once are given to a reader on one page; logged before they are shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from core.actor import Actor
from jury.brief_page import shown_exhibit
from jury.exhibits.access import reader_duty
from jury.models import ExhibitAccess, Hearing, JuryExhibit


def open_texts(
    hearing: Hearing, exhibits: Sequence[JuryExhibit], actor: Actor, now: datetime
) -> list[dict[str, Any]]:
    """Return exhibits with their texts, as a ballot page discloses them.

    Each text is logged as read (promise 19). Whoever reads the hearing as neither juror nor
    claimant now is given nothing.
    """
    duty = reader_duty(hearing, actor)
    if duty is None or actor.person_id is None:
        return []
    readable = [one for one in exhibits if one.signed_by_id and one.withdrawn_at is None]
    ExhibitAccess.objects.bulk_create(
        ExhibitAccess(exhibit=one, page=0, person_id=actor.person_id, duty=duty, read_at=now)
        for one in readable
        if one.text
    )
    return [{**shown_exhibit(one, {}), "text": one.text} for one in readable]
