"""A juror's standing: decided with reasons, told, appealed, restored, kept off the roll."""

from datetime import date, timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Blocked, NotAllowed, WrongState
from jury import services
from jury.causes import CAUSES
from jury.juror_queries import serve_codes
from jury.models import (
    ExamPass,
    JurorQualification,
    JurorStanding,
    RollExpert,
    RulesAcceptance,
    StandingAppeal,
    StandingEvent,
)
from jury.services.standing import standing_digest
from members import services as member_services
from members.models import Message, Person
from members.services import grant_role
from members.states import EndReason
from tests.worlds_jury import JuryWorld

pytestmark = pytest.mark.django_db(transaction=True)


def _codes(world: JuryWorld, juror: Actor) -> list[str]:
    return serve_codes(juror.person_id or 0, world.base.plan.pk, clock.now())


def _standing(juror: Actor) -> JurorStanding:
    return JurorStanding.objects.get(person_id=juror.person_id)


def _appeal(world: JuryWorld, juror: Actor) -> StandingAppeal:
    return services.file_appeal(grounds="群里的话不是我说的。", actor=juror, now=clock.now())


def test_a_suspension_is_told_and_ends_by_the_clock(world: JuryWorld) -> None:
    juror = world.jurors[0]
    world.suspend(juror, days=10)
    message = Message.objects.get(person_id=juror.person_id, kind="juror_suspended")
    assert "群里" in str(message.params["reasons"])
    assert _codes(world, juror) == ["suspended"]
    world.later(days=9)
    world.run_clock(1)
    assert _standing(juror).state == "suspended"
    world.later(days=2)
    world.run_clock(1)
    assert _standing(juror).state == "active"
    assert _codes(world, juror) == []
    assert Message.objects.filter(person_id=juror.person_id, kind="juror_restored").exists()


def test_the_log_is_chained_and_says_everything(world: JuryWorld) -> None:
    juror = world.jurors[0]
    world.suspend(juror)
    world.disqualify(juror)
    rows = list(StandingEvent.objects.filter(standing=_standing(juror)).order_by("seq"))
    assert [row.event for row in rows] == ["suspend", "disqualify"]
    assert rows[1].previous_digest == rows[0].digest
    assert all(row.digest == standing_digest(row) for row in rows)
    assert rows[0].actor_id == world.jury_officer.person_id


def test_a_disqualification_has_no_end_but_a_reversed_appeal(world: JuryWorld) -> None:
    juror = world.jurors[0]
    world.disqualify(juror)
    world.later(days=400)
    world.run_clock(1)
    assert _standing(juror).state == "disqualified"
    appeal = _appeal(world, juror)
    services.answer_appeal(
        reference=appeal.reference,
        outcome="reversed",
        reasons="没有证据。",
        actor=world.ombudsman,
        now=clock.now(),
    )
    assert _standing(juror).state == "active"
    told = Message.objects.get(person_id=juror.person_id, kind="juror_appeal_reversed")
    assert told.params["reasons"] == "没有证据。"


def test_an_upheld_appeal_changes_nothing_and_is_told(world: JuryWorld) -> None:
    juror = world.jurors[0]
    world.suspend(juror)
    appeal = _appeal(world, juror)
    told = {"reference": appeal.reference, "now": clock.now(), "reasons": "有截图。"}
    services.answer_appeal(**told, outcome="upheld", actor=world.ombudsman)
    assert _standing(juror).state == "suspended"
    assert Message.objects.filter(person_id=juror.person_id, kind="juror_appeal_upheld").exists()
    with pytest.raises(WrongState):
        services.answer_appeal(**told, outcome="reversed", actor=world.ombudsman)
    with pytest.raises(WrongState):
        _appeal(world, juror)


def test_who_decided_never_answers_the_appeal(world: JuryWorld) -> None:
    juror = world.jurors[0]
    world.suspend(juror)
    appeal = _appeal(world, juror)
    both = Actor(world.jury_officer.person_id, None, frozenset({"jury_officer", "ombudsman"}))
    for actor in (both, world.jury_officer, juror):
        with pytest.raises(NotAllowed):
            services.answer_appeal(
                reference=appeal.reference,
                outcome="upheld",
                reasons="x",
                actor=actor,
                now=clock.now(),
            )
    assert not hasattr(StandingAppeal.objects.get(pk=appeal.pk), "answer")


def test_an_appeal_without_an_answer_is_escalated_once(world: JuryWorld) -> None:
    admin = world.base.admin()
    grant_role(
        person_id=admin.person_id or 0, role="admin", actor=SYSTEM, now=clock.now(), reason="test"
    )
    juror = world.jurors[0]
    world.disqualify(juror)
    _appeal(world, juror)
    assert Message.objects.filter(kind="juror_appeal_filed").count() == 1
    world.later(days=11)
    world.run_clock(2)
    late = Message.objects.filter(kind="juror_appeal_late")
    assert {one.person_id for one in late} == {world.ombudsman.person_id, admin.person_id}


def test_nobody_appeals_without_a_decision(world: JuryWorld) -> None:
    with pytest.raises(WrongState):
        _appeal(world, world.jurors[0])


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"cause": "gift_taken"}, Blocked),
        ({"cause": "voted_wrongly"}, Blocked),
        ({"until_on": date(2019, 1, 1)}, Blocked),
        ({"until_on": date(2099, 1, 1)}, Blocked),
        ({"actor": Actor(None, None, frozenset({"reviewer"}))}, NotAllowed),
    ],
)
def test_a_suspension_that_does_not_fit_is_refused(
    world: JuryWorld, change: dict[str, Any], refusal: type[Exception]
) -> None:
    juror = world.jurors[0]
    usual: dict[str, Any] = {
        "reference": world.person_reference(juror),
        "cause": "secrecy_broken",
        "until_on": date(2020, 6, 20),
        "reasons": "x",
        "actor": world.jury_officer,
        "now": clock.now(),
    }
    with pytest.raises(refusal):
        services.suspend_juror(**usual | change)
    assert _standing(juror).state == "active"
    assert not StandingEvent.objects.exists()


def test_an_officer_does_not_decide_on_their_own_standing(world: JuryWorld) -> None:
    services.enrol_juror(
        person_id=world.jury_officer.person_id or 0, score=6, actor=SYSTEM, now=clock.now()
    )
    with pytest.raises(NotAllowed, match="own_standing"):
        world.disqualify(world.jury_officer)


def test_how_one_voted_is_never_a_cause() -> None:
    assert not any("vote" in cause.code or "verdict" in cause.code for cause in CAUSES.values())
    assert all(cause.suspends or cause.disqualifies for cause in CAUSES.values())


def _qualified(person: Person) -> Actor:
    """Rows that make a juror of anybody, past the services that would refuse."""
    at = clock.now()
    RulesAcceptance.objects.create(
        person=person, version="1", language="en", text_digest="0" * 64, accepted_at=at
    )
    ExamPass.objects.create(person=person, score=6, passed_at=at, expires_at=at + timedelta(days=9))
    JurorStanding.objects.create(person=person, state_entered_at=at)
    return Actor(person.pk, None, frozenset())


def _under_age(world: JuryWorld, juror: Actor) -> Actor:
    # Eighteen tomorrow.
    return _qualified(world.base.person("少年", born_on=date(2002, 6, 2)))


def _unverified(world: JuryWorld, juror: Actor) -> Actor:
    return _qualified(
        member_services.register_person(
            full_name="未核实",
            born_on=date(1980, 1, 1),
            sex="male",
            actor=SYSTEM,
            now=clock.now(),
        )
    )


def _expired(world: JuryWorld, juror: Actor) -> Actor:
    world.later(days=731)
    return juror


def _suspended(world: JuryWorld, juror: Actor) -> Actor:
    world.suspend(juror)
    return juror


def _disqualified(world: JuryWorld, juror: Actor) -> Actor:
    world.disqualify(juror)
    return juror


def _found_ineligible(world: JuryWorld, juror: Actor) -> Actor:
    membership = world.base.member(Person.objects.get(pk=juror.person_id))
    member_services.leave(
        reference=membership.reference,
        actor=SYSTEM,
        now=clock.now(),
        reason=EndReason.INELIGIBLE,
    )
    return juror


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_under_age, "under_age"),
        (_unverified, "unverified"),
        (_expired, "exam_expired"),
        (_suspended, "suspended"),
        (_disqualified, "disqualified"),
        (_found_ineligible, "non_disclosure"),
    ],
)
def test_the_roll_leaves_out_everybody_who_may_not_serve(
    world: JuryWorld, make: Any, code: str
) -> None:
    juror = make(world, world.jurors[0])
    assert _codes(world, juror) == [code]
    fresh = world.candidate()
    world.answer_exam(fresh)
    roll = services.freeze_roll(plan_id=world.base.plan.pk, now=clock.now())
    numbered = set(roll.entries.values_list("person_id", flat=True))
    assert juror.person_id not in numbered
    assert fresh.person_id in numbered


def test_new_jury_rules_want_a_new_acceptance(world: JuryWorld) -> None:
    candidate = world.base.actor(world.base.person("旧规则"))
    RulesAcceptance.objects.create(
        person_id=candidate.person_id,
        version="0",
        language="en",
        text_digest="0" * 64,
        accepted_at=clock.now(),
    )
    ExamPass.objects.create(
        person_id=candidate.person_id,
        score=6,
        passed_at=clock.now(),
        expires_at=clock.now() + timedelta(days=9),
    )
    JurorStanding.objects.create(person_id=candidate.person_id, state_entered_at=clock.now())
    assert _codes(world, candidate) == ["rules_not_accepted"]
    roll = services.freeze_roll(plan_id=world.base.plan.pk, now=clock.now())
    assert not roll.entries.filter(person_id=candidate.person_id).exists()


def test_a_claim_halted_for_fraud_and_denied_finally_keeps_its_claimant_off(
    world: JuryWorld, superuser_connection: Connection
) -> None:
    claim = world.disputed_claim()
    claimant = world.claimant_of(claim)
    _qualified(Person.objects.get(pk=claimant.person_id))
    # A halt needs a claim cleared and funded; its row is written here as it would stand there.
    with superuser_connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE claims_claimevent SET event = 'halt', reason_code = 'suspected_fraud' "
            "WHERE claim_id = %s AND event = 'recommend'",
            [claim.pk],
        )
    superuser_connection.commit()
    assert _codes(world, claimant) == [], "a suspicion alone keeps nobody off"
    services.withdraw_hearing(reference=claim.reference, actor=claimant, now=clock.now())
    assert _codes(world, claimant) == ["fraud"]


def test_a_verified_expert_stands_on_the_sub_roll_with_a_number(world: JuryWorld) -> None:
    doctor, lawyer = world.jurors[:2]
    claimed = services.claim_qualification(
        kind="medical", evidence_note="执业医师证 110", actor=doctor, now=clock.now()
    )
    services.claim_qualification(
        kind="legal", evidence_note="律师证", actor=lawyer, now=clock.now()
    )
    with pytest.raises(Blocked, match="waiting"):
        services.claim_qualification(
            kind="medical", evidence_note="x", actor=doctor, now=clock.now()
        )
    who = {"reference": claimed.reference, "now": clock.now()}
    own = Actor(doctor.person_id, None, frozenset({"jury_officer"}))
    with pytest.raises(NotAllowed):
        services.verify_qualification(**who, expires_on=date(2022, 1, 1), actor=own)
    services.verify_qualification(**who, expires_on=date(2022, 1, 1), actor=world.jury_officer)
    roll = services.freeze_roll(plan_id=world.base.plan.pk, now=clock.now())
    rows = RollExpert.objects.filter(roll=roll)
    assert [(row.kind, row.number, row.person_id) for row in rows] == [
        ("medical", 1, doctor.person_id)
    ]
    assert roll.experts["medical"]["size"] == 1
    assert roll.experts["legal"]["size"] == 0
    assert roll.experts["medical"]["digest"] != roll.experts["legal"]["digest"]


def test_a_refused_qualification_says_why_and_may_be_claimed_again(world: JuryWorld) -> None:
    lawyer = world.jurors[0]
    for _again in range(2):
        claimed = services.claim_qualification(
            kind="legal", evidence_note="律师证", actor=lawyer, now=clock.now()
        )
        services.refuse_qualification(
            reference=claimed.reference,
            reason="证号查不到。",
            actor=world.jury_officer,
            now=clock.now(),
        )
        world.later(minutes=1)
    assert JurorQualification.objects.filter(state="refused").count() == 2
    assert Message.objects.filter(kind="juror_not_qualified").count() == 2


def test_one_hospital_is_one_however_it_is_written(world: JuryWorld) -> None:
    juror = world.jurors[0]
    stated = services.state_affiliation(
        kind="works", hospital_name="湘雅 医院", actor=juror, now=clock.now()
    )
    with pytest.raises(Blocked, match="hospital_known"):
        services.state_affiliation(
            kind="works", hospital_name=" 湘雅医院。", actor=juror, now=clock.now()
        )
    with pytest.raises(Blocked, match="nameless"):
        services.state_affiliation(kind="works", hospital_name="……", actor=juror, now=clock.now())
    with pytest.raises(NotAllowed):
        services.end_affiliation(reference=stated.reference, actor=world.jurors[1], now=clock.now())
    services.end_affiliation(reference=stated.reference, actor=juror, now=clock.now())
    services.state_affiliation(kind="works", hospital_name="湘雅医院", actor=juror, now=clock.now())
