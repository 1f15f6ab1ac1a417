"""Casting one sealed ballot: the one way in, for page, API and whoever calls the service."""

import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from jury.brief import question_codes
from jury.messages import CAST
from jury.models import Hearing
from jury.permissions import voting_blockers
from jury.queries import ballot_of
from jury.sealing import (
    Content,
    Sealed,
    TooLong,
    canonical_ballot,
    canonical_words,
    digest_under,
    info_of,
    seal,
)
from jury.services.hearings import jury_rules_of
from jury.services.voters import Casting, Receipt, Said, Voter, ballot_blockers
from jury.services.voting import seat_for_voting, too_long
from members.services import new_message_reference

CREATED = 201

TokenBytes = Callable[[int], bytes]


@transaction.atomic
def cast_ballot(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    vote: str,
    answers: Mapping[str, str],
    reason: str,
    notes: Mapping[str, str] | None = None,
    explanation: str = "",
    token_bytes: TokenBytes = secrets.token_bytes,
) -> Receipt:
    """Seal and store the actor's one ballot and return its receipt.

    Cast again, by a double click or from a second device, nothing is written and the receipt
    of the first is returned. The database's clock decides whether voting is still open.
    """
    hearing = Hearing.objects.select_related("claim__rulebook_version").get(reference=reference)
    seat = seat_for_voting(hearing, actor, now)
    known = ballot_of(seat)
    if known is not None:
        return Receipt(reference, known.commitment, known.cast_at, is_repeat=True)
    refuse_if(voting_blockers(hearing, actor, now))
    assert hearing.closes_at is not None  # an open one has it
    voter = Voter(
        reference=reference,
        hearing_id=hearing.pk,
        round=hearing.round,
        seat_id=seat.pk,
        number=seat.number,
        person_id=seat.person_id,
        public_key=hearing.opening_public_key,
        sealed_bytes=hearing.sealed_bytes,
        closes_at=hearing.closes_at,
        codes=question_codes(hearing.brief),
        is_reason_required=jury_rules_of(hearing).is_reason_required,
    )
    said = Said(vote, answers, reason, notes or {}, explanation)
    refuse_if(ballot_blockers(voter, said))
    sealed = seal_said(voter, said, token_bytes)
    try:
        with transaction.atomic():
            cast_at = _store(voter, sealed, Casting())
    except IntegrityError as failure:
        raise _refusal_of(failure, hearing) from failure
    if cast_at is not None:
        return Receipt(reference, sealed.commitment, cast_at, is_repeat=False)
    known = ballot_of(seat)
    assert known is not None  # another request was first
    return Receipt(reference, known.commitment, known.cast_at, is_repeat=True)


def cast_at_once(
    voter: Voter,
    said: Said,
    request: Casting,
    token_bytes: TokenBytes = secrets.token_bytes,
) -> Receipt | None:
    """Cast a ballot with its key, audit row and message by one statement.

    None, and nothing written, where anything stands against it or the seat has a ballot: the
    caller then goes the way of `cast_ballot`, which says what.
    """
    if ballot_blockers(voter, said):
        return None
    try:
        sealed = seal_said(voter, said, token_bytes)
        cast_at = _store(voter, sealed, request)
    except (Blocked, IntegrityError):
        return None
    if cast_at is None:
        return None
    return Receipt(voter.reference, sealed.commitment, cast_at, is_repeat=False)


def seal_said(voter: Voter, said: Said, token_bytes: TokenBytes) -> Sealed:
    """Seal what a juror says to the hearing and to the juror's own place in it."""
    words_nonce = token_bytes(32)
    words = canonical_words(reason=said.reason, notes=said.notes, explanation=said.explanation)
    ballot = canonical_ballot(
        hearing=voter.reference,
        round_number=voter.round,
        vote=said.vote,
        answers=said.answers,
        words_digest=digest_under(words_nonce, words),
    )
    try:
        return seal(
            Content(token_bytes(32), ballot, words_nonce, words),
            public_key=bytes.fromhex(voter.public_key),
            info=info_of(voter.reference, voter.round, voter.number),
            size=voter.sealed_bytes,
        )
    except TooLong as failure:
        raise too_long() from failure


def _store(voter: Voter, sealed: Sealed, request: Casting) -> datetime | None:
    """Store a ballot with what it leaves behind; None where the seat has one already."""
    params = {
        "reference": voter.reference,
        "receipt": short_receipt(sealed.commitment),
        "closes_at": voter.closes_at.isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jury_cast(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,"
            " %s)",
            [
                *(voter.hearing_id, voter.round, voter.seat_id),
                *(sealed.ciphertext, sealed.commitment),
                *(voter.person_id, new_message_reference(), CAST, voter.reference),
                json.dumps(params),
                *(request.account_id, request.key, request.operation, request.digest),
                *(request.request_id, request.status, request.location),
                sealed.commitment if request.status == CREATED else "",
            ],
        )
        found: tuple[datetime | None] = cursor.fetchone()
    return found[0]


def _refusal_of(failure: IntegrityError, hearing: Hearing) -> Exception:
    diagnostics = getattr(failure.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", "")
    if name == "ballot_voting_open":
        return WrongState(
            "jury_voting_closed", _("Voting is not open in this hearing."), state=hearing.state
        )
    if name == "ballot_seated_juror":
        return NotAllowed("jury_no_seat", _("You have no seat in this hearing."))
    return failure


def short_receipt(commitment: str) -> str:
    """Return a receipt's first digits in groups of four, as it is printed and read out."""
    return " ".join(commitment[at : at + 4] for at in range(0, 16, 4))
