"""What the clock does for rounds: opens them, proposes them, ends unpaid memberships."""

from datetime import datetime, timedelta

from core.actor import CLOCK
from core.deadlines import handler, periodic, schedule
from core.zone import add_days, local_date
from members.calendar import next_notice_day, sharing_day_of
from members.models import Membership, Plan
from members.queries import rulebook_of, rulebook_version_on
from members.services import leave
from members.states import EndReason, PlanState
from sharing.models import Round
from sharing.queries import round_for
from sharing.services.closing import END_UNPAID
from sharing.services.rounds import PROPOSE, open_round, propose_round
from sharing.states import RoundState

LOOK_BACK_DAYS = 31
RETRY = timedelta(hours=1)


def register() -> None:
    """Make the handlers known; importing the module is enough, calling it says so."""


@handler(PROPOSE)
def propose_when_due(subject: str, now: datetime) -> str | None:
    """Propose a round; while the one before is not closed, try again in an hour."""
    found = round_for(subject)
    earlier = Round.objects.filter(plan_id=found.plan_id, sharing_on__lt=found.sharing_on)
    if earlier.exclude(state=RoundState.CLOSED).exists():
        schedule(PROPOSE, subject, now + RETRY)
        return None
    return str(propose_round(reference=subject, actor=CLOCK, now=now).state)


@handler(END_UNPAID)
def end_unpaid(subject: str, now: datetime) -> str | None:
    """End a membership whose share could not be collected (rules: automatic exit, unpaid)."""
    membership = Membership.objects.get(reference=subject)
    if membership.ends_on is not None:
        return "ended_already"
    leave(reference=subject, actor=CLOCK, now=now, reason=EndReason.UNPAID)
    return "ended"


@periodic(60, "sharing.open_rounds")
def open_rounds(now: datetime) -> int:
    """Open the rounds whose lock instant has come, after an outage too; return how many."""
    opened = 0
    for plan in Plan.objects.exclude(state=PlanState.CLOSED).order_by("id"):
        opened += _open_for(plan, now)
    return opened


def _open_for(plan: Plan, now: datetime) -> int:
    today = local_date(now, plan.zone)
    version = rulebook_version_on(plan, today)
    if version is None:
        return 0
    rulebook = rulebook_of(version)
    if not rulebook.notice_days or not rulebook.sharing_days:
        return 0
    latest = Round.objects.filter(plan=plan).order_by("-sharing_on").first()
    since = add_days(today, -LOOK_BACK_DAYS)
    if latest is not None:
        since = max(since, latest.notice_on)
    by_sharing_day = {}
    day = next_notice_day(rulebook, since)
    while day <= today:
        by_sharing_day[sharing_day_of(rulebook, day)] = day
        day = next_notice_day(rulebook, day)
    first = add_days(latest.sharing_on, 1) if latest is not None else today
    due = {on: day for on, day in by_sharing_day.items() if on >= first}
    for notice_on in due.values():
        open_round(plan_code=plan.code, notice_on=notice_on, actor=CLOCK, now=now)
    return len(due)
