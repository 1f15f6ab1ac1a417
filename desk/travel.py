"""The demo's time travel: a wish for time to pass, fulfilled hop by hop by the clock process.

Only the owner's connection moves the clock, and web processes have none; so a page schedules a
deadline, and the clock goes from one due deadline to the next, so that everything happens in its
order. Outside a demo all of it refuses.
"""

from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.db import connections, transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from core import clock, deadlines
from core.actor import Actor
from core.errors import Blocked, NotAllowed
from core.models import Deadline
from core.zone import local_date, start_of_day
from members.calendar import next_notice_day
from members.models import Plan
from members.queries import rulebook_of, rulebook_version_on

KIND = "desk.travel"
OWNER = "owner"
SHORTEST_HOP = timedelta(minutes=15)
LONGEST_HOP = timedelta(days=1)
# A hop's follow-up comes after the deadlines of its own instant.
BREATH = timedelta(milliseconds=1)
SPANS: dict[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


class TravelForm(forms.Form):
    """How much time is to pass."""

    how_far = forms.ChoiceField(
        label=_("How much time is to pass?"),
        help_text=_("Everything that is due on the way happens in its order."),
        choices=(
            ("hour", _("One hour")),
            ("day", _("One day")),
            ("notice", _("Until the next notice day")),
            ("week", _("Seven days")),
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how much time is to pass."),
            "invalid_choice": _("Choose how much time is to pass."),
        },
    )


def is_demo() -> bool:
    """Say whether this installation is a demo; the clock is moved nowhere else."""
    return str(settings.GONGDAO.mode) == "demo"


def require_demo() -> None:
    """Refuse everywhere but in a demo."""
    if not is_demo():
        raise NotAllowed("travel_demo_only", _("Time passes by itself here."))


@transaction.atomic
def let_time_pass(*, actor: Actor, now: datetime, how_far: str) -> datetime:
    """Ask the clock process to go on to an instant; return that instant.

    Raises NotAllowed outside a demo and for strangers, Blocked while time is passing already.
    """
    require_demo()
    if actor.account_id is None:
        raise NotAllowed("travel_signed_in", _("Sign in first."))
    if under_way() is not None:
        raise Blocked("travel_under_way", _("Time is passing already. Wait until it has."))
    until = destination(how_far, now)
    deadlines.schedule(KIND, until.isoformat(), now)
    return until


def destination(how_far: str, now: datetime) -> datetime:
    """Return the instant a choice leads to: a span on, or noon of the next notice day."""
    if how_far != "notice":
        return now + SPANS[how_far]
    days = []
    for plan in Plan.objects.order_by("pk"):
        today = local_date(now, plan.zone)
        version = rulebook_version_on(plan, today)
        rules = rulebook_of(version) if version is not None else None
        if rules is not None and rules.notice_days:
            day = next_notice_day(rules, today)
            days.append(start_of_day(day, plan.zone) + timedelta(hours=12))
    return min(days, default=now + SPANS["day"])


def under_way() -> datetime | None:
    """Return until when time is passing now, if it is."""
    subjects = Deadline.objects.filter(kind=KIND, done_at__isnull=True).values_list(
        "subject", flat=True
    )
    return max(map(datetime.fromisoformat, subjects), default=None)


def next_stop(now: datetime, until: datetime) -> datetime:
    """Return the next instant to stop at: the next deadline, within the shortest, longest hop."""
    open_rows = Deadline.objects.filter(done_at__isnull=True, due_at__gt=now).exclude(kind=KIND)
    due: datetime | None = open_rows.aggregate(first=Min("due_at"))["first"]
    stop = max(due or until, now + SHORTEST_HOP)
    return min(stop, now + LONGEST_HOP, until)


def go_on(now: datetime, until: datetime) -> datetime:
    """Move the clock to the next stop over the owner's connection; it never goes back."""
    require_demo()
    if OWNER not in connections.databases:
        raise NotAllowed("travel_no_owner", _("This process may not move the clock."))
    stop = next_stop(now, until)
    if stop > now:
        clock.set_now(stop, using=OWNER)
    return stop


@deadlines.handler(KIND)
def travel(subject: str, now: datetime) -> str:
    """Hop once; come back for the next hop until the end is reached."""
    until = datetime.fromisoformat(subject)
    stop = go_on(now, until)
    if stop < until:
        deadlines.schedule(KIND, subject, stop + BREATH)
        return "under way"
    return "arrived"
