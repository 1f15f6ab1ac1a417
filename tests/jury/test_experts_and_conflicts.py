"""The expert's seat, the reasons to pass somebody over, each at the time of the draw."""

import json
from datetime import date
from typing import Any

import pytest
from django.db import connection

from claims.services import declare_conflict
from core import clock
from core.actor import SYSTEM, Actor
from jury import services
from jury.draw import numbers
from jury.models import DrawStep, Hearing, Seat
from jury.queries import places_of
from jury.services.standing import suspend_juror
from jury.services.ties import claim_qualification, state_affiliation, verify_qualification
from jury.skip_reasons import SKIP_REASONS
from jury.states import SITTING
from members.models import Household, Person
from members.services import join_agency
from record.queries import entries_for
from tests.worlds_jury import JuryWorld, make_jury_world

pytestmark = pytest.mark.django_db(transaction=True)

EXPERT = {"expert_seat": "medical"}


def _body(hearing: Hearing, kind: str) -> dict[str, Any]:
    entry = entries_for(hearing.reference, kind).last()
    assert entry is not None
    found: dict[str, Any] = json.loads(entry.body)
    return found


def _make_expert(world: JuryWorld, juror: Actor) -> None:
    claimed = claim_qualification(
        kind="medical", evidence_note="医师执业证书", actor=juror, now=clock.now()
    )
    verify_qualification(
        reference=claimed.reference,
        expires_on=date(2030, 1, 1),
        actor=world.jury_officer,
        now=clock.now(),
    )


def _expert_seat(hearing: Hearing) -> Seat:
    return Seat.objects.exclude(expert_kind="").get(hearing=hearing, state__in=sorted(SITTING))


def test_one_seat_is_the_experts_drawn_by_the_same_rule_under_its_own_label(
    transactional_db: None,
) -> None:
    world = make_jury_world(14, rules=EXPERT)
    for juror in world.jurors[:3]:
        _make_expert(world, juror)
    hearing = world.drawn_hearing()
    assert hearing.state == "drawn"
    seat = _expert_seat(hearing)
    assert seat.person_id in {juror.person_id for juror in world.jurors[:3]}
    assert len(world.panel(hearing)) == hearing.panel_size == 9
    body = _body(hearing, "panel_drawn")
    expert = body["expert"]
    assert (expert["kind"], expert["size"], expert["waived"]) == ("medical", 3, "")
    assert expert["roll_number"] == seat.number
    first = next(numbers(f"{hearing.reference}/expert", 1, hearing.seed, 3))
    assert (expert["steps"][0]["counter"], expert["steps"][0]["number"]) == first
    assert sum(step["outcome"] == "seated" for step in body["steps"]) == 8
    assert all(
        step["reason"] == "repeat" for step in body["steps"] if step["number"] == seat.number
    )


def test_an_expert_who_leaves_is_followed_by_the_next_then_the_seat_is_waived(
    transactional_db: None,
) -> None:
    world = make_jury_world(16, rules=EXPERT)
    for juror in world.jurors[:2]:
        _make_expert(world, juror)
    hearing = world.drawn_hearing()
    first = _expert_seat(hearing)
    services.decline_seat(reference=hearing.reference, actor=world.actor_of(first), now=clock.now())
    change = _body(hearing, "panel_changed")
    assert change["left"]["seat"] == "expert"
    if not change["expert"]["waived"]:
        second = _expert_seat(hearing)
        assert second.pk != first.pk
        assert change["steps"] == []
        services.decline_seat(
            reference=hearing.reference, actor=world.actor_of(second), now=clock.now()
        )
        change = _body(hearing, "panel_changed")
    assert change["expert"]["waived"] == "no_expert"
    assert any(step["outcome"] == "seated" for step in change["steps"])
    assert world.reload(hearing).expert_waived == "no_expert"
    assert len(world.panel(hearing)) == 9
    assert world.open_now(world.reload(hearing)).state == "open"


def test_without_an_expert_on_the_roll_the_seat_is_waived_and_filled(
    transactional_db: None,
) -> None:
    world = make_jury_world(14, rules=EXPERT)
    hearing = world.drawn_hearing()
    assert (hearing.state, hearing.expert_waived) == ("drawn", "no_expert")
    body = _body(hearing, "panel_drawn")
    assert body["expert"]["waived"] == "no_expert"
    assert body["expert"]["steps"] == []
    assert sum(step["outcome"] == "seated" for step in body["steps"]) == 9


def _reasons(world: JuryWorld, hearing: Hearing) -> dict[int, str]:
    """The reason at every number of the roll, by person."""
    assert hearing.roll is not None
    places = places_of(hearing, range(1, hearing.roll.size + 1), clock.now())
    return {place.person_id: place.reason for place in places.values()}


def test_every_closeness_and_every_bar_has_its_reason(transactional_db: None) -> None:
    world = make_jury_world(14)
    hearing = world.announced_hearing()
    claim = hearing.claim
    people = [Person.objects.get(pk=juror.person_id) for juror in world.jurors]
    household = Household.objects.create()
    Person.objects.filter(pk__in=[people[0].pk, claim.claimant_id]).update(household=household)
    declare_conflict(
        reference=claim.reference, actor=world.jurors[1], now=clock.now(), reason="同乡"
    )
    join_agency(person_id=people[2].pk, agency_code="agency", actor=SYSTEM, now=clock.now())
    for juror, name in ((world.jurors[3], "  湘雅 医院"), (world.jurors[4], "华山医院")):
        state_affiliation(kind="works", hospital_name=name, actor=juror, now=clock.now())
    found = _reasons(world, hearing)
    assert found[people[0].pk] == "household"
    assert found[people[1].pk] == "declared"
    assert found[people[2].pk] == "agency"
    assert found[people[3].pk] == "hospital"
    assert found[people[4].pk] == ""
    with connection.cursor() as cursor:
        for person in people:
            cursor.execute(
                "SELECT jury_pass_over(%s, %s, %s)", [hearing.pk, person.pk, clock.now()]
            )
            assert cursor.fetchone()[0] == found[person.pk], "one by one and all at once agree"


def test_a_bar_since_the_roll_was_frozen_counts_at_the_draw(transactional_db: None) -> None:
    world = make_jury_world(14)
    hearing = world.announced_hearing()
    late = Person.objects.get(pk=world.jurors[0].person_id)
    suspend_juror(
        reference=late.reference,
        cause="duty_neglected",
        until_on=date(2020, 7, 1),
        reasons="三次未投票，也未说明。",
        actor=world.jury_officer,
        now=clock.now(),
    )
    assert _reasons(world, hearing)[late.pk] == "not_qualified", "why is not said in public"
    services.enter_claimant_number(
        reference=hearing.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
        number=11,
    )
    world.run_clock(2)
    drawn = world.reload(hearing)
    assert drawn.state == "drawn"
    assert late.pk not in {juror.person_id for juror in world.panel(drawn)}


def test_every_reason_of_a_draw_has_words(transactional_db: None) -> None:
    world = make_jury_world(14)
    hearing = world.drawn_hearing()
    given = set(DrawStep.objects.filter(hearing=hearing).exclude(reason="").values_list("reason"))
    assert {reason for (reason,) in given} <= set(SKIP_REASONS)
