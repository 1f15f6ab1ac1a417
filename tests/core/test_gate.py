"""The gate: one transaction, one answer, one audit row."""

import pytest
from django.db import transaction

from core import audit, gate
from core.actor import SYSTEM, Actor
from core.errors import Blocked, NotAllowed
from core.models import AuditRow, Heartbeat, IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)

ADA = Actor(None, 7, frozenset({"reviewer"}), "person", "ada")


def perform(key: str | None = "k1", digest: str = "d1", name: str = "one") -> gate.Answer:
    def call() -> str:
        Heartbeat.objects.create(name=name, beat_at="2024-01-01T00:00:00Z")
        return name

    return gate.perform(
        actor=ADA,
        operation="test",
        subject="T-1",
        idempotency_key=key,
        request_digest=digest,
        call=call,
        encode=lambda made: gate.Answer(201, f"/made/{made}/", {"名": made, "n": 1}),
    )


def refuse(key: str = "k1") -> gate.Answer:
    def call() -> str:
        Heartbeat.objects.create(name="half", beat_at="2024-01-01T00:00:00Z")
        raise NotAllowed("not_a_reviewer", "Only a reviewer may do this.")

    return gate.perform(
        actor=ADA,
        operation="test",
        subject="T-1",
        idempotency_key=key,
        request_digest="d1",
        call=call,
        encode=lambda made: gate.Answer(),
    )


def test_a_request_leaves_its_rows_its_answer_and_one_audit_row() -> None:
    answer = perform()
    assert (answer.status, answer.location, answer.is_replayed) == (201, "/made/one/", False)
    (row,) = AuditRow.objects.all()
    assert (row.operation, row.subject, row.outcome, row.account_id) == ("test", "T-1", "done", 7)
    assert IdempotencyKey.objects.get().status == 201


def test_the_same_key_and_body_get_the_same_answer_and_nothing_runs_again() -> None:
    first, second = perform(), perform(name="two")
    assert second.is_replayed
    assert (first.status, first.location, first.body) == (
        second.status,
        second.location,
        second.body,
    )
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["one"]
    assert sorted(AuditRow.objects.values_list("outcome", flat=True)) == ["done", "replayed"]


def test_the_same_key_with_another_body_is_refused_and_writes_nothing() -> None:
    perform()
    with pytest.raises(Blocked) as caught:
        perform(digest="d2", name="two")
    assert (caught.value.code, caught.value.status) == ("idempotency_key_reused", 422)
    assert Heartbeat.objects.count() == 1
    assert AuditRow.objects.get(outcome="refused").code == "idempotency_key_reused"


def test_another_persons_key_is_another_key() -> None:
    perform()
    other = Actor(None, 8, frozenset(), "person", "bo")
    answer = gate.perform(
        actor=other,
        operation="test",
        subject="T-1",
        idempotency_key="k1",
        request_digest="d9",
        call=lambda: "x",
        encode=lambda made: gate.Answer(200, "", {"made": made}),
    )
    assert not answer.is_replayed


def test_a_refusal_leaves_nothing_but_its_audit_row_and_frees_the_key() -> None:
    with pytest.raises(NotAllowed):
        refuse()
    assert not Heartbeat.objects.exists()
    assert not IdempotencyKey.objects.exists()
    (row,) = AuditRow.objects.all()
    assert (row.outcome, row.code, row.status) == ("refused", "not_a_reviewer", 403)
    assert perform().status == 201


def test_without_a_key_the_request_simply_runs() -> None:
    perform(None, name="a")
    perform(None, name="b")
    assert Heartbeat.objects.count() == 2
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["x" * 201, "a\nb"])
def test_a_malformed_key_is_refused(key: str) -> None:
    with pytest.raises(Blocked) as caught:
        perform(key)
    assert caught.value.code == "idempotency_key_malformed"


def test_a_bug_surfaces_and_leaves_nothing() -> None:
    def call() -> str:
        Heartbeat.objects.create(name="half", beat_at="2024-01-01T00:00:00Z")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gate.perform(
            actor=ADA,
            operation="test",
            subject="",
            call=call,
            encode=lambda made: gate.Answer(),
        )
    assert not Heartbeat.objects.exists()
    assert not AuditRow.objects.exists()


def test_the_trail_counts_rows_only_once_they_are_committed() -> None:
    with audit.trail("r" * 32) as trail:
        perform()
        assert trail.rows == 1
        with pytest.raises(NotAllowed):
            refuse("k2")
        assert trail.rows == 2
    assert set(AuditRow.objects.values_list("request_id", flat=True)) == {"r" * 32}


def test_bodies_that_differ_only_in_type_have_different_digests() -> None:
    digests = [gate.digest_of({"a": value}) for value in ("1", 1, True, None, 1.0, [1], {"1": "1"})]
    assert len(set(digests)) == len(digests)
    assert gate.digest_of({"a": 1, "b": 2}) == gate.digest_of({"b": 2, "a": 1})


def test_an_audit_row_is_written_in_the_callers_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.write(SYSTEM, "test", "", "done")
        raise ZeroDivisionError
    assert not AuditRow.objects.exists()
