"""What a ballot is made of: who votes, what they say, what must be in it, what they keep."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.errors import Blocker
from jury import personal_data
from jury.rules import ANSWERS, VOTES
from members.models import RulebookVersion
from members.queries import rulebook_of

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
class Casting:
    """The request that casts, as its key and its audit row keep it; empty where the gate does."""

    account_id: int = 0
    key: str = ""
    operation: str = ""
    digest: str = ""
    request_id: str = ""
    status: int = 0
    location: str = ""


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
