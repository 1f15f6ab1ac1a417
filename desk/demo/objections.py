"""Members object to noticed cases of the demo world, and reviewers answer."""

from datetime import timedelta

from core.actor import Actor
from desk.demo.director import Life
from desk.demo.plot import Plot
from desk.demo.stage import Stage
from disclosure import services
from disclosure.models import NoticeEntry
from disclosure.states import EntryState, ObjectionState

DAY = timedelta(days=1)
STATEMENT = "我和这位成员同村，听说他加入之前就因为同样的病住过院，请再查一查。"
ANSWERS = {
    ObjectionState.SUSTAINED: (
        "查到加入前一年在邻县医院的住院记录，需要重新调查。",
        "异议成立：发现加入前的住院记录，案例重新调查。",
    ),
    ObjectionState.DISMISSED: (
        "已向三家医院核实，加入前没有相关的就诊记录。",
        "异议不成立：经向医院核实，没有加入前的就诊记录。",
    ),
}


def object_and_answer(stage: Stage, plot: Plot, reference: str) -> Life:
    """Object while the case is on notice; answer at once, late, or not yet."""
    entry = None
    while entry is None:
        yield stage.now + timedelta(hours=4)
        entry = NoticeEntry.objects.filter(
            claim__reference=reference, state=EntryState.OPEN
        ).first()
    objector = stage.world.actors["member"]
    objection = services.object_to_entry(
        reference=entry.reference,
        actor=objector,
        now=stage.now,
        grounds="undisclosed",
        statement=STATEMENT,
    )
    if plot.objected == "open":
        return
    yield stage.now + timedelta(hours=20)
    first = stage.pick("reviewer", plot.claimant, objector)
    services.open_inquiry(
        reference=objection.reference,
        actor=first,
        now=stage.now,
        question="请核实入院前的就诊记录。",
    )
    if plot.objected == "inquiry":
        return
    # A late answer comes after the period's seven days: the entry waits on its own clock.
    late = entry.closes_at + 2 * DAY if plot.objected == "dismiss_late" else stage.now + DAY
    yield max(late, stage.now + timedelta(hours=2))
    sustained = plot.objected == "sustain"
    yield from _answer(stage, objection.reference, first, plot, sustained=sustained)


def _answer(stage: Stage, reference: str, first: Actor, plot: Plot, *, sustained: bool) -> Life:
    outcome = ObjectionState.SUSTAINED if sustained else ObjectionState.DISMISSED
    answer, board_answer = ANSWERS[outcome]
    services.draft_answer(
        reference=reference,
        actor=first,
        now=stage.now,
        outcome=outcome,
        answer=answer,
        board_answer=board_answer,
    )
    yield stage.now + timedelta(hours=3)
    second = stage.pick("reviewer", plot.claimant, first)
    confirm = services.sustain if sustained else services.dismiss
    confirm(reference=reference, actor=second, now=stage.now)
