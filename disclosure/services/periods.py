"""Notice periods: planned ahead by each plan's rulebook, opened and closed by the clock."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import deadlines
from core.actor import Actor
from core.errors import WrongState
from core.zone import add_days, local_date
from disclosure import permissions
from disclosure.models import NoticeEvent, NoticePeriod
from disclosure.queries import period_key, period_of_key, publishable
from disclosure.services.events import log_event
from disclosure.states import PeriodState
from members.calendar import NoSuchDay, next_notice_day, notice_window, sharing_day_of
from members.models import Plan
from members.queries import rulebook_for
from members.rulebook import Rulebook
from members.states import PlanState

HORIZON_DAYS = 62
BATCH_DELAY = timedelta(seconds=5)


@transaction.atomic
def plan_periods(
    *, plan_code: str, actor: Actor, now: datetime, horizon_days: int = HORIZON_DAYS
) -> list[NoticePeriod]:
    """Plan a plan's notice periods up to so many days ahead, by the rules in force each day.

    A planned period whose window a new version of the rules changed is moved. Returns the
    periods made or moved; a second call changes nothing.
    """
    permissions.require_machine(actor)
    plan = Plan.objects.select_for_update(no_key=True).get(code=plan_code)
    if plan.state == PlanState.CLOSED:
        return []
    today = local_date(now, plan.zone)
    last, day = add_days(today, horizon_days), add_days(today, -1)
    changed: list[NoticePeriod] = []
    while True:
        try:
            day = next_notice_day(rulebook_for(plan, max(day, today)), day)
            rulebook = rulebook_for(plan, day)
        except (NoSuchDay, LookupError):
            return changed
        if day > last:
            return changed
        period = _plan_one(plan, rulebook, day, now)
        if period is not None:
            changed.append(period)
            log_event(
                subject=period_key(period), event=NoticeEvent.Event.PLAN, actor=actor, now=now
            )


def _plan_one(plan: Plan, rulebook: Rulebook, day: date, now: datetime) -> NoticePeriod | None:
    """Make or move one planned period; None where nothing changes or it is past."""
    opens_at, closes_at = notice_window(rulebook, day)
    if closes_at <= now:
        return None
    try:
        sharing_on = sharing_day_of(rulebook, day)
    except NoSuchDay:
        sharing_on = None
    period = NoticePeriod.objects.filter(plan=plan, notice_on=day).first()
    if period is None:
        period = NoticePeriod.objects.create(
            plan=plan, notice_on=day, sharing_on=sharing_on, opens_at=opens_at, closes_at=closes_at
        )
    elif period.state == PeriodState.PLANNED and (
        (period.opens_at, period.closes_at) != (opens_at, closes_at)
        or period.sharing_on != sharing_on
    ):
        period.opens_at, period.closes_at, period.sharing_on = opens_at, closes_at, sharing_on
        period.save(update_fields=["opens_at", "closes_at", "sharing_on"])
    else:
        return None
    deadlines.schedule("open_notice_period", period_key(period), opens_at)
    return period


@transaction.atomic
def open_period(*, key: str, actor: Actor, now: datetime) -> NoticePeriod:
    """Open a planned period at its time; each approved, signed claim is then published by itself.

    Schedules one `publish_claim` deadline per claim, the board's batch after them, and the
    period's close. Raises WrongState where it is open already or its time has not come.
    """
    permissions.require_machine(actor)
    period = _locked(key)
    if period.state != PeriodState.PLANNED or now < period.opens_at:
        raise WrongState(
            "period_not_due", _("This notice period does not open now."), state=period.state
        )
    period.open()
    period.save(update_fields=["state"])
    log_event(
        subject=key,
        event=NoticeEvent.Event.OPEN,
        actor=actor,
        now=now,
        from_state=PeriodState.PLANNED,
        to_state=period.state,
    )
    for reference in publishable(period.plan_id).values_list("reference", flat=True):
        deadlines.schedule("publish_claim", reference, period.opens_at)
    deadlines.schedule("publish_board_batch", key, now + BATCH_DELAY)
    deadlines.schedule("close_notice_period", key, period.closes_at)
    return period


@transaction.atomic
def close_period(*, key: str, actor: Actor, now: datetime) -> NoticePeriod:
    """Close an open period at its end. Its entries go on by their own clocks."""
    permissions.require_machine(actor)
    period = _locked(key)
    if period.state != PeriodState.OPEN or now < period.closes_at:
        raise WrongState(
            "period_not_due", _("This notice period does not close now."), state=period.state
        )
    period.close()
    period.save(update_fields=["state"])
    log_event(
        subject=key,
        event=NoticeEvent.Event.CLOSE,
        actor=actor,
        now=now,
        from_state=PeriodState.OPEN,
        to_state=period.state,
    )
    return period


def _locked(key: str) -> NoticePeriod:
    found = period_of_key(key)
    return (
        NoticePeriod.objects.select_for_update(no_key=True, of=("self",))
        .select_related("plan")
        .get(pk=found.pk)
    )
