"""The messages about a juror's standing, appeal and qualification."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from jury.models import (
    JurorQualification,
    JurorStanding,
    StandingAppeal,
    StandingAppealAnswer,
    StandingEvent,
)
from jury.states import AppealOutcome, QualificationState
from members.messages import register
from members.services import notify

SUSPENDED = register(
    "juror_suspended",
    _("You are suspended as a juror"),
    _(
        "Until %(until_at)s you are not drawn. The reasons: %(reasons)s You can appeal to the "
        "ombudsman."
    ),
    "jury_record",
    (),
)
DISQUALIFIED = register(
    "juror_disqualified",
    _("You are disqualified as a juror"),
    _("You are no longer drawn. The reasons: %(reasons)s You can appeal to the ombudsman."),
    "jury_record",
    (),
)
RESTORED = register(
    "juror_restored",
    _("You are a juror again"),
    _("Your suspension is over. You stand on the next roll."),
    "jury_record",
    (),
)
APPEAL_FILED = register(
    "juror_appeal_filed",
    _("A juror appeals to you"),
    _("Appeal %(reference)s is to be answered by %(due_at)s."),
    "console_juror_appeal",
)
APPEAL_LATE = register(
    "juror_appeal_late",
    _("A juror's appeal is late"),
    _("Appeal %(reference)s was to be answered by %(due_at)s and is not."),
    "console_juror_appeal",
)
APPEAL_REVERSED = register(
    "juror_appeal_reversed",
    _("Your appeal succeeded"),
    _("The decision on you as a juror is reversed. The ombudsman's reasons: %(reasons)s"),
    "jury_record",
    (),
)
APPEAL_UPHELD = register(
    "juror_appeal_upheld",
    _("Your appeal did not succeed"),
    _("The decision on you as a juror stands. The ombudsman's reasons: %(reasons)s"),
    "jury_record",
    (),
)
QUALIFIED = register(
    "juror_qualified",
    _("Your qualification is verified"),
    _("Until %(expires_on)s you may be drawn for an expert's seat."),
    "jury_record",
    (),
)
NOT_QUALIFIED = register(
    "juror_not_qualified",
    _("Your qualification could not be verified"),
    _("The reasons: %(reasons)s You can send it again."),
    "jury_record",
    (),
)


def tell_decision(standing: JurorStanding, event: StandingEvent, now: datetime) -> None:
    """Send a juror the decision on their standing with its reasons."""
    params: dict[str, str | int] = {"reasons": event.reasons}
    if event.until_at is not None:
        params["until_at"] = event.until_at.isoformat()
    kind = SUSPENDED if event.until_at else DISQUALIFIED
    notify(standing.person_id, kind, params, f"standing:{event.pk}", now)


def tell_restored(standing: JurorStanding, now: datetime) -> None:
    """Tell a juror that the suspension is over."""
    key = f"standing:{standing.pk}:{standing.event_count}"
    notify(standing.person_id, RESTORED, {}, key, now)


def tell_appeal(appeal: StandingAppeal, person_id: int, now: datetime, *, is_late: bool) -> None:
    """Tell somebody of an appeal, or that its answer is late."""
    params: dict[str, str | int] = {
        "reference": appeal.reference,
        "due_at": appeal.due_at.isoformat(),
    }
    kind = APPEAL_LATE if is_late else APPEAL_FILED
    notify(person_id, kind, params, appeal.reference, now)


def tell_answer(standing: JurorStanding, answer: StandingAppealAnswer, now: datetime) -> None:
    """Send a juror the ombudsman's answer."""
    kind = APPEAL_REVERSED if answer.outcome == AppealOutcome.REVERSED else APPEAL_UPHELD
    key = f"answer:{answer.pk}"
    notify(standing.person_id, kind, {"reasons": answer.reasons}, key, now)


def tell_qualification(found: JurorQualification, now: datetime) -> None:
    """Tell a juror what became of a claimed qualification."""
    if found.state == QualificationState.VERIFIED and found.expires_on is not None:
        params: dict[str, str | int] = {"expires_on": found.expires_on.isoformat()}
        notify(found.person_id, QUALIFIED, params, found.reference, now)
    else:
        reasons: dict[str, str | int] = {"reasons": found.refusal_reason}
        notify(found.person_id, NOT_QUALIFIED, reasons, found.reference, now)
