"""Casting one sealed ballot: the one way in, for page, API and whoever calls the service."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed, WrongState, refuse_if
from jury import personal_data
from jury.brief import question_codes
from jury.messages import CAST
from jury.models import Hearing
from jury.permissions import voting_blockers
from jury.queries import ballot_of
from jury.rules import ANSWERS, VOTES
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
from jury.services.voting import seat_for_voting, too_long
from members.models import RulebookVersion
from members.queries import rulebook_of
from members.services import new_message_reference

REASON_LENGTH = 1000
NOTE_LENGTH = 300
EXPLANATION_LENGTH = 500
CREATED = 201

TokenBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a juror keeps: the commitment to the ballot, and when it was cast."""

    hearing: str
    commitment: str
    cast_at: datetime
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a juror says with a ballot. `explanation`: where the answers do not lead to the vote."""

    vote: str
    answers: Mapping[str, str]
    reason: str
    notes: Mapping[str, str] = field(default_factory=dict)
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Voter:
    """A juror about to vote: the seat, and what a ballot there is asked and sealed to."""

    reference: str
    hearing_id: int
    round: int
    seat_id: int
    number: int
    person_id: int
    public_key: str
    sealed_bytes: int
    closes_at: datetime
    codes: list[str]
    is_reason_required: bool
    password: str = ""
    session_generation: int = 0
    draft: bytes = b""


@dataclass(frozen=True, slots=True)
class Request:
    """The request that casts, as its key and its audit row keep it; empty where the gate does."""

    account_id: int = 0
    key: str = ""
    operation: str = ""
    digest: str = ""
    request_id: str = ""
    status: int = 0
    location: str = ""


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
            cast_at = _store(voter, sealed, Request())
    except IntegrityError as failure:
        raise _refusal_of(failure, hearing) from failure
    if cast_at is not None:
        return Receipt(reference, sealed.commitment, cast_at, is_repeat=False)
    known = ballot_of(seat)
    assert known is not None  # another request was first
    return Receipt(reference, known.commitment, known.cast_at, is_repeat=True)


def find_voter(reference: str, account_id: int) -> Voter | None:
    """Return the account's seat in a hearing open to vote, with all that a ballot needs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jury_voter(%s, %s)", [reference, account_id])
        password, generation, person, seat, number, hearing, *rest = cursor.fetchone()
    if seat is None:
        return None
    round_number, public_key, sealed_bytes, closes_at, codes, rulebook, digest, draft = rest
    return Voter(
        reference=reference,
        hearing_id=hearing,
        round=round_number,
        seat_id=seat,
        number=number,
        person_id=person,
        public_key=public_key,
        sealed_bytes=sealed_bytes,
        closes_at=closes_at,
        codes=codes,
        is_reason_required=_is_reason_required(rulebook, digest),
        password=password,
        session_generation=generation,
        draft=bytes(draft or b""),
    )


@lru_cache(maxsize=256)
def _is_reason_required(rulebook_id: int, body_digest: str) -> bool:
    """Look once a process: an announced body never changes; the digest tells databases apart."""
    return rulebook_of(RulebookVersion.objects.get(pk=rulebook_id)).jury.is_reason_required


def cast_at_once(
    voter: Voter,
    said: Said,
    request: Request,
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


def _store(voter: Voter, sealed: Sealed, request: Request) -> datetime | None:
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


def ballot_blockers(voter: Voter, said: Said) -> list[Blocker]:
    """Return everything that is still missing from a ballot, or must not be in it."""
    found: list[Blocker] = []
    codes, answers, notes = set(voter.codes), said.answers, said.notes
    if set(answers) != codes or any(answer not in ANSWERS for answer in answers.values()):
        found.append(Blocker("jury_answers_missing", _("Answer every question of the clause.")))
    if said.vote not in VOTES:
        found.append(Blocker("jury_vote_missing", _("Say whether the claim is to be paid.")))
    if voter.is_reason_required and not said.reason.strip():
        found.append(Blocker("jury_reason_missing", _("Give a reason for your vote.")))
    if (
        len(said.reason) > REASON_LENGTH
        or len(said.explanation) > EXPLANATION_LENGTH
        or any(len(note) > NOTE_LENGTH for note in notes.values())
    ):
        found.append(Blocker("jury_reason_long", _("A reason is too long; shorten it.")))
    if not set(notes) <= codes:
        found.append(Blocker("jury_note_unknown", _("A note belongs to no question.")))
    texts = (said.reason, said.explanation, *notes.values())
    if any(personal_data.found_in(text) for text in texts if text):
        found.append(
            Blocker(
                "jury_personal_data",
                _("Remove numbers and addresses that name a person: reasons are published."),
            )
        )
    return found


def said_in(draft: Mapping[str, Any], explanation: str = "") -> Said:
    """Return what a draft says; the explanation only where it is still asked for."""
    notes = {str(code): str(text) for code, text in draft.get("notes", {}).items() if text}
    return Said(
        vote=str(draft.get("vote", "")),
        answers=draft.get("answers", {}),
        reason=str(draft.get("reason", "")),
        notes=notes,
        explanation=explanation,
    )
