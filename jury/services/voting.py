"""Before casting: the juror's seat and the juror's encrypted draft."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from jury.models import BallotDraft, Hearing, Seat
from jury.permissions import voting_blockers
from jury.queries import ballot_of, roll_number_of, seat_of
from jury.sealing import NotOpenable, TooLong, info_of, seal_draft, unseal_draft
from jury.states import VOTING, SeatState


def seat_for_voting(hearing: Hearing, actor: Actor, now: datetime) -> Seat:
    """Return the actor's seat; in an open hearing every juror of the roll takes theirs here."""
    seat = seat_of(hearing, actor.person_id)
    if seat is None and hearing.mode == "open" and actor.person_id is not None:
        number = roll_number_of(hearing, actor.person_id)
        if number is not None and hearing.state in VOTING:
            refuse_if(voting_blockers(hearing, actor, now))
            Seat.objects.bulk_create(
                [
                    Seat(
                        hearing=hearing,
                        claim_id=hearing.claim_id,
                        person_id=actor.person_id,
                        number=number,
                        state=SeatState.ACCEPTED,
                        seated_at=now,
                        answered_at=now,
                    )
                ],
                ignore_conflicts=True,
            )
            seat = seat_of(hearing, actor.person_id)
    if seat is None:
        raise NotAllowed("jury_no_seat", _("You have no seat in this hearing."))
    return seat


@transaction.atomic
def save_draft_ballot(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    draft: Mapping[str, Any],
    key: bytes,
    token_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> BallotDraft:
    """Keep an unfinished ballot, encrypted under the key in the juror's own cookie."""
    hearing = Hearing.objects.get(reference=reference)
    seat = seat_for_voting(hearing, actor, now)
    refuse_if(voting_blockers(hearing, actor, now))
    if ballot_of(seat) is not None:
        raise WrongState(
            "jury_ballot_cast", _("Your ballot is cast; it counts."), state=hearing.state
        )
    try:
        ciphertext = seal_draft(
            draft_bytes(draft),
            key=key,
            iv=token_bytes(12),
            info=info_of(reference, hearing.round, seat.number),
            size=hearing.sealed_bytes,
        )
    except TooLong as failure:
        raise too_long() from failure
    saved, _made = BallotDraft.objects.update_or_create(
        seat=seat, defaults={"ciphertext": ciphertext, "saved_at": now}
    )
    return saved


def read_draft(hearing: Hearing, seat: Seat | None, key: bytes) -> dict[str, Any] | None:
    """Return the juror's draft, or None where there is none or it was begun on another device."""
    stored = BallotDraft.objects.filter(seat=seat).first() if seat else None
    if stored is None or seat is None:
        return None
    info = info_of(hearing.reference, hearing.round, seat.number)
    return open_draft(bytes(stored.ciphertext), key, info)


def open_draft(ciphertext: bytes, key: bytes, info: bytes) -> dict[str, Any] | None:
    """Return what an encrypted draft says, or None where the key is another's."""
    try:
        draft: dict[str, Any] = json.loads(unseal_draft(ciphertext, key=key, info=info))
    except NotOpenable:
        return None
    return draft


def too_long() -> Blocked:
    """Return the refusal of texts that together do not fit a sealed ballot."""
    return Blocked("jury_too_long", _("The reasons are too long together; shorten them."))


def draft_bytes(draft: Mapping[str, Any]) -> bytes:
    """Return a draft as it is encrypted."""
    return json.dumps(dict(draft), ensure_ascii=False).encode()
