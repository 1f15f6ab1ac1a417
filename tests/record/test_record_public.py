"""The record's public pages, its files, and verify.py on the download alone."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from core import clock
from record import tree
from record.keys import KeyUnavailable, key_path, load_or_make_signer, origin, published_vkey
from record.models import Entry, VerificationKey
from record.notes import CheckpointText, Signer, parse_vkey
from record.sequencer import sequence
from record.services import append_entry

pytestmark = pytest.mark.django_db

VERIFY = Path(settings.BASE_DIR) / "docs" / "verify" / "verify.py"
ROUND = {
    "round": "R-1",
    "plan": "critical",
    "sharing_on": "2020-01-14",
    "lock_at": "2020-01-06T16:00:00Z",
    "cases": [{"case": "K-1", "aid_cents": 100}],
    "tiers": [{"tier": "full", "weight_milli": 1000, "memberships": 11, "share_cents": 10}],
    "aid_cents": 100,
    "fee_cents": 8,
    "surplus_in_cents": 0,
    "surplus_out_cents": 2,
    "subsidy_cents": 0,
    "due_cents": 110,
    "collected_cents": 110,
    "uncollected_cents": 0,
}


@pytest.fixture(autouse=True)
def own_secrets(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"


@pytest.fixture
def publish() -> Callable[..., None]:
    def act(*bodies: dict[str, Any], kind: str = "test") -> None:
        with transaction.atomic():
            for number, body in enumerate(bodies):
                append_entry(kind=kind, subject=f"T-{number}", body=body, now=clock.now())
        sequence(signer=load_or_make_signer())

    return act


def run_verify(tmp_path: Path, *options: str, spoil: Callable[[str], str] = str) -> tuple[int, str]:
    file = tmp_path / "record.json"
    call_command("export_record", str(file), verbosity=0)
    file.write_text(spoil(file.read_text()))
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFY), str(file), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_key_is_made_once_readable_by_its_owner_alone() -> None:
    first = load_or_make_signer()
    assert load_or_make_signer().verifier() == first.verifier()
    assert key_path().stat().st_mode & 0o777 == 0o600
    assert first.name == origin()
    assert published_vkey() == first.verifier().vkey()
    assert VerificationKey.objects.count() == 1


def test_a_web_process_may_not_open_the_key(settings: Any) -> None:
    load_or_make_signer()
    settings.MAY_OPEN_SECRETS = False
    with pytest.raises(KeyUnavailable):
        load_or_make_signer()


def test_before_the_first_checkpoint_the_page_says_so(client: Client) -> None:
    assert client.get("/board/record/").status_code == 200
    assert client.get("/board/record/checkpoint").status_code == 404
    assert client.get("/board/record/key").status_code == 404
    assert json.loads(b"".join(client.get("/board/record/bundle.json").streaming_content)) == {  # type: ignore[arg-type,attr-defined] # the test client's synchronous stream
        "format": "gongdao-record-1",
        "keys": [],
        "witnesses": [],
        "checkpoints": [],
        "entries": [],
    }


def test_the_checkpoint_and_the_proofs_verify_with_the_published_key(
    client: Client, publish: Callable[..., None]
) -> None:
    publish({"n": 1}, {"n": 2}, {"n": 3})
    publish({"n": 4}, {"n": 5})
    verifier = parse_vkey(client.get("/board/record/key").content.decode())
    said = CheckpointText.parse(
        verifier.verify(client.get("/board/record/checkpoint").content.decode())
    )
    assert said.size == 5
    document = client.get("/board/record/entry/1.json").content
    assert json.loads(document)["body"] == {"n": 2}
    proof = client.get("/board/record/inclusion/1/5.json").json()
    path = [bytes.fromhex(one) for one in proof["path"]]
    assert tree.verify_inclusion(tree.leaf_hash(document), 1, 5, path, said.root)
    older = CheckpointText.parse(
        verifier.verify(client.get("/board/record/checkpoint/3").content.decode())
    )
    grown = client.get("/board/record/consistency/3/5.json").json()
    path = [bytes.fromhex(one) for one in grown["path"]]
    assert tree.verify_consistency(3, 5, older.root, said.root, path)


def test_pages_are_open_to_anyone_in_both_languages(
    client: Client, publish: Callable[..., None]
) -> None:
    publish({"字": "<b>公</b>"})
    for language, words in (("en", "Public record"), ("zh-hans", "公开记录")):
        page = client.get(f"/board/record/?lang={language}")
        assert page.status_code == 200
        assert words in page.content.decode()
        entry = client.get(f"/board/record/entry/0/?lang={language}").content.decode()
        assert "&lt;b&gt;公" in entry
        assert "<b>公" not in entry


@pytest.mark.parametrize(
    "address",
    ["entry/9/", "entry/9.json", "inclusion/9/2.json", "inclusion/0/9.json", "checkpoint/9"],
)
def test_what_is_not_there_is_not_found(
    client: Client, publish: Callable[..., None], address: str
) -> None:
    publish({"n": 1}, {"n": 2})
    assert client.get(f"/board/record/{address}").status_code == 404


def test_what_is_numbered_and_not_yet_signed_is_not_shown(
    client: Client, publish: Callable[..., None]
) -> None:
    publish({"n": 1})
    with transaction.atomic():
        append_entry(kind="test", subject="T", body={}, now=clock.now())
    sequence()
    assert client.get("/board/record/entry/1.json").status_code == 404


def test_verify_py_accepts_the_download_and_a_checkpoint_kept_from_before(
    client: Client, publish: Callable[..., None], tmp_path: Path
) -> None:
    publish({"n": 1, "字": "公道"}, {"n": 2})
    kept = tmp_path / "kept.txt"
    kept.write_text(client.get("/board/record/checkpoint").content.decode())
    publish(ROUND, kind="round_closed")
    publish(
        ROUND | {"round": "R-2", "surplus_in_cents": 2, "surplus_out_cents": 4}, kind="round_closed"
    )
    code, said = run_verify(tmp_path, "--key", published_vkey(), "--old", str(kept))
    assert code == 0, said
    assert "0 failures" in said


SPOILS: list[tuple[str, Callable[[str], str]]] = [
    ("entries 0 to 2 are not those", lambda text: text.replace("公道", "公到")),
    ("checkpoint 0 of the file", lambda text: text.replace("\\n3\\n", "\\n4\\n")),
    ("entries 0 to 2 are not those", lambda text: text[: text.rindex(",\n")] + "]}"),
]


@pytest.mark.parametrize(("what", "spoil"), SPOILS)
def test_verify_py_refuses_a_spoilt_download(
    publish: Callable[..., None], tmp_path: Path, what: str, spoil: Callable[[str], str]
) -> None:
    publish({"n": 1, "字": "公道"}, {"n": 2}, {"n": 3})
    code, said = run_verify(tmp_path, spoil=spoil)
    assert code != 0
    assert "FAILS" in said
    assert what in said


def test_verify_py_refuses_a_round_that_does_not_add_up(
    publish: Callable[..., None], tmp_path: Path
) -> None:
    publish(ROUND | {"surplus_out_cents": 3}, kind="round_closed")
    code, said = run_verify(tmp_path)
    assert code == 1
    assert "the round balances" in said


def test_verify_py_refuses_another_key(publish: Callable[..., None], tmp_path: Path) -> None:
    publish({"n": 1})
    key = published_vkey()
    other = Signer(origin(), Ed25519PrivateKey.generate()).verifier().vkey()
    assert run_verify(tmp_path, "--key", key)[0] == 0
    assert run_verify(tmp_path, "--key", other)[0] != 0


def test_entries_are_public_in_full_so_their_bodies_are_the_only_text_shown(
    client: Client, publish: Callable[..., None]
) -> None:
    publish({"n": 1})
    document = json.loads(client.get("/board/record/entry/0.json").content)
    assert set(document) == {"body", "commitment", "kind", "occurred_at", "subject"}
    assert Entry.objects.count() == 1
