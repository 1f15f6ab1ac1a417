"""Before each signature the root is found a second way; the whole record is read again."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from core import clock
from core.clockwork import Clockwork
from record import second_path
from record.checking import RecordCheck
from record.keys import load_or_make_signer
from record.models import Checkpoint, Entry
from record.queries import checkpoint_of
from record.second_path import RecordBroken
from record.sequencer import sequence_all
from record.services import append_entry
from tests import databases

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"
    settings.RECORD_FOLDER = tmp_path / "record"


def append(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            append_entry(kind="test", subject=f"T-{number}", body={"n": number}, now=clock.now())


def publish(*counts: int) -> None:
    for count in counts:
        append(count)
        sequence_all(load_or_make_signer())


def tamper(*statements: str) -> None:
    """Change rows as nobody may: with triggers and constraints asleep."""
    superuser = databases.connect("superuser")
    superuser.autocommit = True
    with superuser.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
    superuser.close()


def faults() -> list[str]:
    return list(RecordCheck().faults())


BODY = (
    "UPDATE record_entry SET body = '{\"n\":9}', "
    "body_digest = encode(sha256('{\"n\":9}'::bytea), 'hex') WHERE subject = 'T-2' AND id = "
    "(SELECT min(id) FROM record_entry WHERE subject = 'T-2')"
)
#: What is changed, and what the check says first; none of it touches more than one row.
CHANGES = [
    (BODY, "leaf 2: its hash is not its entry's"),
    ("UPDATE record_entry SET kind = 'tesu' WHERE subject = 'T-1'", "leaf 1: its hash"),
    ("UPDATE record_leaf SET leaf_hash = sha256('x') WHERE index = 3", "leaf 3: its hash"),
    ("UPDATE record_node SET hash = sha256('x') WHERE level = 1 AND index = 1", "node 1/1"),
    ("DELETE FROM record_node WHERE level = 2 AND index = 0", "node 2/0"),
    ("INSERT INTO record_node (level, index, hash) VALUES (9, 0, sha256('x'))", "nodes: "),
    ("UPDATE record_checkpoint SET root = sha256('x') WHERE size = 5", "checkpoint 5: its root"),
    (
        "UPDATE record_checkpoint SET note = replace(note, E'\\n5\\n', E'\\n6\\n') WHERE size = 5",
        "checkpoint 5: its note does not hold",
    ),
    (
        "UPDATE record_checkpoint SET created_at = created_at + interval '1 s' WHERE size = 5",
        "checkpoint 5: its note says something else",
    ),
    ("UPDATE record_checkpoint SET size = 4 WHERE size = 5", "checkpoint 4: its root"),
    ("DELETE FROM record_checkpoint WHERE size = 5", "checkpoint 12: it follows that of 5, not 0"),
    ("UPDATE record_checkpoint SET size = 90 WHERE size = 12", "checkpoint 90: the record has"),
]


@pytest.mark.parametrize(("statement", "words"), CHANGES)
def test_the_check_names_what_was_changed(
    statement: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(5, 7)
    assert faults() == []
    tamper(statement)
    found = faults()
    assert found[0].startswith(words), found
    with pytest.raises(CommandError, match="does not hold"):
        call_command("check_record")
    assert words in capsys.readouterr().out


def test_the_check_reads_everything_once(capsys: pytest.CaptureFixture[str]) -> None:
    publish(5, 1500, 7)
    call_command("check_record")
    said = capsys.readouterr()
    entries = Entry.objects.count()
    assert f"{entries} entries, {entries - entries.bit_count()} nodes, 4 checkpoints" in said.out
    assert "0 faults" in said.out
    assert f"{entries} of {entries} entries" in said.err


def test_nothing_is_signed_over_an_entry_that_was_changed_since_it_was_numbered() -> None:
    publish(5)
    append(3)
    sequence_all()
    tamper("UPDATE record_entry SET kind = 'tesu' WHERE id = (SELECT max(id) FROM record_entry)")
    before = Checkpoint.objects.count()
    with pytest.raises(RecordBroken, match="is not its entry's"):
        sequence_all(load_or_make_signer())
    assert Checkpoint.objects.count() == before


def test_a_new_process_reads_the_whole_record_before_it_signs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(5, 7)
    tamper(BODY)
    publish(1)
    monkeypatch.setattr(second_path, "_kept", second_path._Kept())
    append(1)
    with pytest.raises(RecordBroken, match="leaf 2 is not"):
        sequence_all(load_or_make_signer())


def test_every_hour_the_whole_record_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    publish(5, 7)
    tamper(BODY)
    second_path._kept.begun_at -= second_path.REREAD_SECONDS
    append(1)
    with pytest.raises(RecordBroken, match="leaf 2 is not"):
        sequence_all(load_or_make_signer())


def test_a_leaf_and_its_entry_changed_together_do_not_lead_to_the_last_checkpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(5, 7)
    tamper(
        BODY,
        "UPDATE record_leaf l SET leaf_hash = sha256('\\x00'::bytea || record_leaf_bytes(e)) "
        "FROM record_entry e WHERE e.id = l.entry_id",
    )
    monkeypatch.setattr(second_path, "_kept", second_path._Kept())
    append(1)
    with pytest.raises(RecordBroken, match="do not lead to the checkpoint of 12"):
        sequence_all(load_or_make_signer())


def test_a_node_that_was_changed_gives_another_root_than_the_entries() -> None:
    publish(4)
    tamper("UPDATE record_node SET hash = sha256('x') WHERE level = 2 AND index = 0")
    append(1)
    with pytest.raises(RecordBroken, match="root is not that of the leaves"):
        sequence_all(load_or_make_signer())


def test_a_very_large_record_begins_at_its_last_checkpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(5, 7)
    monkeypatch.setattr(second_path, "_kept", second_path._Kept())
    monkeypatch.setattr(second_path, "WHOLE_UP_TO", 10)
    publish(3)
    assert second_path._kept.peaks.size == 15
    assert faults() == []


def test_a_publication_stands_in_a_signed_checkpoint_within_a_minute() -> None:
    seconds = [0.0]
    clockwork = Clockwork(lambda: seconds[0])
    clockwork.tick()
    append(2500)
    entry = Entry.objects.order_by("id").last()
    assert entry is not None
    began = clock.now()
    while checkpoint_of(entry) is None:
        seconds[0] += 1
        assert seconds[0] <= 60
        clockwork.tick()
    assert seconds[0] <= 3
    assert (clock.now() - began).total_seconds() < 60 - seconds[0]
    point = checkpoint_of(entry)
    assert point is not None
    assert (point.created_at - entry.created_at).total_seconds() < 60
