"""Deadlines: scheduled, moved, cancelled, performed once, never in one another's way."""

from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from psycopg2.extensions import connection as Connection

from core import clock, deadlines
from core.clockwork import Clockwork, failed_tasks, silence_seconds
from core.errors import WrongState
from core.models import AuditRow, Deadline, Heartbeat
from core.readiness import findings

pytestmark = pytest.mark.django_db(transaction=True)

RUNS: list[str] = []


def note(subject: str, now: datetime) -> str:
    RUNS.append(subject)
    return "noted"


def refuse(subject: str, now: datetime) -> str:
    Heartbeat.objects.create(name="half", beat_at=now)
    raise WrongState("already_decided", "It is already decided.")


def fail(subject: str, now: datetime) -> str:
    raise ZeroDivisionError


def touch(subject: str, now: datetime) -> str:
    Heartbeat.objects.filter(name=subject).update(detail="touched")
    return "touched"


def again(subject: str, now: datetime) -> str:
    deadlines.schedule("test_again", subject, now + timedelta(days=1))
    return "moved"


@pytest.fixture(autouse=True)
def handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    RUNS.clear()
    known = {
        "test_note": note,
        "test_refuse": refuse,
        "test_fail": fail,
        "test_touch": touch,
        "test_again": again,
    }
    for kind, function in known.items():
        monkeypatch.setitem(deadlines._HANDLERS, kind, function)


def past() -> datetime:
    return clock.now() - timedelta(hours=1)


def test_what_is_due_is_performed_once_and_leaves_an_audit_row() -> None:
    deadlines.schedule("test_note", "T-1", past())
    deadlines.schedule("test_note", "T-2", clock.now() + timedelta(hours=1))
    assert len(deadlines.sweep().done) == 1
    assert deadlines.sweep().done == []
    assert RUNS == ["T-1"]
    assert Deadline.objects.get(subject="T-1").outcome == "noted"
    (row,) = AuditRow.objects.all()
    assert (row.operation, row.actor_kind, row.outcome) == ("deadline:test_note", "clock", "done")


def test_scheduling_again_moves_the_open_deadline() -> None:
    deadlines.schedule("test_note", "T-1", past())
    later = clock.now() + timedelta(days=2)
    deadlines.schedule("test_note", "T-1", later)
    assert deadlines.due_at("test_note", "T-1") == later
    assert Deadline.objects.count() == 1
    assert deadlines.sweep().done == []


def test_a_cancelled_deadline_is_not_performed_and_can_be_set_again() -> None:
    deadlines.schedule("test_note", "T-1", past())
    assert deadlines.cancel("test_note", "T-1")
    assert not deadlines.cancel("test_note", "T-1")
    assert deadlines.sweep().done == []
    deadlines.schedule("test_note", "T-1", past())
    assert len(deadlines.sweep().done) == 1


def test_after_an_outage_everything_overdue_is_performed_in_order() -> None:
    for number in (3, 1, 2):
        deadlines.schedule("test_note", f"T-{number}", clock.now() - timedelta(days=9 - number))
    deadlines.sweep()
    assert RUNS == ["T-1", "T-2", "T-3"]


def test_a_refusal_closes_the_deadline_as_superseded_and_writes_nothing_else() -> None:
    deadlines.schedule("test_refuse", "T-1", past())
    assert len(deadlines.sweep().superseded) == 1
    row = Deadline.objects.get()
    assert (row.outcome, row.last_error) == ("superseded", "already_decided")
    assert not Heartbeat.objects.exists()
    assert AuditRow.objects.get().outcome == "refused"


def test_a_broken_deadline_is_put_off_and_does_not_stop_the_others() -> None:
    deadlines.schedule("test_fail", "T-1", past() - timedelta(hours=1))
    deadlines.schedule("test_note", "T-2", past())
    report = deadlines.sweep()
    assert (len(report.failed), RUNS) == (1, ["T-2"])
    row = Deadline.objects.get(subject="T-1")
    assert (row.attempts, row.last_error, row.done_at) == (1, "ZeroDivisionError", None)
    assert row.next_try_at is not None
    assert deadlines.sweep().failed == []
    assert deadlines.sweep(now=row.next_try_at + timedelta(seconds=1)).failed == [row.pk]
    assert Deadline.objects.get(subject="T-1").attempts == 2


def test_the_command_ends_with_an_error_where_a_deadline_failed() -> None:
    deadlines.schedule("test_fail", "T-1", past())
    with pytest.raises(CommandError):
        call_command("sweep")


def test_a_handler_may_move_its_own_deadline() -> None:
    deadlines.schedule("test_again", "T-1", past())
    assert len(deadlines.sweep().done) == 1
    row = Deadline.objects.get()
    assert row.done_at is None
    assert row.due_at > clock.now()


def test_the_sweep_yields_to_a_service_that_holds_the_row_and_comes_back(
    app_connection: Connection,
) -> None:
    Heartbeat.objects.create(name="T-1", beat_at=clock.now())
    deadlines.schedule("test_touch", "T-1", past())
    with app_connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM core_heartbeat WHERE name = 'T-1' FOR UPDATE")
        assert len(deadlines.sweep().yielded) == 1
        assert Deadline.objects.get().attempts == 0
        app_connection.rollback()
    assert len(deadlines.sweep().done) == 1


def test_a_deadline_without_a_handler_is_a_bug_at_once() -> None:
    with pytest.raises(ValueError, match="no handler"):
        deadlines.schedule("test_unknown", "T-1", past())
    with pytest.raises(ValueError, match="two handlers"):
        deadlines.handler("test_note")(fail)
    assert deadlines.handler("test_note")(note) is note


def test_a_deadline_scheduled_in_a_transaction_that_fails_is_gone() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        deadlines.schedule("test_note", "T-1", past())
        raise ZeroDivisionError
    assert not Deadline.objects.exists()


def test_the_clock_runs_periodic_tasks_by_their_own_period_and_beats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(deadlines, "_PERIODICS", {})
    deadlines.periodic(10, "test.often")(lambda now: RUNS.append("often"))
    deadlines.periodic(60, "test.seldom")(lambda now: RUNS.append("seldom"))
    deadlines.periodic(10, "test.broken")(lambda now: 1 // 0)
    clockwork = Clockwork(lambda: seconds[0])
    for at in (0.0, 5.0, 10.0, 20.0, 61.0):
        seconds[0] = at
        clockwork.tick()
    assert RUNS.count("often") == 4
    assert RUNS.count("seldom") == 2
    assert failed_tasks() == ["test.broken"]
    silent = silence_seconds()
    assert silent is not None
    assert silent < 60


def test_readiness_tells_a_silent_clock_and_a_late_deadline() -> None:
    found = {one.name: one.is_well for one in findings()}
    expected = {"migrations", "time", "clock", "tasks", "deadlines", "mail"}
    assert {name for name, is_well in found.items() if not is_well} == {"clock"}
    assert set(found) == expected
    deadlines.schedule("test_note", "T-1", past())
    Clockwork._beat(Clockwork())
    found = {one.name: one.is_well for one in findings()}
    assert (found["clock"], found["deadlines"]) == (True, False)


def test_the_clock_command_stops_after_its_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(deadlines, "_PERIODICS", {})
    deadlines.schedule("test_note", "T-1", past())
    call_command("clock", "--passes", "2", "--pause", "0.01")
    assert RUNS == ["T-1"]
    assert "stopped" in capsys.readouterr().out
