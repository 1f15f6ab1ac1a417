"""Who may do what in a hearing, and everything that still blocks it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Blocker
from jury import personal_data
from jury.brief import missing_in, texts_of
from jury.exhibits.queries import exhibits_of
from jury.juror_queries import BLOCKERS, serve_codes
from jury.models import Hearing
from jury.queries import conflict_of, seat_of
from jury.states import SITTING, VOTING, Mode


def preparing_blockers(hearing: Hearing) -> list[Blocker]:
    """Return what keeps the brief from being written: a signature stands under it."""
    if hearing.brief_signed_by_id is not None:
        return [Blocker("jury_brief_signed", _("The brief is signed already."))]
    return []


def brief_blockers(hearing: Hearing, actor: Actor) -> list[Blocker]:
    """Return what keeps the brief from being signed by this actor."""
    found: list[Blocker] = []
    if hearing.brief_prepared_by_id is None:
        found.append(Blocker("jury_brief_missing", _("The brief has not been prepared yet.")))
    elif hearing.brief_prepared_by_id == actor.person_id:
        found.append(
            Blocker("jury_brief_own", _("Somebody else signs the brief than who prepared it."))
        )
    found += preparing_blockers(hearing)
    if missing_in(hearing.brief):
        found.append(
            Blocker(
                "jury_brief_incomplete",
                _("For every question the brief says what each side holds."),
            )
        )
    if exhibits_of(hearing).filter(signed_by=None).exists():
        found.append(
            Blocker(
                "jury_exhibits_unsigned",
                _("A paper for the jurors still waits for a second person's signature."),
            )
        )
    if any(personal_data.found_in(text) for text in texts_of(hearing.brief)):
        found.append(
            Blocker(
                "jury_brief_names",
                _("The brief holds a number or an address that names a person. Remove it."),
            )
        )
    return found


def reopening_blockers(hearing: Hearing) -> list[Blocker]:
    """Return what keeps a signed brief from being put right."""
    if hearing.brief_signed_by_id is None:
        return [Blocker("jury_brief_unsigned_yet", _("The brief is not signed yet."))]
    if hearing.draw_after_at is not None:
        return [
            Blocker(
                "jury_brief_fixed",
                _("The draw is announced: the brief is fixed. A wrong one makes the round void."),
            )
        ]
    return []


def announce_blockers(hearing: Hearing) -> list[Blocker]:
    """Return what keeps the draw from being announced."""
    found: list[Blocker] = []
    if hearing.brief_signed_by_id is None:
        found.append(Blocker("jury_brief_unsigned", _("A second person must sign the brief.")))
    if not hearing.seed_commitment:
        found.append(
            Blocker(
                "jury_no_seed",
                _("The clock has not made this hearing's keys yet; it does within a minute."),
            )
        )
    if hearing.draw_after_at is not None:
        found.append(Blocker("jury_announced", _("The draw is announced already.")))
    return found


def voting_blockers(hearing: Hearing, actor: Actor, now: datetime) -> list[Blocker]:
    """Return what keeps an actor from voting now; checked before reading, not at the last click."""
    found: list[Blocker] = []
    if (
        hearing.state not in VOTING
        or hearing.opens_at is None
        or hearing.closes_at is None
        or not hearing.opens_at <= now < hearing.closes_at
    ):
        found.append(Blocker("jury_voting_closed", _("Voting is not open in this hearing.")))
    seat = seat_of(hearing, actor.person_id)
    if seat is not None and seat.state not in SITTING:
        found.append(Blocker("jury_seat_given_up", _("You gave this seat up.")))
    if seat is None and hearing.mode == Mode.OPEN and actor.person_id is not None:
        codes = serve_codes(actor.person_id, hearing.claim.plan_id, now)
        found += [BLOCKERS[code] for code in codes]
    if actor.person_id is not None and conflict_of(hearing.claim_id, actor.person_id):
        found.append(Blocker("jury_conflict", _("You are too close to this claim to judge it.")))
    return found
