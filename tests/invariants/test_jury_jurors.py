"""What the database refuses about jurors, exams and experts, and what happens without it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection

from core import clock
from core.actor import SYSTEM
from jury import services
from jury.models import (
    ExamAttempt,
    JurorQualification,
    JurorStanding,
    Roll,
    StandingAppeal,
    StandingEvent,
)
from tests.worlds_jury import JuryWorld, make_jury_world, run_raw, switched_off

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]

RESTORE = (
    "UPDATE jury_jurorstanding SET state = 'active', reason_code = '', suspended_until = NULL, "
    "event_count = event_count + 1 WHERE person_id = %s"
)
PASS = (
    "INSERT INTO jury_exampass (person_id, attempt_id, score, passed_at, expires_at) "
    "VALUES (%s, %s, 6, now(), now() + interval '1 day')"
)


@pytest.fixture
def world() -> JuryWorld:
    return make_jury_world(jurors=3)


def test_a_disqualified_juror_is_not_restored_by_hand(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    juror = world.jurors[0]
    world.disqualify(juror)
    with refused("clock or the ombudsman"):
        run_raw(app_connection, RESTORE, juror.person_id)
    world.suspend(world.jurors[1])
    with refused("clock or the ombudsman"):
        run_raw(app_connection, RESTORE, world.jurors[1].person_id)


def test_without_the_guards_anybody_is_restored(
    world: JuryWorld, app_connection: Connection, drop_guard: DropGuard
) -> None:
    juror = world.jurors[0]
    world.disqualify(juror)
    with (
        switched_off(drop_guard, "jury_jurorstanding", "jury_standing_guard"),
        switched_off(drop_guard, "jury_jurorstanding", "jury_standing_logged_guard"),
    ):
        assert run_raw(app_connection, RESTORE, juror.person_id) == 1


def test_a_standing_changes_only_with_its_row_in_the_log(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    change = (
        "UPDATE jury_jurorstanding SET state = 'disqualified', reason_code = 'gift_taken', "
        "event_count = event_count + 1 WHERE person_id = %s"
    )
    with refused("log lacks"):
        run_raw(app_connection, change, world.jurors[0].person_id)
    with switched_off(drop_guard, "jury_jurorstanding", "jury_standing_logged_guard"):
        assert run_raw(app_connection, change, world.jurors[0].person_id) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("state = 'suspended', suspended_until = now() + interval '1 day'", "one row of its log"),
        ("reason_code = 'gift_taken'", "not rewritten"),
        ("person_id = (SELECT max(id) FROM members_person)", "juror's"),
    ],
)
def test_a_standing_is_not_rewritten(
    world: JuryWorld,
    app_connection: Connection,
    refused: Refused,
    values: str,
    words: str,
) -> None:
    person = world.jurors[0].person_id
    with refused(words):
        run_raw(
            app_connection, f"UPDATE jury_jurorstanding SET {values} WHERE person_id = %s", person
        )


def test_nobody_logs_a_decision_on_themselves_or_a_broken_chain(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    juror = world.jurors[0]
    standing = JurorStanding.objects.get(person_id=juror.person_id)
    insert = (
        "INSERT INTO jury_standingevent (standing_id, seq, event, from_state, to_state, cause, "
        "reasons, actor_id, actor_kind, occurred_at, previous_digest, digest) VALUES "
        "(%s, %s, 'suspend', 'active', 'suspended', 'pressure', 'x', %s, 'person', now(), %s, 'd')"
    )
    officer = world.jury_officer.person_id
    with refused("their own standing"):
        run_raw(app_connection, insert, standing.pk, 1, juror.person_id, "")
    with refused("one order"):
        run_raw(app_connection, insert, standing.pk, 2, officer, "")
    with refused("one order"):
        run_raw(app_connection, insert, standing.pk, 1, officer, "made up")
    with switched_off(drop_guard, "jury_standingevent", "jury_standingevent_guard"):
        assert run_raw(app_connection, insert, standing.pk, 1, juror.person_id, "") == 1


def test_a_decision_without_cause_or_reasons_is_refused(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    standing = JurorStanding.objects.get(person_id=world.jurors[0].person_id)
    with refused("standing_event_has_reasons"):
        run_raw(
            app_connection,
            "INSERT INTO jury_standingevent (standing_id, seq, event, from_state, to_state, "
            "cause, reasons, actor_id, actor_kind, occurred_at, previous_digest, digest) VALUES "
            "(%s, 1, 'suspend', 'active', 'suspended', 'pressure', '', %s, 'person', now(), '', "
            "'d')",
            standing.pk,
            world.jury_officer.person_id,
        )


@pytest.mark.parametrize(
    "table",
    [
        "jury_standingevent",
        "jury_standingappeal",
        "jury_standingappealanswer",
        "jury_rulesacceptance",
        "jury_exampass",
        "jury_rollexpert",
    ],
)
def test_logs_passes_and_appeals_are_append_only(
    table: str, app_connection: Connection, refused: Refused
) -> None:
    for change in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with refused("permission denied"):
            run_raw(app_connection, change)


def test_an_appeal_is_never_answered_by_who_decided_or_by_the_juror(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    juror = world.jurors[0]
    world.disqualify(juror)
    appeal = services.file_appeal(grounds="不是我。", actor=juror, now=clock.now())
    answer = (
        "INSERT INTO jury_standingappealanswer (appeal_id, outcome, reasons, answered_by_id, "
        "answered_at) VALUES (%s, 'reversed', 'x', %s, now())"
    )
    for person in (world.jury_officer.person_id, juror.person_id):
        with refused("another person"):
            run_raw(app_connection, answer, appeal.pk, person)
    with switched_off(drop_guard, "jury_standingappealanswer", "jury_standingappealanswer_guard"):
        assert run_raw(app_connection, answer, appeal.pk, juror.person_id) == 1


def test_an_appeal_is_against_the_decision_in_force(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    juror = world.jurors[0]
    world.suspend(juror)
    world.disqualify(juror)
    first = StandingEvent.objects.get(event="suspend")
    with refused("decision in force"):
        run_raw(
            app_connection,
            "INSERT INTO jury_standingappeal (reference, event_id, grounds, filed_at, due_at) "
            "VALUES ('AP-1', %s, 'x', now(), now() + interval '1 day')",
            first.pk,
        )
    assert not StandingAppeal.objects.exists()


def test_an_attempt_is_marked_once_and_its_questions_stay(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    candidate = world.candidate()
    attempt = services.start_attempt(actor=candidate, now=clock.now())
    with refused("questions of an attempt stay"):
        run_raw(
            app_connection,
            "UPDATE jury_examattempt SET questions = '[]' WHERE id = %s",
            attempt.pk,
        )
    with refused("more right answers"):
        run_raw(
            app_connection,
            "UPDATE jury_examattempt SET score = 7, is_passed = true, answered_at = started_at "
            "WHERE id = %s",
            attempt.pk,
        )
    world.answer_exam(candidate, wrong=6)
    forge = "UPDATE jury_examattempt SET score = 6, is_passed = true WHERE id = %s"
    with refused("is answered"):
        run_raw(app_connection, forge, attempt.pk)
    with switched_off(drop_guard, "jury_examattempt", "jury_exam_guard"):
        assert run_raw(app_connection, forge, attempt.pk) == 1


def test_a_pass_follows_a_passed_attempt_of_the_same_person(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    candidate = world.candidate()
    world.answer_exam(candidate, wrong=6)
    attempt = ExamAttempt.objects.get()
    with refused("follows a passed attempt"):
        run_raw(app_connection, PASS, candidate.person_id, attempt.pk)
    with switched_off(drop_guard, "jury_exampass", "jury_exampass_guard"):
        assert run_raw(app_connection, PASS, candidate.person_id, attempt.pk) == 1


def test_one_open_attempt_a_person(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    services.start_attempt(actor=world.candidate(), now=clock.now())
    with refused("exam_one_open"):
        run_raw(
            app_connection,
            "INSERT INTO jury_examattempt (reference, person_id, rulebook_version_id, "
            "bank_digest, questions, pass_mark, choices, started_at) SELECT 'E-2', person_id, "
            "rulebook_version_id, bank_digest, questions, pass_mark, choices, now() "
            "FROM jury_examattempt",
        )


def test_a_qualification_is_verified_by_another_and_once(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    doctor = world.jurors[0]
    claimed = services.claim_qualification(
        kind="medical", evidence_note="证", actor=doctor, now=clock.now()
    )
    verify = (
        "UPDATE jury_jurorqualification SET state = 'verified', verified_by_id = %s, "
        "verified_at = now(), expires_on = '2099-01-01' WHERE id = %s"
    )
    with refused("juror_qualification_by_another"):
        run_raw(app_connection, verify, doctor.person_id, claimed.pk)
    services.refuse_qualification(
        reference=claimed.reference, reason="x", actor=world.jury_officer, now=clock.now()
    )
    with refused("decided once"):
        run_raw(app_connection, verify, world.ombudsman.person_id, claimed.pk)
    with switched_off(drop_guard, "jury_jurorqualification", "jury_qualification_guard"):
        assert run_raw(app_connection, verify, world.ombudsman.person_id, claimed.pk) == 1
    assert not JurorQualification.objects.filter(state="claimed").exists()


def test_nobody_is_added_to_the_experts_of_a_frozen_roll(
    world: JuryWorld, app_connection: Connection, refused: Refused, drop_guard: DropGuard
) -> None:
    roll = services.freeze_roll(plan_id=world.base.plan.pk, now=clock.now())
    add = (
        "INSERT INTO jury_rollexpert (roll_id, kind, number, person_id) "
        "VALUES (%s, 'medical', 1, %s)"
    )
    person = world.jurors[0].person_id
    with refused("roll is frozen"):
        run_raw(app_connection, add, roll.pk, person)
    with switched_off(drop_guard, "jury_rollexpert", "jury_rollexpert_guard"):
        assert run_raw(app_connection, add, roll.pk, person) == 1


def test_an_expert_without_a_verified_qualification_is_refused(
    world: JuryWorld, app_connection: Connection, refused: Refused
) -> None:
    roll = Roll.objects.create(
        reference="L-1",
        plan=world.base.plan,
        period="x",
        valid_from=clock.now(),
        valid_until=clock.now() + timedelta(days=1),
        salt="00",
    )
    person = world.jurors[0].person_id
    with refused("qualification is verified"):
        run_raw(
            app_connection,
            "INSERT INTO jury_rollexpert (roll_id, kind, number, person_id) "
            "VALUES (%s, 'legal', 1, %s)",
            roll.pk,
            person,
        )


def test_the_clock_restores_only_when_the_suspension_is_over(world: JuryWorld) -> None:
    juror = world.jurors[0]
    world.suspend(juror, days=2)
    reference = world.person_reference(juror)
    assert services.end_suspension(reference=reference, now=clock.now()) == "over"
    services.enrol_juror(person_id=juror.person_id or 0, score=6, actor=SYSTEM, now=clock.now())
    assert JurorStanding.objects.get(person_id=juror.person_id).state == "suspended"
