"""Who may read an exhibit: those at work on the hearing, its claimant, its jurors (promise 20)."""

from core.actor import Actor
from jury.models import Hearing, JuryExhibit
from jury.queries import may_vote_here
from jury.states import ENDED, VOTING, HearingState

LIVE = frozenset(
    {HearingState.PREPARING, HearingState.DRAWN, HearingState.OPEN, HearingState.EXTENDED}
)
JURORS_READ = frozenset({HearingState.DRAWN, *VOTING})
STAFF = ("jury_officer", "ombudsman")


def duty_on(exhibit: JuryExhibit, actor: Actor) -> str | None:
    """Return the duty that lets the actor read an exhibit now, or None."""
    hearing = exhibit.hearing
    if actor.person_id is None:
        return None
    duty = reader_duty(hearing, actor)
    if duty is not None:
        is_readable = exhibit.signed_by_id is not None and exhibit.withdrawn_at is None
        return duty if is_readable else None
    return staff_duty(hearing, actor)


def reader_duty(hearing: Hearing, actor: Actor) -> str | None:
    """Return `claimant` or `juror` where the actor reads the signed exhibits as such, or None."""
    if actor.person_id is None:
        return None
    if hearing.claim.claimant_id == actor.person_id:
        is_signed = hearing.brief_signed_by_id is not None
        return "claimant" if is_signed and hearing.state in LIVE else None
    if actor.person_id in hearing.claim.barred_person_ids():
        return None
    if hearing.state in JURORS_READ and may_vote_here(hearing, actor.person_id):
        return "juror"
    return None


def staff_duty(hearing: Hearing, actor: Actor) -> str | None:
    """Return the duty of whoever runs the hearing or oversees it, or None."""
    if actor.person_id is None or actor.person_id in hearing.claim.barred_person_ids():
        return None
    if hearing.state not in ENDED:
        for role in STAFF:
            if actor.has(role):
                return role
    return "auditor" if actor.has("auditor") else None
