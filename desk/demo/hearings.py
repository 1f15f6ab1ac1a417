"""Holds the hearings of the demo world: brief, draw, nine ballots, verdict."""

from datetime import timedelta

from core.actor import Actor
from core.clock import now as database_now
from desk.demo.director import Life, run_clock
from desk.demo.plot import Plot
from desk.demo.stage import Stage
from desk.demo.world import actor_of_person
from jury import services
from jury.brief import question_codes
from jury.models import Hearing, Seat
from jury.states import SITTING, HearingState

MINUTE = timedelta(minutes=1)
REASONS = {
    "pay": "第二家医院的接收记录写明带机入科，途中没有撤机，时间应当连续计算。",
    "deny": "转院记录缺了几个小时，只能按能确认的时间算，没有达到条款的要求。",
}


def hold_hearing(
    stage: Stage, plot: Plot, reference: str, referred_by: Actor | None = None
) -> Life:
    """Hold a hearing of a claim; `plot.hearing` says how far it goes and how it ends.

    `preparing`, `announced`, `open` stop there; `uphold` and `overturn` go to the verdict.
    """
    officer = stage.world.actors["jury_officer"]
    if referred_by is None:
        hearing = services.open_hearing(reference=reference, actor=officer, now=stage.now)
    else:
        hearing = services.refer_to_jury(
            reference=reference,
            actor=referred_by,
            now=stage.now,
            note="记录缺失几个小时，无法确定。",
        )
    yield stage.now + 5 * MINUTE
    _brief(stage, hearing, officer)
    if plot.hearing == "preparing":
        return
    yield stage.now + 5 * MINUTE
    services.announce_draw(
        reference=hearing.reference, actor=officer, now=database_now(), delay_minutes=30
    )
    if plot.hearing == "announced":
        return
    yield stage.now + 31 * MINUTE
    yield from _until_asked(stage, hearing.reference)
    services.enter_claimant_number(
        reference=hearing.reference, actor=plot.claimant, now=database_now(), number=314159
    )
    yield from _voted(stage, plot, hearing.reference)


def _until_asked(stage: Stage, reference: str) -> Life:
    """Let the clock run until the checkpoint is fixed and the claimant is asked for a number."""
    while Hearing.objects.get(reference=reference).number_due_at is None:
        run_clock(stage.now)
        yield stage.now + timedelta(seconds=15)


def _brief(stage: Stage, hearing: Hearing, officer: Actor) -> None:
    answers = {
        "background": "一名成员因车祸昏迷，先在县医院抢救，后转到市里的医院。",
        "agreed_facts": "双方都认可：昏迷由车祸造成，全程使用过呼吸机。",
        "terms": "呼吸机：代替或帮助病人呼吸的机器。",
    }
    for index, _code in enumerate(question_codes(hearing.brief), start=1):
        answers[f"claimant_holds_{index}"] = "转院途中未撤机，应连续计算。"
        answers[f"reviewers_hold_{index}"] = "转院记录缺 7 小时，只能确认其余时间。"
        answers[f"papers_{index}"] = "呼吸机记录；转院单；第二医院接收记录"
        answers[f"value_{index}"] = ""
    services.prepare_brief(
        reference=hearing.reference, actor=officer, now=database_now(), **answers
    )
    services.sign_brief(
        reference=hearing.reference, actor=stage.world.actors["ombudsman"], now=database_now()
    )


def _voted(stage: Stage, plot: Plot, reference: str) -> Life:
    """Wait for the draw and the opening, then vote; the clock closes and counts."""
    for _waiting in range(60):
        hearing = Hearing.objects.get(reference=reference)
        if hearing.state in (HearingState.OPEN, HearingState.EXTENDED):
            break
        if hearing.state == HearingState.DRAWN:
            _accept(hearing)
        yield stage.now + timedelta(hours=2)
    if plot.hearing == "open":
        return
    seats = list(Seat.objects.filter(hearing__reference=reference, state__in=sorted(SITTING)))
    for place, seat in enumerate(seats):
        yield stage.now + timedelta(minutes=stage.random.randint(5, 60))
        _vote(stage, plot, reference, seat, place)


def _accept(hearing: Hearing) -> None:
    for seat in Seat.objects.filter(hearing=hearing, state="invited"):
        services.accept_seat(
            reference=hearing.reference, actor=actor_of_person(seat.person_id), now=database_now()
        )


def _vote(stage: Stage, plot: Plot, reference: str, seat: Seat, place: int) -> None:
    """Cast a ballot; a third of the panel dissents."""
    dissents = place % 3 == 2
    pays = (plot.hearing == "overturn") != dissents
    hearing = Hearing.objects.get(reference=reference)
    answer = "met" if pays else "not_shown"
    services.cast_ballot(
        reference=reference,
        actor=actor_of_person(seat.person_id),
        now=database_now(),
        vote="pay" if pays else "deny",
        answers=dict.fromkeys(question_codes(hearing.brief), answer),
        reason=REASONS["pay" if pays else "deny"],
    )
