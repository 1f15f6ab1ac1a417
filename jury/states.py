"""The states of a hearing, of a seat and of a juror, with the edges between them."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class HearingState(models.TextChoices):
    """Where a hearing stands."""

    PREPARING = "preparing", _("Preparing")
    DRAWN = "drawn", _("Panel drawn")
    OPEN = "open", _("Open to vote")
    EXTENDED = "extended", _("Extended")
    CLOSED = "closed", _("Closed, being counted")
    DECIDED = "decided", _("Decided")
    VOID = "void", _("Void")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Mode(models.TextChoices):
    """Whether a panel is drawn, or every juror on the roll may vote."""

    DRAWN = "drawn", _("Drawn panel")
    OPEN = "open", _("Open to all jurors")


class SeatState(models.TextChoices):
    """What a drawn juror answered, or how they left the panel."""

    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    RECUSED = "recused", _("Recused")
    LAPSED = "lapsed", _("Did not answer")
    REPLACED = "replaced", _("Replaced")


class Track(models.TextChoices):
    """The sequence a draw's step belongs to."""

    MAIN = "main", _("Roll")
    EXPERT = "expert", _("Experts")


class ExpertSeat(models.TextChoices):
    """Whether one seat is for a juror with a verified qualification."""

    NONE = "none", _("None")
    MEDICAL = "medical", _("Medical")
    LEGAL = "legal", _("Legal")


class StandingState(models.TextChoices):
    """Whether a member may be drawn as a juror."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    DISQUALIFIED = "disqualified", _("Disqualified")


class AppealOutcome(models.TextChoices):
    """What the ombudsman does with a decision on a juror's standing."""

    UPHELD = "upheld", _("Decision upheld")
    REVERSED = "reversed", _("Decision reversed")


class AffiliationKind(models.TextChoices):
    """What ties a juror to a hospital."""

    WORKS = "works", _("I work there")
    TREATED = "treated", _("I am treated there")


class QualificationKind(models.TextChoices):
    """What an expert seat may ask for."""

    MEDICAL = "medical", _("Medical")
    LEGAL = "legal", _("Legal")


class QualificationState(models.TextChoices):
    """Where a claimed qualification stands."""

    CLAIMED = "claimed", _("Waiting to be checked")
    VERIFIED = "verified", _("Verified")
    REFUSED = "refused", _("Not verified")


VOTING = frozenset({HearingState.OPEN, HearingState.EXTENDED})
ENDED = frozenset({HearingState.DECIDED, HearingState.VOID, HearingState.WITHDRAWN})
SITTING = frozenset({SeatState.INVITED, SeatState.ACCEPTED})
LEFT = frozenset(set(SeatState) - SITTING)


@dataclass(frozen=True, slots=True)
class Edge:
    """One step of a hearing and who takes it."""

    step: str
    source: str
    target: str
    who: str


_S = HearingState
EDGES: tuple[Edge, ...] = (
    Edge("draw", _S.PREPARING, _S.DRAWN, "clock"),
    Edge("open", _S.DRAWN, _S.OPEN, "clock"),
    Edge("open", _S.PREPARING, _S.OPEN, "clock"),
    Edge("extend", _S.OPEN, _S.EXTENDED, "clock"),
    Edge("extend", _S.OPEN, _S.EXTENDED, "jury_officer"),
    Edge("close", _S.OPEN, _S.CLOSED, "clock"),
    Edge("close", _S.EXTENDED, _S.CLOSED, "clock"),
    Edge("decide", _S.CLOSED, _S.DECIDED, "clock"),
    *(
        Edge("void", source, _S.VOID, "jury_officer")
        for source in (_S.PREPARING, _S.DRAWN, _S.OPEN, _S.EXTENDED, _S.CLOSED)
    ),
    *(
        Edge("withdraw", source, _S.WITHDRAWN, "claimant")
        for source in (_S.PREPARING, _S.DRAWN, _S.OPEN, _S.EXTENDED)
    ),
)


EVENT_LABELS: dict[str, object] = {
    "open_hearing": _("Hearing opened"),
    "open_round": _("New round opened"),
    "commit_seed": _("Keys made, seed committed to"),
    "prepare_brief": _("Brief prepared"),
    "sign_brief": _("Brief signed"),
    "add_statement": _("Claimant wrote to the jurors"),
    "ask_correction": _("Claimant asks for a correction of the brief"),
    "reopen_brief": _("Brief reopened"),
    "add_exhibit": _("Paper for the jurors added"),
    "change_exhibit": _("Paper for the jurors changed"),
    "sign_exhibit": _("Paper for the jurors signed"),
    "withdraw_exhibit": _("Paper for the jurors withdrawn"),
    "announce_draw": _("Draw announced"),
    "take_checkpoint": _("Checkpoint taken"),
    "enter_number": _("Claimant's number entered"),
    "draw": _("Panel drawn"),
    "replace_juror": _("Juror replaced"),
    "mark_overdue": _("Stage overdue, ombudsman told"),
    "open": _("Voting opened"),
    "extend": _("Voting extended"),
    "close": _("Voting closed"),
    "decide": _("Ballots counted, verdict applied"),
    "void": _("Round declared void"),
    "withdraw": _("Dispute withdrawn"),
}

EVENT_OF_STANDING: dict[str, object] = {
    "suspend": _("Suspended"),
    "disqualify": _("Disqualified"),
    "end_suspension": _("Suspension over"),
    "reverse": _("Decision reversed"),
}
