"""The messages the jury sends; none ever tells how somebody voted or how the vote stands."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from jury.models import Hearing
from members.messages import register
from members.services import notify

BRIEF_READY = register(
    "jury_brief_ready",
    _("The papers of your hearing are ready"),
    _("Read what the jurors of hearing %(reference)s will read, and add your own words."),
    "claimant_hearing",
)
NUMBER_WANTED = register(
    "jury_number_wanted",
    _("Enter a number for the draw"),
    _(
        "Until %(due_at)s you may enter a number of your choice. It goes into the draw of your "
        "panel, so that nobody else can steer it. Without one the draw goes on by a fallback."
    ),
    "claimant_number",
)
DRAWN = register(
    "jury_drawn",
    _("You were drawn as a juror"),
    _(
        "Hearing %(reference)s needs you. Say until %(due_at)s whether you can serve. "
        "Voting closes %(closes_at)s."
    ),
    "jury_hearing",
)
OPENED = register(
    "jury_opened",
    _("Voting is open"),
    _("You can vote in hearing %(reference)s until %(closes_at)s. It takes about ten minutes."),
    "jury_hearing",
)
REMINDER = register(
    "jury_reminder",
    _("Your vote is still missing"),
    _("Hearing %(reference)s closes %(closes_at)s. You have not voted yet."),
    "jury_hearing",
)
CAST = register(
    "jury_cast",
    _("Your ballot is cast"),
    _("Your ballot in hearing %(reference)s was received. Receipt: %(receipt)s."),
    "jury_receipt",
)
EXTENDED = register(
    "jury_extended",
    _("The voting time was extended"),
    _("Too few jurors voted in hearing %(reference)s. Voting goes on until %(closes_at)s."),
    "jury_hearing",
)
DECIDED = register(
    "jury_decided",
    _("The verdict of hearing %(reference)s is published"),
    _("See how the panel voted, and check the draw and the count."),
    "public_hearing",
)
VOID = register(
    "jury_void",
    _("Hearing %(reference)s is void"),
    _("The round counts for nothing; no ballot was opened. You need do nothing."),
    "jury_hearing",
)
WITHDRAWN = register(
    "jury_withdrawn",
    _("Hearing %(reference)s was withdrawn"),
    _("The claimant accepts the denial. No ballot was or will be opened."),
    "jury_hearing",
)


def tell(
    person_id: int, kind: str, hearing: Hearing, now: datetime, key: str = "", **more: str
) -> None:
    """Send a message about a hearing once; instants are given as ISO text in `…_at`."""
    params: dict[str, str | int] = {"reference": hearing.reference, **more}
    if hearing.closes_at is not None:
        params.setdefault("closes_at", hearing.closes_at.isoformat())
    notify(
        person_id,
        kind,
        params,
        f"{hearing.reference}:{key}" if key else hearing.reference,
        now,
        hearing.reference,
    )
