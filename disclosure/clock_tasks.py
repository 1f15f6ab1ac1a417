"""What the clock does for disclosure: periods, entries, overdue objections, the board."""

from datetime import datetime, timedelta

from claims.states import State
from core import deadlines
from core.actor import CLOCK
from core.deadlines import handler, periodic
from core.models import Deadline
from disclosure import services
from disclosure.models import NoticeEntry
from disclosure.queries import period_of_key, publishable
from disclosure.states import EntryState
from members.models import Plan
from members.states import PlanState

AGAIN = timedelta(seconds=5)
PLANNING_SECONDS = 3600
BOARD_SECONDS = 5


@handler("open_notice_period")
def open_notice_period(subject: str, now: datetime) -> str:
    """Open a period on its day."""
    services.open_period(key=subject, actor=CLOCK, now=now)
    return "opened"


@handler("publish_claim")
def publish_claim(subject: str, now: datetime) -> str:
    """Put one approved claim on notice."""
    return services.publish_entry(reference=subject, actor=CLOCK, now=now).reference


@handler("publish_board_batch")
def publish_board_batch(subject: str, now: datetime) -> str:
    """Publish the period's batch once all its claims are on notice."""
    period = period_of_key(subject)
    waiting = publishable(period.plan_id).values_list("reference", flat=True)
    if Deadline.objects.filter(
        kind="publish_claim", subject__in=list(waiting), done_at__isnull=True
    ).exists():
        deadlines.schedule("publish_board_batch", subject, now + AGAIN)
        return "waits for the claims"
    return f"{len(services.publish_batch(key=subject, actor=CLOCK, now=now))} cases"


@handler("close_notice_period")
def close_notice_period(subject: str, now: datetime) -> str:
    """Close a period at its end."""
    services.close_period(key=subject, actor=CLOCK, now=now)
    return "closed"


@handler("close_notice_entry")
def close_notice_entry(subject: str, now: datetime) -> str:
    """Clear one entry; while an objection stands the attempt is refused and comes again."""
    return str(services.close_entry(reference=subject, actor=CLOCK, now=now).state)


@handler("objection_due")
def objection_due(subject: str, now: datetime) -> str:
    """Mark an objection overdue."""
    services.mark_overdue(reference=subject, actor=CLOCK, now=now)
    return "overdue"


@periodic(PLANNING_SECONDS, "disclosure.plan_periods")
def plan_all(now: datetime) -> None:
    """Plan every plan's notice periods ahead."""
    for code in Plan.objects.exclude(state=PlanState.CLOSED).values_list("code", flat=True):
        services.plan_periods(plan_code=code, actor=CLOCK, now=now)


@periodic(BOARD_SECONDS, "disclosure.board")
def board(now: datetime) -> None:
    """Take withdrawn claims off the notice and bring the board up to date."""
    gone = NoticeEntry.objects.filter(state=EntryState.OPEN).exclude(claim__state=State.ON_NOTICE)
    for reference in list(gone.values_list("reference", flat=True)[:100]):
        services.withdraw_entry(reference=reference, actor=CLOCK, now=now)
    services.update_board(actor=CLOCK, now=now)
