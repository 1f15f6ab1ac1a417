"""A change of the signing key: an entry, signed by both, and what a crash leaves behind."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from core import clock
from record import rotation
from record.checking import RecordCheck
from record.keys import (
    KeyUnavailable,
    key_path,
    load_or_make_signer,
    next_key_path,
    published_vkey,
)
from record.models import Checkpoint, Entry, VerificationKey
from record.notes import NotANote, parse_vkey
from record.queries import checkpoint_of, latest_checkpoint
from record.rotation import rotate_key
from record.sequencer import sequence, sequence_all
from record.services import append_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_secrets(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"


def publish(count: int = 1) -> Checkpoint:
    with transaction.atomic():
        for number in range(count):
            append_entry(kind="test", subject="T", body={"n": number}, now=clock.now())
    sequence_all(load_or_make_signer())
    newest = latest_checkpoint()
    assert newest is not None
    return newest


def faults() -> list[str]:
    return list(RecordCheck().faults())


def is_signed_by(vkey: str, note: str) -> bool:
    try:
        parse_vkey(vkey).verify(note)
    except NotANote:
        return False
    return True


def test_the_change_is_an_entry_in_a_checkpoint_that_both_keys_sign() -> None:
    before = publish(3)
    old = published_vkey()
    made = rotate_key(now=clock.now())
    entry = Entry.objects.get(kind="key_rotated")
    body = json.loads(entry.body)
    assert (body["old"], body["new"], body["old_is_lost"]) == (old, made.vkey, 0)
    point = checkpoint_of(entry)
    assert point is not None
    assert is_signed_by(old, point.note)
    assert is_signed_by(made.vkey, point.note)
    after = publish(1)
    assert [is_signed_by(old, one.note) for one in (before, after)] == [True, False]
    assert [is_signed_by(made.vkey, one.note) for one in (before, after)] == [False, True]
    assert published_vkey() == made.vkey
    assert faults() == []


def test_what_was_not_numbered_yet_goes_under_the_same_checkpoint() -> None:
    publish(1)
    with transaction.atomic():
        append_entry(kind="test", subject="T", body={}, now=clock.now())
    rotate_key(now=clock.now())
    newest = latest_checkpoint()
    assert newest is not None
    assert newest.size == Entry.objects.count()


def test_who_still_holds_the_old_key_signs_nothing_with_it() -> None:
    publish(1)
    stale = load_or_make_signer()
    rotate_key(now=clock.now())
    size = Checkpoint.objects.count()
    with transaction.atomic():
        append_entry(kind="test", subject="T", body={}, now=clock.now())
    assert sequence(signer=stale).checkpoint_size == 0
    assert Checkpoint.objects.count() == size
    assert sequence(signer=load_or_make_signer()).checkpoint_size == 3


def test_a_crash_after_the_commit_is_completed_by_whoever_opens_the_key_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(1)
    old = key_path().read_text()
    with monkeypatch.context() as patch:
        patch.setattr(rotation, "finish_rotation", lambda: None)
        made = rotate_key(now=clock.now())
    assert key_path().read_text() == old
    assert next_key_path().is_file()
    assert load_or_make_signer().verifier().vkey() == made.vkey
    assert not next_key_path().exists()
    publish(1)
    assert faults() == []


def test_a_crash_before_the_commit_changes_nothing_and_the_key_is_used_next_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(1)
    old = published_vkey()

    def crash(*args: object) -> int:
        raise DatabaseError("the connection is gone")

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "sign_checkpoint", crash)
        with pytest.raises(DatabaseError):
            rotate_key(now=clock.now())
    assert published_vkey() == old
    assert load_or_make_signer().verifier().vkey() == old
    waiting = next_key_path().read_text()
    rotate_key(now=clock.now())
    assert key_path().read_text() == waiting


def test_keys_change_again_and_again() -> None:
    publish(1)
    for _turn in range(3):
        rotate_key(now=clock.now())
        publish(1)
    assert VerificationKey.objects.count() == 4
    assert faults() == []


def test_a_lost_key_stops_the_signing_until_it_is_replaced_and_said_so() -> None:
    publish(1)
    key_path().unlink()
    with pytest.raises(KeyUnavailable, match="lost"):
        load_or_make_signer()
    with pytest.raises(KeyUnavailable, match="lost"):
        rotate_key(now=clock.now())
    made = rotate_key(now=clock.now(), is_old_lost=True)
    assert made.is_old_lost
    assert json.loads(Entry.objects.get(kind="key_rotated").body)["old_is_lost"] == 1
    newest = latest_checkpoint()
    assert newest is not None
    assert is_signed_by(made.vkey, newest.note)
    publish(1)
    assert faults() == []


def test_a_key_that_is_there_is_not_lost() -> None:
    publish(1)
    with pytest.raises(KeyUnavailable, match="is there"):
        rotate_key(now=clock.now(), is_old_lost=True)


def test_a_file_that_is_another_key_is_refused() -> None:
    publish(1)
    key_path().unlink()
    VerificationKey.objects.create(vkey="other+00000000+x")
    with pytest.raises(KeyUnavailable):
        load_or_make_signer()


def test_a_web_process_changes_no_key(settings: Any) -> None:
    publish(1)
    settings.MAY_OPEN_SECRETS = False
    with pytest.raises(KeyUnavailable, match="may not open"):
        rotate_key(now=clock.now())
    with pytest.raises(CommandError, match="may not open"):
        call_command("rotate_record_key")


def test_before_the_first_key_there_is_nothing_to_change() -> None:
    with pytest.raises(KeyUnavailable):
        rotate_key(now=clock.now(), is_old_lost=True)
    assert not VerificationKey.objects.exists()


def test_the_page_of_keys_tells_from_when_until_when(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert client.get("/board/record/keys/?lang=en").status_code == 200
    publish(1)
    old = published_vkey()
    call_command("rotate_record_key")
    new = published_vkey()
    assert new in capsys.readouterr().out
    page = client.get("/board/record/keys/?lang=en").content.decode()
    assert "2 keys have signed the record" in page
    assert page.index(new) < page.index(old)
    assert page.count("still") == 1
    assert client.get("/board/record/keys.txt").content.decode() == f"{new}\n{old}\n"
    assert client.get("/board/record/key").content.decode() == f"{new}\n"
