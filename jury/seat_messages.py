"""The messages about seats that change hands and hearings that are late."""

from django.utils.translation import gettext_lazy as _

from members.messages import register

SEAT_PASSED_ON = register(
    "jury_seat_passed_on",
    _("Your seat went to another juror"),
    _(
        "You are no longer a juror in hearing %(reference)s. You need do nothing, and may be "
        "drawn again another time."
    ),
    "jury_hearing",
    is_duty=True,
)
HEARING_LATE = register(
    "jury_hearing_late",
    _("Hearing %(reference)s is late"),
    _("Its present stage should have ended %(due_at)s. See what it waits for."),
    "console_hearing",
    group="work",
)
