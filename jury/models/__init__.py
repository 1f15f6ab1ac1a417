"""The jury app's tables."""

from jury.models.ballots import Ballot, BallotDraft, BallotOpening, Verdict
from jury.models.hearings import Hearing, HearingEvent
from jury.models.panels import DrawStep, Seat
from jury.models.rolls import ExamPass, JurorStanding, Roll, RollEntry

__all__ = [
    "Ballot",
    "BallotDraft",
    "BallotOpening",
    "DrawStep",
    "ExamPass",
    "Hearing",
    "HearingEvent",
    "JurorStanding",
    "Roll",
    "RollEntry",
    "Seat",
    "Verdict",
]
