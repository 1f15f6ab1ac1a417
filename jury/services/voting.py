"""Voting: the juror's draft, and casting one sealed ballot."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed, WrongState, refuse_if
from jury import personal_data
from jury.brief import question_codes
from jury.messages import CAST, tell
from jury.models import Ballot, BallotDraft, Hearing, Seat
from jury.permissions import voting_blockers
from jury.queries import ballot_of, roll_number_of, seat_of
from jury.rules import ANSWERS, VOTES
from jury.sealing import (
    Content,
    NotOpenable,
    TooLong,
    canonical_ballot,
    canonical_words,
    digest_under,
    info_of,
    seal,
    seal_draft,
    unseal_draft,
)
from jury.services.hearings import jury_rules_of
from jury.states import VOTING, SeatState

REASON_LENGTH = 1000
NOTE_LENGTH = 300
EXPLANATION_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a juror keeps: the commitment to the ballot, and when it was cast."""

    hearing: str
    commitment: str
    cast_at: datetime
    is_repeat: bool


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
            json.dumps(dict(draft), ensure_ascii=False).encode(),
            key=key,
            iv=token_bytes(12),
            info=info_of(reference, hearing.round, seat.number),
            size=hearing.sealed_bytes,
        )
    except TooLong as failure:
        raise _too_long() from failure
    saved, _made = BallotDraft.objects.update_or_create(
        seat=seat, defaults={"ciphertext": ciphertext, "saved_at": now}
    )
    return saved


def read_draft(hearing: Hearing, seat: Seat | None, key: bytes) -> dict[str, Any] | None:
    """Return the juror's draft, or None where there is none or it was begun on another device."""
    stored = BallotDraft.objects.filter(seat=seat).first() if seat else None
    if stored is None or seat is None:
        return None
    try:
        text = unseal_draft(
            bytes(stored.ciphertext),
            key=key,
            info=info_of(hearing.reference, hearing.round, seat.number),
        )
    except NotOpenable:
        return None
    draft: dict[str, Any] = json.loads(text)
    return draft


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
    token_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> Receipt:
    """Seal and store the actor's one ballot and return its receipt.

    `explanation` is what the juror wrote where the answers do not lead to the vote.

    Cast again, by a double click or from a second device, nothing is written and the receipt
    of the first is returned. The database's clock decides whether voting is still open.
    """
    hearing = Hearing.objects.select_related("claim__rulebook_version").get(reference=reference)
    seat = seat_for_voting(hearing, actor, now)
    known = ballot_of(seat)
    if known is not None:
        return Receipt(reference, known.commitment, known.cast_at, is_repeat=True)
    refuse_if(voting_blockers(hearing, actor, now))
    written = notes or {}
    refuse_if(ballot_blockers(hearing, vote, answers, reason, written, explanation))
    words_nonce = token_bytes(32)
    words = canonical_words(reason=reason, notes=written, explanation=explanation)
    ballot = canonical_ballot(
        hearing=reference,
        round_number=hearing.round,
        vote=vote,
        answers=answers,
        words_digest=digest_under(words_nonce, words),
    )
    try:
        sealed = seal(
            Content(token_bytes(32), ballot, words_nonce, words),
            public_key=bytes.fromhex(hearing.opening_public_key),
            info=info_of(reference, hearing.round, seat.number),
            size=hearing.sealed_bytes,
        )
    except TooLong as failure:
        raise _too_long() from failure
    row = Ballot(
        hearing=hearing,
        round=hearing.round,
        seat=seat,
        ciphertext=sealed.ciphertext,
        commitment=sealed.commitment,
    )
    return _store(row, actor, now)


def _store(row: Ballot, actor: Actor, now: datetime) -> Receipt:
    """Insert the ballot unless the seat has one; the database refuses what is not in time."""
    hearing, seat = row.hearing, row.seat
    try:
        with transaction.atomic():
            Ballot.objects.bulk_create([row], ignore_conflicts=True)
    except IntegrityError as failure:
        known = ballot_of(seat)
        if known is None:
            raise _refusal_of(failure, hearing) from failure
    known = ballot_of(seat)
    assert known is not None  # inserted here, or by the request that was first
    is_repeat = known.commitment != row.commitment
    if not is_repeat:
        BallotDraft.objects.filter(seat=seat).delete()
        assert actor.person_id is not None
        tell(actor.person_id, CAST, hearing, now, receipt=short_receipt(known.commitment))
    return Receipt(hearing.reference, known.commitment, known.cast_at, is_repeat)


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


def _too_long() -> Blocked:
    return Blocked("jury_too_long", _("The reasons are too long together; shorten them."))


def short_receipt(commitment: str) -> str:
    """Return a receipt's first digits in groups of four, as it is printed and read out."""
    return " ".join(commitment[at : at + 4] for at in range(0, 16, 4))


def ballot_blockers(
    hearing: Hearing,
    vote: str,
    answers: Mapping[str, str],
    reason: str,
    notes: Mapping[str, str],
    explanation: str = "",
) -> list[Blocker]:
    """Return everything that is still missing from a ballot, or must not be in it."""
    found: list[Blocker] = []
    codes = question_codes(hearing.brief)
    if set(answers) != set(codes) or any(answer not in ANSWERS for answer in answers.values()):
        found.append(Blocker("jury_answers_missing", _("Answer every question of the clause.")))
    if vote not in VOTES:
        found.append(Blocker("jury_vote_missing", _("Say whether the claim is to be paid.")))
    if not reason.strip() and jury_rules_of(hearing).is_reason_required:
        found.append(Blocker("jury_reason_missing", _("Give a reason for your vote.")))
    if (
        len(reason) > REASON_LENGTH
        or len(explanation) > EXPLANATION_LENGTH
        or any(len(note) > NOTE_LENGTH for note in notes.values())
    ):
        found.append(Blocker("jury_reason_long", _("A reason is too long; shorten it.")))
    if not set(notes) <= set(codes):
        found.append(Blocker("jury_note_unknown", _("A note belongs to no question.")))
    if any(personal_data.found_in(text) for text in (reason, explanation, *notes.values())):
        found.append(
            Blocker(
                "jury_personal_data",
                _("Remove numbers and addresses that name a person: reasons are published."),
            )
        )
    return found
