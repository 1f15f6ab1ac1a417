"""★23, ★25: a published entry is never altered or removed, and the tree only grows."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from psycopg2.extensions import connection as Connection

from core import clock
from record import queries, tree
from record.models import Checkpoint, Entry, Leaf
from record.notes import Signer
from record.sequencer import RecordBroken, sequence
from record.services import append_entry

pytestmark = pytest.mark.django_db(transaction=True)

Refused = Callable[..., AbstractContextManager[Any]]
DropGuard = Callable[[str, str], AbstractContextManager[None]]

TABLES = [
    "record_entry",
    "record_leaf",
    "record_node",
    "record_checkpoint",
    "record_verificationkey",
]
TAMPER = (
    "UPDATE record_entry SET body = '{\"n\":9}', "
    "body_digest = encode(sha256(convert_to('{\"n\":9}', 'UTF8')), 'hex') WHERE subject = 'T-0'"
)
TRIGGER_OFF = "ALTER TABLE record_entry DISABLE TRIGGER record_entry_append_only"
TRIGGER_ON = "ALTER TABLE record_entry ENABLE TRIGGER record_entry_append_only"
GRANT = "GRANT UPDATE, DELETE ON record_entry TO gongdao_app"
REVOKE = "REVOKE UPDATE, DELETE ON record_entry FROM gongdao_app"


@pytest.fixture
def signer() -> Signer:
    return Signer("example.org/board/record", Ed25519PrivateKey.generate())


@pytest.fixture
def published(signer: Signer) -> list[Entry]:
    return publish(5, signer)


def publish(count: int, signer: Signer) -> list[Entry]:
    with transaction.atomic():
        made = [
            append_entry(kind="test", subject=f"T-{n}", body={"n": n}, now=clock.now())
            for n in range(count)
        ]
    sequence(signer=signer)
    return made


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_app_role_cannot_remove_anything(
    published: list[Entry], app_connection: Connection, refused: Refused, table: str, verb: str
) -> None:
    with app_connection.cursor() as cursor, refused("permission denied"):
        cursor.execute(verb.format(table))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_owner_is_refused_too(
    published: list[Entry], owner_connection: Connection, refused: Refused, table: str, verb: str
) -> None:
    with owner_connection.cursor() as cursor, refused("append-only"):
        cursor.execute(verb.format(table))


def test_a_published_entry_cannot_be_altered(
    published: list[Entry],
    app_connection: Connection,
    owner_connection: Connection,
    refused: Refused,
) -> None:
    for connection, words in ((app_connection, "permission denied"), (owner_connection, "append")):
        with connection.cursor() as cursor, refused(words):
            cursor.execute(TAMPER)


def test_without_the_right_missing_the_trigger_still_refuses(
    published: list[Entry], app_connection: Connection, drop_guard: DropGuard, refused: Refused
) -> None:
    with drop_guard(GRANT, REVOKE), app_connection.cursor() as cursor, refused("append-only"):
        cursor.execute(TAMPER)


def test_without_both_guards_the_entry_is_altered_and_its_proof_fails(
    published: list[Entry], app_connection: Connection, drop_guard: DropGuard
) -> None:
    with (
        drop_guard(GRANT, REVOKE),
        drop_guard(TRIGGER_OFF, TRIGGER_ON),
        app_connection.cursor() as cursor,
    ):
        cursor.execute(TAMPER)
        assert cursor.rowcount == 1
        app_connection.commit()
        entry = Entry.objects.get(subject="T-0")
        proof = queries.proof_for(entry)
        assert proof is not None
        forged = tree.leaf_hash(queries.leaf_document(entry))
        root = bytes(proof.checkpoint.root)
        size = proof.checkpoint.size
        assert tree.verify_inclusion(proof.leaf_hash, proof.index, size, proof.path, root)
        assert not tree.verify_inclusion(forged, proof.index, size, proof.path, root)


def test_a_body_that_does_not_fit_its_digest_is_refused(
    app_connection: Connection, refused: Refused
) -> None:
    with app_connection.cursor() as cursor, refused("entry_digest_of_body"):
        cursor.execute(
            "INSERT INTO record_entry (kind, subject, body, body_digest, private_commitment, "
            "occurred_at) VALUES ('test', 'T', '{}', repeat('0', 64), '', now())"
        )


LEAF = "INSERT INTO record_leaf (index, entry_id, leaf_hash) VALUES (%s, %s, %s)"


def test_the_tree_leaves_no_gap(
    published: list[Entry], app_connection: Connection, refused: Refused
) -> None:
    with transaction.atomic():
        late = append_entry(kind="test", subject="T-late", body={}, now=clock.now())
    with app_connection.cursor() as cursor, refused("leaves a gap"):
        cursor.execute(LEAF, [7, late.pk, bytes(32)])


def test_without_its_guard_the_tree_would_have_a_gap(
    published: list[Entry], app_connection: Connection, drop_guard: DropGuard
) -> None:
    with transaction.atomic():
        late = append_entry(kind="test", subject="T-late", body={}, now=clock.now())
    off = "ALTER TABLE record_leaf DISABLE TRIGGER record_leaf_without_gap"
    with drop_guard(off, off.replace("DISABLE", "ENABLE")), app_connection.cursor() as cursor:
        cursor.execute(LEAF, [7, late.pk, bytes(32)])
        app_connection.commit()
        assert Leaf.objects.count() <= max(leaf.index for leaf in Leaf.objects.all())


@pytest.mark.parametrize(
    ("size", "words"), [(4, "not larger"), (6, "not larger|no such leaf"), (9, "no such leaf")]
)
def test_a_checkpoint_is_larger_than_the_last_and_never_than_the_tree(
    published: list[Entry], app_connection: Connection, refused: Refused, size: int, words: str
) -> None:
    assert Checkpoint.objects.count() == 1
    with app_connection.cursor() as cursor, refused(words):
        cursor.execute(
            "INSERT INTO record_checkpoint (size, root, note, created_at) "
            "VALUES (%s, %s, 'x', now())",
            [size, bytes(32)],
        )


def test_a_flipped_node_stops_the_signing(
    published: list[Entry], signer: Signer, owner_connection: Connection, drop_guard: DropGuard
) -> None:
    off = "ALTER TABLE record_node DISABLE TRIGGER record_node_append_only"
    with drop_guard(off, off.replace("DISABLE", "ENABLE")), owner_connection.cursor() as cursor:
        cursor.execute("UPDATE record_node SET hash = %s WHERE level = 2", [bytes(32)])
        owner_connection.commit()
        with pytest.raises(RecordBroken):
            publish(3, signer)
        assert Checkpoint.objects.count() == 1


def test_a_flipped_byte_in_a_new_entry_stops_the_signing(
    signer: Signer, owner_connection: Connection, drop_guard: DropGuard
) -> None:
    with transaction.atomic():
        append_entry(kind="test", subject="T-0", body={"n": 0}, now=clock.now())
    sequence()
    off = "ALTER TABLE record_leaf DISABLE TRIGGER record_leaf_append_only"
    with drop_guard(off, off.replace("DISABLE", "ENABLE")), owner_connection.cursor() as cursor:
        cursor.execute("UPDATE record_leaf SET leaf_hash = %s WHERE index = 0", [bytes(32)])
        owner_connection.commit()
        with pytest.raises(RecordBroken):
            sequence(signer=signer)
