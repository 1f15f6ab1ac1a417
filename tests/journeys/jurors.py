"""What the sweep needs of jurors: an exam under way, a hospital, a qualification, an appeal."""

from core import clock
from core.actor import Actor
from core.zone import add_days, local_date
from jury import services
from jury.models import Hearing, Seat
from tests.journeys.stage import MINE, Scenery


def make_jurors(scenery: Scenery) -> None:
    """Name one of each in the scenery; the juror of the appeal is nobody the sweep asks as."""
    people, names, at = scenery.world.people, scenery.found, clock.now()
    mine = Actor(people[MINE].pk, None, frozenset())
    services.accept_rules(version="1", language="en", actor=mine, now=at)
    names["exam_mine"] = services.start_attempt(actor=mine, now=at).reference
    names["affiliation_mine"] = services.state_affiliation(
        kind="treated", hospital_name="湘雅医院", actor=mine, now=at
    ).reference
    name, other, third = _idle(scenery)
    names["person_juror"] = people[name].reference
    juror = Actor(people[name].pk, None, frozenset())
    names["qualification"] = services.claim_qualification(
        kind="medical", evidence_note="执业医师证", actor=juror, now=at
    ).reference
    services.disqualify_juror(
        reference=people[other].reference,
        cause="gift_taken",
        reasons="为投票收受礼物。",
        actor=scenery.world.actor("jury_officer"),
        now=at,
    )
    suspended = Actor(people[other].pk, None, frozenset())
    names["juror_appeal"] = services.file_appeal(
        grounds="不是我。", actor=suspended, now=at
    ).reference
    names["juror_suspended"] = third
    services.suspend_juror(
        reference=people[third].reference,
        cause="secrecy_broken",
        until_on=add_days(local_date(at, scenery.world.plan.zone), 30),
        reasons="在群里谈论了评议中的案件。",
        actor=scenery.world.actor("jury_officer"),
        now=at,
    )


def _idle(scenery: Scenery) -> tuple[str, str, str]:
    """Three jurors that the sweep does not ask as, by their usernames."""
    mine = scenery.found["juror"]
    names = [name for name in scenery.world.people if name.startswith("juror")]
    one, two, *_others, last = [name for name in names if name[5:].isdigit() and name != mine]
    return one, two, last


def juror_apart(scenery: Scenery) -> str:
    """A juror who sits in the open hearing, has not voted, and has no seat in the decided one."""
    mine = Hearing.objects.get(reference=scenery.found["hearing"])
    decided = set(
        Seat.objects.filter(hearing__reference=scenery.found["hearing_decided"]).values_list(
            "person_id", flat=True
        )
    )
    panel = scenery.world.panel(mine)[3:]
    apart = [name for name in panel if scenery.world.people[name].pk not in decided]
    return (apart or panel)[0]
