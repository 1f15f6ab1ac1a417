"""Checkpoints are submitted to witnesses; only what verifies is kept and served."""

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from config.environment import SettingError, WitnessAddress, read_environment
from core import clock
from core.readiness import findings
from record import clock_tasks
from record.cosignatures import Cosigner, cosignatures_of, note_of, text_of, verify_line
from record.keys import load_or_make_signer
from record.models import Checkpoint, Cosignature, Witness
from record.notes import parse_vkey
from record.queries import latest_checkpoint
from record.sequencer import sequence
from record.services import append_entry
from record.witness_client import WitnessUnreachable, is_public, post, submission
from record.witnesses import submit_due
from tests.record.witness_process import Running, running

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_secrets(settings: Any, tmp_path: Path) -> None:
    settings.SECRETS_FOLDER = tmp_path / "secrets"
    settings.MAY_WITNESSES_BE_PRIVATE = True


def publish(count: int = 1) -> Checkpoint:
    with transaction.atomic():
        for number in range(count):
            append_entry(kind="test", subject="T", body={"n": number}, now=clock.now())
    sequence(signer=load_or_make_signer())
    newest = latest_checkpoint()
    assert newest is not None
    return newest


@pytest.fixture
def witness(tmp_path: Path, settings: Any) -> Iterator[Running]:
    vkey = load_or_make_signer().verifier().vkey()
    with running(tmp_path / "witness", [vkey]) as found:
        settings.RECORD_WITNESSES = (WitnessAddress(found.cosigner.vkey(), found.url),)
        yield found


def standing() -> Witness:
    return Witness.objects.get()


def test_the_newest_checkpoint_is_cosigned_kept_and_served(
    witness: Running, client: Client
) -> None:
    publish(3)
    assert submit_due(clock.now()) == 1
    newest = publish(4)
    assert submit_due(clock.now()) == 1
    assert submit_due(clock.now()) == 0
    assert Cosignature.objects.count() == 2
    served = client.get("/board/record/checkpoint").content.decode()
    assert served == note_of(newest)
    parse_vkey(client.get("/board/record/key").content.decode()).verify(served)
    line = served.splitlines()[-1]
    assert verify_line(witness.cosigner, text_of(served), line) > 0
    assert line in client.get("/board/record/bundle.json").getvalue().decode()
    page = client.get("/board/record/?lang=en").content.decode()
    assert "Co-signed by witness.example/1." in page
    assert "Co-signed the newest checkpoint" in page


def test_a_witness_that_stands_elsewhere_is_met_where_it_stands(
    witness: Running, tmp_path: Path
) -> None:
    publish(3)
    submit_due(clock.now())
    publish(4)
    Witness.objects.update(size=0)
    assert submit_due(clock.now()) == 1
    publish(1)
    Witness.objects.update(size=999)
    assert submit_due(clock.now()) == 1


def test_a_dead_witness_stops_nothing_and_is_told_of(client: Client, settings: Any) -> None:
    vkey = "dead.example+" + _key("dead.example")
    settings.RECORD_WITNESSES = (WitnessAddress(vkey, "http://127.0.0.1:9"),)
    publish(2)
    now = clock.now()
    assert submit_due(now) == 0
    first = standing()
    assert (first.attempts, first.size) == (1, 0)
    assert "Refused" in first.last_error
    assert submit_due(now + timedelta(seconds=5)) == 0
    assert standing().attempts == 1, "it is not asked before its time"
    assert submit_due(now + timedelta(seconds=11)) == 0
    assert standing().attempts == 2
    assert not any("witness" in one.name for one in findings() if not one.is_well)
    page = client.get("/board/record/?lang=en").content.decode()
    assert "does not answer" in page
    assert "No witness has co-signed it." in page
    assert publish(1).size == 3


def _key(name: str) -> str:
    return Cosigner(name, bytes(32)).vkey().partition("+")[2]


@contextmanager
def answering(status: int, kind: str, text: str, seconds: float = 0) -> Iterator[str]:
    """A witness that answers whatever it is told to."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(seconds)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "kind", "text", "words"),
    [
        (200, "text/plain", "", "no line"),
        (200, "text/plain", "— w.example AAAA\n", "no line"),
        (200, "text/html", "<html>", "no line"),
        (302, "text/plain", "", "answered 302"),
        (403, "text/plain", "no", "answered 403"),
        (500, "text/plain", "no", "answered 500"),
        (409, "text/plain", "3\n", "without a size"),
        (409, "text/x.tlog.size", "x\n", "without a size"),
        (409, "text/x.tlog.size", "٣\n", "without a size"),
        (409, "text/x.tlog.size", "0\n", "another tree"),
        (409, "text/x.tlog.size", "1\n", "another tree"),
        (409, "text/x.tlog.size", "900\n", "more than the record has"),
        (200, "text/plain", "x" * 70_000, "too long"),
    ],
)
def test_a_wrong_answer_is_never_stored(
    settings: Any, status: int, kind: str, text: str, words: str
) -> None:
    vkey = "w.example+" + _key("w.example")
    publish(3)
    with answering(status, kind, text) as url:
        settings.RECORD_WITNESSES = (WitnessAddress(vkey, url),)
        assert submit_due(clock.now()) == 0
    assert words in standing().last_error
    assert not Cosignature.objects.exists()


def test_a_cosignature_of_another_checkpoint_is_not_stored(witness: Running, settings: Any) -> None:
    publish(3)
    submit_due(clock.now())
    line = Cosignature.objects.get().line
    publish(1)
    with answering(200, "text/plain", line + "\n") as url:
        settings.RECORD_WITNESSES = (WitnessAddress(witness.cosigner.vkey(), url),)
        assert submit_due(clock.now()) == 0
    assert Cosignature.objects.count() == 1


def test_several_lines_of_others_beside_the_right_one_are_ignored(
    witness: Running, settings: Any
) -> None:
    newest = publish(3)
    status, _kind, line = witness.post(submission(0, [], newest.note))
    assert status == 200
    with answering(200, "text/plain", f"— other.example AAAA\n\n{line}junk\n") as url:
        settings.RECORD_WITNESSES = (WitnessAddress(witness.cosigner.vkey(), url),)
        assert submit_due(clock.now()) == 1
    assert [one.line for one in cosignatures_of(newest)] == [line.removesuffix("\n")]


def test_the_clock_does_not_wait_for_a_slow_witness(settings: Any) -> None:
    vkey = "w.example+" + _key("w.example")
    publish(1)
    with answering(500, "text/plain", "", seconds=1.5) as url:
        settings.RECORD_WITNESSES = (WitnessAddress(vkey, url),)
        began = time.monotonic()
        clock_tasks.witnesses_task(clock.now())
        clock_tasks.witnesses_task(clock.now())
        assert time.monotonic() - began < 1
        assert publish(1).size == 2
        clock_tasks._asking["thread"].join(timeout=20)
    assert standing().attempts == 1


def test_two_clocks_ask_a_witness_once(witness: Running, in_threads: Any) -> None:
    publish(3)
    now = clock.now()
    assert sorted(in_threads(6, lambda _n: submit_due(now))) == [0, 0, 0, 0, 0, 1]
    assert Cosignature.objects.count() == 1


def test_a_cosignature_is_kept_once_and_never_changed(witness: Running) -> None:
    publish(1)
    submit_due(clock.now())
    kept = Cosignature.objects.get()
    with pytest.raises(IntegrityError, match="cosignature_once"), transaction.atomic():
        Cosignature.objects.create(
            checkpoint=kept.checkpoint, vkey=kept.vkey, line="x", timestamp=1
        )


def test_private_addresses_are_asked_only_where_the_operator_says_so(settings: Any) -> None:
    with answering(200, "text/plain", "") as url:
        with pytest.raises(WitnessUnreachable, match="no public address"):
            post(url, b"", may_be_private=False)
        assert post(url, b"", may_be_private=True).status == 200


@pytest.mark.parametrize(
    ("address", "is_open"),
    [
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to be refused
        ("::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("224.0.0.1", False),
        ("1.1.1.1", True),
        ("2606:4700:4700::1111", True),
    ],
)
def test_what_a_public_address_is(address: str, is_open: bool) -> None:
    assert is_public(address) is is_open


def test_the_setting_names_a_key_and_an_address_for_each_witness(tmp_path: Path) -> None:
    one = "w.example/1+" + _key("w.example/1")
    given = {"GONGDAO_HOME": str(tmp_path), "GONGDAO_MODE": "test"}
    found = read_environment(
        given | {"GONGDAO_WITNESSES": f"{one},https://w.example/  {one},http://10.0.0.1:8090"}
    )
    assert [row.url for row in found.witnesses] == ["https://w.example", "http://10.0.0.1:8090"]
    assert found.witnesses[0].vkey == one
    assert not found.may_witnesses_be_private
    wrong = (
        one,
        f"{one},ftp://w.example",
        f"{one},https://",
        "w+00000000+AAAA,https://w",
        f"{one},",
    )
    for text in wrong:
        with pytest.raises(SettingError, match="GONGDAO_WITNESSES"):
            read_environment(given | {"GONGDAO_WITNESSES": text})
