"""The causes for which a juror is suspended or disqualified, and what each means."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from core.errors import Text

SUSPENSION_MAX = timedelta(days=365)
# The ombudsman answers an appeal within these days; then the officers above hear of it.
APPEAL_ANSWER = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: a stable code, its name, what it means, and what may follow from it."""

    code: str
    label: Text
    meaning: Text
    suspends: bool
    disqualifies: bool


CAUSES: dict[str, Cause] = {
    cause.code: cause
    for cause in (
        Cause(
            "duty_neglected",
            _("Duty neglected"),
            _("Seats were accepted and no ballot was cast, more than once and without a reason."),
            suspends=True,
            disqualifies=False,
        ),
        Cause(
            "secrecy_broken",
            _("Secrecy broken"),
            _("A vote, or how others vote, was talked about before the close."),
            suspends=True,
            disqualifies=True,
        ),
        Cause(
            "papers_shown",
            _("Papers shown to others"),
            _("Papers of a case were shown, copied or passed on."),
            suspends=True,
            disqualifies=True,
        ),
        Cause(
            "tie_hidden",
            _("Tie hidden"),
            _("A tie to the people or the hospital of a case was known and not told."),
            suspends=True,
            disqualifies=True,
        ),
        Cause(
            "pressure",
            _("Pressure on others"),
            _("Another juror, a claimant or a reviewer was pressed or threatened."),
            suspends=True,
            disqualifies=True,
        ),
        Cause(
            "gift_taken",
            _("Gift or promise taken"),
            _("A gift or a promise was taken for a vote."),
            suspends=False,
            disqualifies=True,
        ),
        Cause(
            "place_lent",
            _("Place lent to another"),
            _("Somebody else took the exam or voted in this juror's name."),
            suspends=False,
            disqualifies=True,
        ),
        Cause(
            "under_inquiry",
            _("Inquiry under way"),
            _("A serious report about this juror is being looked into; nothing is found yet."),
            suspends=True,
            disqualifies=False,
        ),
    )
}


def cause_label(code: str) -> str:
    """Return a cause's name in the reader's language; the code itself for an unknown one."""
    cause = CAUSES.get(code)
    return str(cause.label) if cause else code
