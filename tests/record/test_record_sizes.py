"""How large an entry may be: in Python and in the database, to the byte."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.canonical import canonical_json, sha256_hex
from record import queries
from record.commitments import commit
from record.models import Entry
from record.services import append_entry
from record.sizes import MAX_LEAF_BYTES, EntryTooLarge, room_for_body, split_by_bytes

pytestmark = pytest.mark.django_db

KIND, SUBJECT = "test", 'a "quoted" 公 \\ subject\n'


def body_of(size: int) -> dict[str, str]:
    return {"n": "x" * (size - len('{"n":""}'))}


def append(size: int, with_commitment: bool = True) -> Entry:
    private = commit("secret") if with_commitment else None
    with transaction.atomic():
        return append_entry(
            kind=KIND, subject=SUBJECT, body=body_of(size), now=clock.now(), private=private
        )


def test_the_largest_entry_fits_its_leaf_to_the_byte() -> None:
    entry = append(room_for_body(KIND, SUBJECT))
    assert len(queries.leaf_document(entry)) == MAX_LEAF_BYTES


def test_one_byte_more_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(EntryTooLarge, match="has room for"):
        append(room_for_body(KIND, SUBJECT) + 1)
    assert not Entry.objects.exists()


@pytest.mark.parametrize(("more", "is_refused"), [(0, False), (1, True)])
def test_the_database_refuses_the_same_byte(more: int, is_refused: bool) -> None:
    body = canonical_json(body_of(room_for_body(KIND, SUBJECT) + more)).decode()
    values = [KIND, SUBJECT, body, sha256_hex(body.encode()), "0" * 64]
    insert = (
        "INSERT INTO record_entry (kind, subject, body, body_digest, private_commitment, "
        "occurred_at) VALUES (%s, %s, %s, %s, %s, now())"
    )

    def write() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, values)

    if is_refused:
        with pytest.raises(IntegrityError, match="entry_fits_a_leaf"):
            write()
    else:
        write()


def test_the_database_puts_a_leaf_together_as_python_does() -> None:
    for size in (20, 500):
        append(size)
    append(20, with_commitment=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_leaf_bytes(e) FROM record_entry e ORDER BY id")
        made = [bytes(row[0]) for row in cursor.fetchall()]
    assert made == [queries.leaf_document(entry) for entry in Entry.objects.order_by("id")]


def test_items_are_divided_by_bytes_and_come_together_again() -> None:
    items = [{"字": "公道" * (n % 7), "n": n} for n in range(500)]
    parts = list(split_by_bytes(items, 1000))
    assert [item for part in parts for item in part] == items
    sizes = [len(canonical_json(part)) for part in parts]
    assert max(sizes) <= 1000
    largest = max(len(canonical_json(item)) for item in items)
    assert all(size + 1 + largest > 1000 for size in sizes[:-1])
    assert json.loads(canonical_json(parts[0])) == parts[0]
    assert list(split_by_bytes([], 10)) == [[]]


def test_an_item_larger_than_a_part_is_refused() -> None:
    with pytest.raises(EntryTooLarge):
        list(split_by_bytes(["x" * 100], 50))
