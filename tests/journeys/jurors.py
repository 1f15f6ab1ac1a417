"""What the sweep needs of jurors: an exam under way, a hospital, a qualification, an appeal."""

from core import clock
from core.actor import Actor
from jury import services
from tests.journeys.scenery import MINE, Scenery


def make_jurors(scenery: Scenery) -> None:
    """Name one of each in the scenery; the juror of the appeal is nobody the sweep asks as."""
    people, names, at = scenery.world.people, scenery.found, clock.now()
    mine = Actor(people[MINE].pk, None, frozenset())
    services.accept_rules(version="1", language="en", actor=mine, now=at)
    names["exam_mine"] = services.start_attempt(actor=mine, now=at).reference
    names["affiliation_mine"] = services.state_affiliation(
        kind="treated", hospital_name="湘雅医院", actor=mine, now=at
    ).reference
    name = next(
        one
        for one in people
        if one.startswith("juror") and one[5:].isdigit() and one != names["juror"]
    )
    names["person_juror"] = people[name].reference
    juror = Actor(people[name].pk, None, frozenset())
    names["qualification"] = services.claim_qualification(
        kind="medical", evidence_note="执业医师证", actor=juror, now=at
    ).reference
    other = next(
        one
        for one in people
        if one.startswith("juror") and one[5:].isdigit() and one not in (names["juror"], name)
    )
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
