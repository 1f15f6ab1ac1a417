"""Core under fire: one key fifty times, two sweeps, the sequencer twice, the audit's chain."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from core import audit, clock, deadlines, gate
from core.actor import SYSTEM, Actor
from core.models import AuditLink, AuditRow, Deadline, Heartbeat, IdempotencyKey
from record import tree
from record.audit_chain import find_break
from record.models import Checkpoint, Entry, Leaf
from record.notes import Signer
from record.sequencer import sequence, sequence_all
from record.services import append_entry

pytestmark = pytest.mark.django_db(transaction=True)

InThreads = Callable[[int, Callable[[int], Any]], list[Any]]


def test_fifty_posts_with_one_key_execute_once_and_get_one_answer(in_threads: InThreads) -> None:
    def post(number: int) -> gate.Answer:
        def call() -> int:
            Heartbeat.objects.create(name=f"by-{number}", beat_at=clock.now())
            return number

        return gate.perform(
            actor=Actor(None, 7),
            operation="test",
            subject="T-1",
            idempotency_key="double-click",
            request_digest="d",
            call=call,
            encode=lambda winner: gate.Answer(201, "", {"winner": winner}),
        )

    answers = in_threads(50, post)
    assert all(isinstance(answer, gate.Answer) for answer in answers), answers
    assert len({(answer.status, answer.body["winner"]) for answer in answers}) == 1
    assert sum(not answer.is_replayed for answer in answers) == 1
    assert Heartbeat.objects.count() == 1
    assert IdempotencyKey.objects.count() == 1
    assert AuditRow.objects.filter(outcome="done").count() == 1
    assert AuditRow.objects.filter(outcome="replayed").count() == 49


def test_two_sweeps_at_once_perform_each_deadline_once(
    in_threads: InThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(subject: str, now: datetime) -> str:
        Entry.objects.create(
            kind="test",
            subject=subject,
            body="{}",
            body_digest="44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
            occurred_at=now,
        )
        return "made"

    monkeypatch.setitem(deadlines._HANDLERS, "test_make", make)
    for number in range(40):
        deadlines.schedule("test_make", f"T-{number}", clock.now() - timedelta(minutes=1))
    reports = in_threads(4, lambda number: deadlines.sweep())
    assert sum(len(report.done) for report in reports) == 40
    assert not any(report.failed for report in reports)
    subjects = list(Entry.objects.values_list("subject", flat=True))
    assert sorted(subjects) == sorted({f"T-{number}" for number in range(40)})
    assert not Deadline.objects.filter(done_at__isnull=True).exists()


def test_scheduling_one_deadline_from_many_sides_leaves_one_open(
    in_threads: InThreads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(deadlines._HANDLERS, "test_many", lambda subject, now: "done")
    at = clock.now() + timedelta(days=1)
    results = in_threads(
        16, lambda number: deadlines.schedule("test_many", "T-1", at + timedelta(hours=number))
    )
    assert results == [None] * 16
    assert Deadline.objects.filter(done_at__isnull=True).count() == 1


def test_sequencers_at_once_number_every_entry_once_while_others_publish(
    in_threads: InThreads,
) -> None:
    signer = Signer("example.org/board/record", Ed25519PrivateKey.generate())

    def work(number: int) -> None:
        for step in range(10):
            if number % 2:
                with transaction.atomic():
                    append_entry(
                        kind="test", subject=f"T-{number}-{step}", body={}, now=clock.now()
                    )
                    audit.write(SYSTEM, "test", f"T-{number}-{step}", "done")
            else:
                sequence(batch=7, signer=signer)

    assert in_threads(8, work) == [None] * 8
    sequence_all(signer)
    sequence_all(signer)
    assert Entry.objects.filter(kind="test").count() == 40
    indexes = list(Leaf.objects.order_by("index").values_list("index", flat=True))
    assert indexes == list(range(Entry.objects.count()))
    leaves = [bytes(leaf.leaf_hash) for leaf in Leaf.objects.order_by("index")]
    for point in Checkpoint.objects.all():
        assert bytes(point.root) == tree.root_of(leaves[: point.size])
    assert AuditLink.objects.count() == AuditRow.objects.count() == 40
    assert find_break() == 0
