"""Plays the demo world's history in order: moves the database's clock, lets everybody act.

Every act goes through the production services and the real triggers; the clock's own work (the
sweep, the sequencer, the bank's outbox) runs between the acts as it would have then.
"""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from core import clock, deadlines
from core.models import Deadline
from core.zone import local_date, start_of_day

Life = Generator[datetime, None, None]
# A simulated day of the clock: deadlines just after midnight of the plan's zone, all at noon.
MIDNIGHT, NOON = timedelta(seconds=20), timedelta(hours=12)
# What the real clock does hourly or less often is done once in so many simulated days.
SELDOM_SECONDS, SELDOM_DAYS = 3600, 5
# Pictures are drawn of the present only.
DRAWING = "disclosure.charts"


@dataclass(slots=True)
class Director:
    """Runs lives, each a generator that yields the instant at which it goes on."""

    now: datetime
    until: datetime
    on_progress: Callable[[datetime], None] = lambda _at: None
    _waiting: list[tuple[datetime, int, Life]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def add(self, at: datetime, life: Life) -> None:
        """Let a life begin at an instant."""
        heapq.heappush(self._waiting, (at, next(self._order), life))

    def run(self) -> None:
        """Play until the end; what is due later than that does not happen."""
        self.add(self.now, self._clock())
        while self._waiting and self._waiting[0][0] <= self.until:
            at, _place, life = heapq.heappop(self._waiting)
            self.move_to(at)
            if is_anything_due(at):
                deadlines.sweep(now=at)
            following = next(life, None)
            if following is not None:
                self.add(max(following, at), life)
        self.move_to(self.until)
        run_clock(self.now)

    def move_to(self, at: datetime) -> None:
        """Set the database's clock; it never goes back."""
        self.now = max(self.now, at)
        clock.set_now(self.now, using="owner")

    def _clock(self) -> Life:
        """Be the clock process: sweep at midnight, do everything at noon."""
        day = local_date(self.now)
        for passed in count():
            yield start_of_day(day) + MIDNIGHT
            if is_anything_due(self.now):
                deadlines.sweep(now=self.now)
            yield start_of_day(day) + NOON
            run_clock(self.now, seldom=passed % SELDOM_DAYS == 0)
            self.on_progress(self.now)
            day += timedelta(days=1)


def is_anything_due(now: datetime) -> bool:
    """Say whether the sweep has work."""
    return Deadline.objects.filter(done_at__isnull=True, due_at__lte=now).exists()


def run_clock(now: datetime, *, seldom: bool = False) -> None:
    """Do once what `manage.py clock` does all the time; the seldom tasks only if asked."""
    deadlines.sweep(now=now)
    for task in deadlines.periodic_tasks():
        if task.name != DRAWING and (seldom or task.seconds < SELDOM_SECONDS):
            task.call(now)
    if is_anything_due(now):
        deadlines.sweep(now=now)
