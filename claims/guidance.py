"""Four answers in every state, for everybody: what happens, who acts, by when, what I can do."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.guidance_table import AUDIENCES, HAPPENING, NOT_YOURS, NOTHING, OVER, WHO, YOU_CAN
from claims.models import Claim
from claims.queries import rules_of
from claims.states import FINAL, State
from claims.statistics import stage_range
from core import formats
from core.errors import Text
from core.zone import local_date
from members.calendar import NoSuchDay, next_notice_day, next_sharing_day

# Stages whose end is the actor's own last day, said as such rather than as an estimate.
_FIXED_ENDS = frozenset({State.DRAFT, State.INFORMATION_REQUESTED, State.DENIED, State.ON_NOTICE})


def guidance_for(claim: Claim, audience: str, now: datetime) -> dict[str, str]:
    """Return {happening, who_acts, by_when, you_can} in the reader's language.

    `audience` is one of AUDIENCES; KeyError for another.
    """
    if audience not in AUDIENCES:
        raise KeyError(audience)
    state = str(claim.state)
    side = 0 if audience == "claimant" else 1
    return {
        "happening": str(HAPPENING[state][side]),
        "who_acts": str(WHO[state][side]),
        "by_when": by_when(claim, now),
        "you_can": str(_you_can(state, audience)),
    }


def _you_can(state: str, audience: str) -> Text:
    named = YOU_CAN[state].get(audience)
    if named is not None:
        return named
    if audience == "claimant":
        return NOTHING
    return OVER if state in FINAL else NOT_YOURS


def by_when(claim: Claim, now: datetime) -> str:
    """Return until when the next thing happens: a day, or a range from the last 90 days."""
    state = str(claim.state)
    if state in FINAL:
        return _("Nothing more is due.")
    if claim.due_at is None:
        return _("There is no fixed day yet.")
    due = formats.day(claim.due_at, claim.plan.zone)
    if state == State.UNCLAIMED:
        return _("No hurry: the aid stays yours. We write to you again on %(day)s.") % {"day": due}
    if claim.is_overdue or now >= claim.due_at:
        return _("It was due on %(day)s and is late. The ombudsman has been told.") % {"day": due}
    if state in _FIXED_ENDS:
        at = formats.instant(claim.due_at, claim.plan.zone)
        return _("Until %(instant)s.") % {"instant": at}
    calendar = _calendar_day(claim, now)
    if calendar is not None:
        return _("On %(day)s, the next such day.") % {"day": formats.day(calendar)}
    found = stage_range(state, now)
    if found is None:
        return _("By %(day)s at the latest.") % {"day": due}
    if found.low_days == found.high_days:
        about = ngettext(
            "Usually within about %(count)s day, by %(day)s at the latest.",
            "Usually within about %(count)s days, by %(day)s at the latest.",
            found.high_days,
        )
        return about % {"count": found.high_days, "day": due}
    usual = ngettext(
        "Usually within %(low)s to %(high)s day, by %(day)s at the latest.",
        "Usually within %(low)s to %(high)s days, by %(day)s at the latest.",
        found.high_days,
    )
    return usual % {"low": found.low_days, "high": found.high_days, "day": due}


def _calendar_day(claim: Claim, now: datetime) -> date | None:
    rules = rules_of(claim)
    if rules is None:
        return None
    today = local_date(now, rules.zone)
    try:
        if claim.state == State.APPROVED:
            return next_notice_day(rules, today)
        if claim.state == State.CLEARED:
            return next_sharing_day(rules, today)
    except NoSuchDay:
        return None
    return None
