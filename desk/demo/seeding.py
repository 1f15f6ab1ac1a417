"""Plays the whole demo history: birth of the world, months of claims, the present day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from claims.models import Claim
from core import clock
from core.actor import SYSTEM
from core.zone import add_days, local_date, start_of_day
from desk.demo import complaints, jurors, money, world
from desk.demo.cast import cast, family_castings
from desk.demo.director import Director, run_clock
from desk.demo.filing import Filer
from desk.demo.lives import life_of
from desk.demo.papers import Press
from desk.demo.stage import Stage
from disclosure.chart_drawing import draw_changed
from jury.services import enrol_juror, freeze_roll
from members.models import Plan

DAY = timedelta(days=1)
NOTICE_DAYS = (7, 21)
# The present of the demo world lies so long after a notice day that there are cases to object to.
AFTER_NOTICE = timedelta(days=2, hours=10)
NOTICE_OPEN = timedelta(days=6)
BIRTH = timedelta(days=1100)
SECOND_RULEBOOK = timedelta(days=420)
FIRST_ROLL = timedelta(days=192)
OLD_EXAMS = timedelta(days=742)
HISTORY = timedelta(days=165)
KEPT_FUNDED = 2
SLOW_BANK_MS = 6 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What was made."""

    claims: int
    members: int
    present: datetime
    behind: timedelta


def present_of(real: datetime) -> datetime:
    """Return the world's present: now, if a notice is open; else a day when one was."""
    day = local_date(real)
    while day.day not in NOTICE_DAYS:
        day = add_days(day, -1)
    opened = start_of_day(day)
    if real - opened < timedelta(hours=8):
        day = add_days(day, -1)
        while day.day not in NOTICE_DAYS:
            day = add_days(day, -1)
        opened = start_of_day(day)
    return real if real - opened < NOTICE_OPEN else opened + AFTER_NOTICE


def seed(
    *,
    claims: int,
    members: int,
    seed_number: int,
    real: datetime,
    on_progress: Callable[[float, str], None],
) -> Report:
    """Play the history; the database's clock stays where the history ends."""
    until = present_of(real)
    random = Random(seed_number)  # noqa: S311  an invented world, repeatable by its seed
    on_progress(0, "people")
    made, register = _birth(until, members, seed_number)
    castings = [*cast(made, claims, until, random), *family_castings(made, until, random)]
    made.in_the_cast = {casting.plot.membership.person_id for casting in castings}
    filer = Filer.with_scans(Press(), random)
    on_progress(0.05, "papers")
    filer.prepare([casting.plot for casting in castings])
    start = until - HISTORY
    director = Director(now=start, until=until)
    director.on_progress = lambda at: on_progress(
        0.2 + 0.75 * ((at - start) / (until - start)), f"{local_date(at):%Y-%m-%d}"
    )
    stage = Stage(director, made, filer, random)
    with money.sandbox_bank():
        director.move_to(start)
        for casting in castings:
            director.add(casting.filed_at, life_of(stage, casting.plot))
        director.add(start, money.finance_days(stage))
        director.add(start, register.life())
        director.run()
        _present(stage)
    on_progress(1, "done")
    return Report(Claim.objects.count(), members, until, real - until)


def _birth(
    until: datetime, members: int, seed_number: int
) -> tuple[world.World, complaints.Register]:
    """Found plans and people three years ago; later the second rulebook, the jurors, the roll.

    Complaints come in from the first weeks on.
    """
    born_at = until - BIRTH
    clock.set_now(born_at, using="owner")
    made = world.build_world(seed=seed_number, members=members, born_at=born_at, now=born_at)
    chance = Random(seed_number + 1)  # noqa: S311  an invented world, repeatable by its seed
    register = complaints.Register(made, chance)
    register.plan(born_at, until)
    at = until - OLD_EXAMS
    register.play_until(at)
    clock.set_now(at, using="owner")
    for person_id in made.spare_jurors:
        enrol_juror(person_id=person_id, score=6, actor=SYSTEM, now=at)
    at = until - BIRTH + SECOND_RULEBOOK
    register.play_until(at)
    clock.set_now(at, using="owner")
    world.change_rulebook(at)
    at = until - FIRST_ROLL
    register.play_until(at)
    clock.set_now(at, using="owner")
    for person_id in made.jurors:
        enrol_juror(person_id=person_id, score=6, actor=SYSTEM, now=at)
    jurors.verify_expert(made, at)
    for plan_id in Plan.objects.values_list("pk", flat=True):
        freeze_roll(plan_id=plan_id, now=at)
    register.play_until(until - HISTORY)
    return made, register


def _present(stage: Stage) -> None:
    """Leave some claims funded, and some on their way at a bank that takes its time."""
    money.tell_bank({"delay_ms": SLOW_BANK_MS, "silent": 0})
    money.pay_funded(stage, keep=KEPT_FUNDED)
    jurors.decide_on_jurors(stage.world, stage.now)
    jurors.name_the_panel()
    run_clock(stage.now)
    draw_changed(stage.now)
