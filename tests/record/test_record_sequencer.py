"""The sequencer: numbers, tree, checkpoints, the audit's chain."""

import json
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from core import audit, clock
from core.actor import SYSTEM
from core.models import AuditLink, AuditRow
from record import queries, tree
from record.audit_chain import find_break
from record.models import Checkpoint, Entry, Leaf, Node
from record.notes import CheckpointText, Signer
from record.sequencer import sequence, sequence_all
from record.services import append_entry, request_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def signer() -> Signer:
    return Signer("example.org/board/record", Ed25519PrivateKey.generate())


def publish(count: int, now: datetime | None = None) -> list[Entry]:
    with transaction.atomic():
        return [
            append_entry(
                kind="test", subject=f"T-{n}", body={"n": n, "字": "公"}, now=now or clock.now()
            )
            for n in range(count)
        ]


def test_an_entry_is_canonical_and_unnumbered_until_the_sequencer_comes(signer: Signer) -> None:
    (entry,) = publish(1)
    assert entry.body == '{"n":0,"字":"公"}'
    assert queries.proof_for(entry) is None
    report = sequence(signer=signer)
    assert report.entries == 1
    assert report.checkpoint_size == 1
    document = json.loads(queries.leaf_document(Entry.objects.get()))
    assert sorted(document) == ["body", "commitment", "kind", "occurred_at", "subject"]
    assert document["body"] == {"n": 0, "字": "公"}


def test_the_tree_grows_by_any_steps_to_the_same_root_and_every_proof_holds(
    signer: Signer,
) -> None:
    sizes = []
    for step in (1, 2, 5, 1, 13, 7):
        publish(step)
        sizes.append(sequence(signer=signer).checkpoint_size)
    assert sizes == [1, 3, 8, 9, 22, 29]
    leaves = [bytes(leaf.leaf_hash) for leaf in Leaf.objects.order_by("index")]
    points = list(Checkpoint.objects.order_by("size"))
    for point in points:
        assert bytes(point.root) == tree.root_of(leaves[: point.size])
        text = CheckpointText.parse(signer.verifier().verify(point.note))
        assert (text.size, text.root) == (point.size, bytes(point.root))
    for first in points:
        for second in points[points.index(first) :]:
            path = queries.consistency_between(first.size, second.size)
            assert tree.verify_consistency(
                first.size, second.size, bytes(first.root), bytes(second.root), path
            )
    for entry in Entry.objects.all():
        proof = queries.proof_for(entry)
        assert proof is not None
        root = bytes(proof.checkpoint.root)
        assert tree.verify_inclusion(proof.leaf_hash, proof.index, 29, proof.path, root)
    assert Node.objects.filter(level=4).count() == 1


def test_nothing_new_signs_nothing(signer: Signer) -> None:
    publish(2)
    sequence(signer=signer)
    report = sequence(signer=signer)
    assert (report.entries, report.checkpoint_size) == (0, 0)
    assert Checkpoint.objects.count() == 1


def test_without_a_signer_entries_are_numbered_and_signed_later(signer: Signer) -> None:
    publish(3)
    assert sequence().checkpoint_size == 0
    assert sequence(signer=signer).checkpoint_size == 3


def test_a_small_batch_is_repeated_until_all_is_numbered(signer: Signer) -> None:
    publish(25)
    report = sequence_all(signer, batch=10)
    assert (report.entries, report.checkpoint_size) == (25, 25)


def test_an_entry_needs_a_transaction_and_a_canonical_body() -> None:
    with pytest.raises(TypeError):
        append_entry(kind="test", subject="T", body={"n": 1.5}, now=clock.now())
    assert not Entry.objects.exists()


def test_a_checkpoint_can_be_asked_for_and_is_the_first_after_the_time(signer: Signer) -> None:
    publish(1)
    sequence(signer=signer)
    waiting_since = clock.now()
    assert queries.first_checkpoint_at_or_after(waiting_since) is None
    with transaction.atomic():
        request_checkpoint(subject="H-1", now=waiting_since)
    sequence(signer=signer)
    found = queries.first_checkpoint_at_or_after(waiting_since)
    assert found is not None
    assert found.size == 2


def test_audit_rows_are_numbered_and_chained_and_the_head_is_published_once_a_day(
    signer: Signer,
) -> None:
    for number in range(5):
        audit.write(SYSTEM, "test", f"T-{number}", "done")
    assert sequence(signer=signer).audit_rows == 5
    audit.write(SYSTEM, "test", "T-5", "refused", "not_allowed", 403)
    now = clock.now()
    assert sequence(signer=signer, now=now).audit_rows == 1
    assert find_break() == 0
    assert list(AuditLink.objects.order_by("seq").values_list("seq", flat=True)) == [*range(1, 7)]
    assert AuditRow.objects.filter(link__isnull=True).count() == 0
    (head,) = Entry.objects.filter(kind="audit_head")
    assert json.loads(head.body)["seq"] == 5
    sequence(signer=signer, now=now + timedelta(days=1))
    assert Entry.objects.filter(kind="audit_head").count() == 2


def test_a_late_id_is_numbered_by_a_full_pass(signer: Signer) -> None:
    publish(3)
    late = Entry.objects.order_by("id").first()
    assert late is not None
    sequence(batch=1)
    assert sequence(is_full=False).entries == 2
