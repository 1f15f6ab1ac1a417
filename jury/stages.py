"""The stages of a hearing: where it stands, whose turn it is, and when that should be over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.errors import Text
from jury.models import Hearing
from jury.states import ENDED, VOTING, HearingState, Mode

# How long after its own moment a step of the clock may take before it counts as late.
CLOCK_GRACE = timedelta(hours=1)
# What must at least be left to prepare a brief, however short the rulebook's hearing days are.
LEAST_PREPARATION = timedelta(days=1)


class Stage(models.TextChoices):
    """A part of a hearing's way, finer than its state."""

    BRIEF = "brief", _("Brief to prepare")
    SIGNATURE = "signature", _("Brief to sign")
    ANNOUNCEMENT = "announcement", _("Draw to announce")
    ANNOUNCED = "announced", _("Draw announced")
    NUMBER = "number", _("Claimant's number")
    DRAW = "draw", _("Being drawn")
    ANSWERS = "answers", _("Jurors answer")
    VOTING = "voting", _("Voting")
    EXTENDED = "extended", _("Voting, extended")
    COUNTING = "counting", _("Being counted")
    ENDED = "ended", _("Ended")


OFFICER_STAGES = (Stage.BRIEF, Stage.SIGNATURE, Stage.ANNOUNCEMENT)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who has to act in a stage, and in words."""

    role: str
    words: Text


TURNS: dict[str, Turn] = {
    Stage.BRIEF: Turn("jury_officer", _("The jury officer prepares the brief.")),
    Stage.SIGNATURE: Turn(
        "jury_officer", _("A second officer or the ombudsman reads and signs the brief.")
    ),
    Stage.ANNOUNCEMENT: Turn("jury_officer", _("The jury officer announces the draw.")),
    Stage.ANNOUNCED: Turn("clock", _("The clock waits for the announced time.")),
    Stage.NUMBER: Turn("claimant", _("The claimant may enter a number.")),
    Stage.DRAW: Turn("clock", _("The clock draws the panel.")),
    Stage.ANSWERS: Turn("juror", _("The jurors say whether they can serve.")),
    Stage.VOTING: Turn("juror", _("The jurors vote.")),
    Stage.EXTENDED: Turn("juror", _("The jurors vote, in the one extension.")),
    Stage.COUNTING: Turn("clock", _("The clock opens and counts the ballots.")),
    Stage.ENDED: Turn("", _("Nothing is left to do.")),
}


def stage_of(hearing: Hearing) -> Stage:
    """Return the stage a hearing stands at."""
    if hearing.state in ENDED:
        return Stage.ENDED
    if hearing.state == HearingState.CLOSED:
        return Stage.COUNTING
    if hearing.state in VOTING:
        return Stage.EXTENDED if hearing.state == HearingState.EXTENDED else Stage.VOTING
    if hearing.state == HearingState.DRAWN:
        return Stage.ANSWERS
    return _preparing_stage(hearing)


def _preparing_stage(hearing: Hearing) -> Stage:
    if hearing.draw_after_at is not None:
        if hearing.contribution:
            return Stage.DRAW
        return Stage.NUMBER if hearing.number_due_at is not None else Stage.ANNOUNCED
    if hearing.brief_signed_by_id is not None:
        return Stage.ANNOUNCEMENT
    return Stage.SIGNATURE if hearing.brief_prepared_by_id is not None else Stage.BRIEF


def due_of(hearing: Hearing) -> datetime | None:
    """Return when the present stage should be over; nothing once the hearing has ended.

    Until the draw is announced this is what was set when the hearing was opened.
    """
    stage = stage_of(hearing)
    if stage in OFFICER_STAGES:
        return hearing.due_at
    moment = moment_of(hearing)
    return moment + CLOCK_GRACE if moment is not None else None


def moment_of(hearing: Hearing) -> datetime | None:
    """Return when the present stage ends by plan, without the time the clock is given on top."""
    stage = stage_of(hearing)
    if stage is Stage.ENDED:
        return None
    if stage in OFFICER_STAGES:
        return hearing.due_at
    return {
        Stage.ANNOUNCED: hearing.opens_at if hearing.mode == Mode.OPEN else hearing.draw_after_at,
        Stage.NUMBER: hearing.number_due_at,
        Stage.DRAW: hearing.number_due_at,
        Stage.ANSWERS: hearing.opens_at,
        Stage.COUNTING: hearing.state_entered_at,
    }.get(stage, hearing.closes_at)


def prepare_by(
    opened_at: datetime, hearing_days: int, acceptance_hours: int, voting_hours: int
) -> datetime:
    """Return until when the draw must be announced, so that the verdict comes in the days set.

    A day is left for the draw itself, and never less than a day for the brief.
    """
    rest = timedelta(hours=acceptance_hours + voting_hours + 24)
    return opened_at + max(timedelta(days=hearing_days) - rest, LEAST_PREPARATION)


_PREPARING = Q(state=HearingState.PREPARING)
_UNANNOUNCED = _PREPARING & Q(draw_after_at__isnull=True)
_UNNUMBERED = _PREPARING & Q(draw_after_at__isnull=False, contribution="")

# The same stages as conditions on rows; a test holds them against `stage_of`.
CONDITIONS: dict[str, Q] = {
    Stage.BRIEF: _UNANNOUNCED & Q(brief_prepared_by__isnull=True, brief_signed_by__isnull=True),
    Stage.SIGNATURE: _UNANNOUNCED
    & Q(brief_prepared_by__isnull=False, brief_signed_by__isnull=True),
    Stage.ANNOUNCEMENT: _UNANNOUNCED & Q(brief_signed_by__isnull=False),
    Stage.ANNOUNCED: _UNNUMBERED & Q(number_due_at__isnull=True),
    Stage.NUMBER: _UNNUMBERED & Q(number_due_at__isnull=False),
    Stage.DRAW: _PREPARING & Q(draw_after_at__isnull=False) & ~Q(contribution=""),
    Stage.ANSWERS: Q(state=HearingState.DRAWN),
    Stage.VOTING: Q(state=HearingState.OPEN),
    Stage.EXTENDED: Q(state=HearingState.EXTENDED),
    Stage.COUNTING: Q(state=HearingState.CLOSED),
    Stage.ENDED: Q(state__in=sorted(ENDED)),
}


def any_of(*stages: str) -> Q:
    """Return the condition of being at one of some stages."""
    condition = Q(pk__in=[])
    for stage in stages:
        condition |= CONDITIONS[stage]
    return condition
