"""The jury app's tables."""

from jury.models.ballots import Ballot, BallotDraft, BallotOpening, Verdict
from jury.models.exhibits import ExhibitAccess, ExhibitPage, JuryExhibit
from jury.models.hearings import Hearing, HearingEvent
from jury.models.jurors import (
    ExamAttempt,
    ExamPass,
    JurorAffiliation,
    JurorQualification,
    JurorStanding,
    RulesAcceptance,
    StandingAppeal,
    StandingAppealAnswer,
    StandingEvent,
)
from jury.models.panels import DrawStep, Seat
from jury.models.rolls import Roll, RollEntry, RollExpert

__all__ = [
    "Ballot",
    "BallotDraft",
    "BallotOpening",
    "DrawStep",
    "ExamAttempt",
    "ExamPass",
    "ExhibitAccess",
    "ExhibitPage",
    "Hearing",
    "HearingEvent",
    "JurorAffiliation",
    "JurorQualification",
    "JurorStanding",
    "JuryExhibit",
    "Roll",
    "RollEntry",
    "RollExpert",
    "RulesAcceptance",
    "Seat",
    "StandingAppeal",
    "StandingAppealAnswer",
    "StandingEvent",
    "Verdict",
]
