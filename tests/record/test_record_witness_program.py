"""docs/witness/witness.py as a real process: every answer of the specification, and its word."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from record import tree
from record.cosignatures import parse_cosigner, verify_line
from record.notes import CheckpointText
from record.witness_client import submission
from tests.record.witness_process import PROGRAM, Log, Running, load_program, running

SIZE_TYPE = "text/x.tlog.size"


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def witness(log: Log, tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path / "witness", [log.vkey]) as found:
        yield found


def accepted(witness: Running, log: Log, old: int, size: int) -> int:
    status, _kind, text = witness.post(log.body(old, size))
    assert status == 200, text
    return verify_line(witness.cosigner, log.text(size), text.removesuffix("\n"))


def state(tmp_path: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(
        (tmp_path / "witness" / "state.json").read_text()
    )
    return found


def test_the_program_is_one_short_file_of_the_standard_library() -> None:
    lines = PROGRAM.read_text().splitlines()
    assert len(lines) <= 250
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith("import ")}
    imported |= {line.split()[1] for line in lines if line.startswith("from ")}
    assert imported <= set(sys.stdlib_module_names)


def test_its_signatures_are_those_of_rfc_8032() -> None:
    program = load_program()
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    mark = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert program.sign(seed, b"\x72").hex() == mark
    for number in range(20):
        private = Ed25519PrivateKey.generate()
        seed, message = private.private_bytes_raw(), bytes([number]) * number
        public = private.public_key().public_bytes_raw()
        made = program.sign(seed, message)
        assert made == private.sign(message)
        assert program.is_signed(public, message, made)
        assert not program.is_signed(public, message + b"x", made)
        broken = bytes([made[0] ^ 1]) + made[1:]
        assert not program.is_signed(public, message, broken)
    high = made[:32] + (int.from_bytes(made[32:], "little") + program.L).to_bytes(32, "little")
    assert not program.is_signed(public, message, high)


def test_its_proofs_agree_with_the_tree_for_every_pair_of_sizes() -> None:
    program, log = load_program(), Log()
    roots = [tree.root_of(log.leaves(size)) for size in range(33)]
    for second in range(1, 33):
        for first in range(1, second + 1):
            path = log.proof(first, second)
            assert program.grows(first, second, roots[first], roots[second], path)
            if first < second:
                assert not program.grows(first, second, roots[first - 1], roots[second], path)
                assert not program.grows(first, second, roots[first], roots[second], path[:-1])
                assert not program.grows(
                    first, second, roots[first], roots[second], [*path, roots[1]]
                )


def test_the_key_is_made_once_readable_by_its_owner_alone(log: Log, tmp_path: Path) -> None:
    with running(tmp_path / "witness", [log.vkey]) as first:
        vkey = first.cosigner.vkey()
    key = tmp_path / "witness" / "key"
    assert key.stat().st_mode & 0o777 == 0o600
    with running(tmp_path / "witness", [log.vkey]) as again:
        assert again.cosigner.vkey() == vkey
        assert parse_cosigner(vkey).name == "witness.example/1"


def test_a_log_that_grows_is_cosigned_each_time(witness: Running, log: Log) -> None:
    assert accepted(witness, log, 0, 1) > 0
    accepted(witness, log, 1, 7)
    accepted(witness, log, 7, 7)
    accepted(witness, log, 7, 200)


def test_who_stands_elsewhere_is_told_the_size(witness: Running, log: Log) -> None:
    assert witness.post(log.body(3, 9)) == (409, SIZE_TYPE, "0\n")
    accepted(witness, log, 0, 9)
    assert witness.post(log.body(0, 12)) == (409, SIZE_TYPE, "9\n")
    accepted(witness, log, 9, 12)


def test_a_split_view_is_refused(witness: Running, log: Log) -> None:
    accepted(witness, log, 0, 9)
    other = Log(mark="other", private=log.private)
    assert witness.post(other.body(9, 9)) == (409, SIZE_TYPE, "9\n")
    assert witness.post(other.body(9, 12))[0] == 422
    assert witness.post(submission(9, log.proof(9, 12), other.note(12)))[0] == 422
    accepted(witness, log, 9, 12)


def test_a_rollback_is_refused(witness: Running, log: Log) -> None:
    accepted(witness, log, 0, 9)
    assert witness.post(log.body(9, 5))[0] == 400
    assert witness.post(log.body(5, 5)) == (409, SIZE_TYPE, "9\n")
    assert witness.post(log.body(0, 5)) == (409, SIZE_TYPE, "9\n")


def test_an_unknown_log_and_an_unknown_key_are_refused(witness: Running, log: Log) -> None:
    assert witness.post(Log(name="example.org/other").body(0, 3))[0] == 404
    assert witness.post(Log().body(0, 3))[0] == 403
    spoilt = log.body(0, 3).replace(b"\n3\n", b"\n4\n")
    assert witness.post(spoilt)[0] == 403


def test_a_signature_by_a_key_that_is_not_known_is_ignored(witness: Running, log: Log) -> None:
    note = log.note(3) + Log().signer.line(log.text(3))
    assert witness.post(submission(0, [], note))[0] == 200


def test_after_a_change_of_keys_either_is_believed_where_both_are_told(
    log: Log, tmp_path: Path
) -> None:
    after = Log()
    with running(tmp_path / "witness", [log.vkey, after.vkey]) as witness:
        accepted(witness, log, 0, 3)
        accepted(witness, after, 3, 5)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: b"",
        lambda body: b"\xff\xfe",
        lambda body: body.replace(b"old 0", b"old 00"),
        lambda body: body.replace(b"old 0", b"old -1"),
        lambda body: body.replace(b"old 0", b"new 0"),
        lambda body: body.replace(b"\n3\n", b"\n03\n"),
        lambda body: body.replace(b"old 0\n", b"old 0\n!!\n"),
        lambda body: body.replace(b"old 0\n", b"old 0\nAAAA\n"),
        lambda body: body.replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n" * 64),
        lambda body: body.replace(b"\n\n", b"\n"),
        lambda body: b"old 0\n",
    ],
)
def test_what_is_not_a_submission_is_a_bad_request(
    witness: Running, log: Log, spoil: object
) -> None:
    assert callable(spoil)
    assert witness.post(spoil(log.body(0, 3)))[0] == 400
    accepted(witness, log, 0, 3)


def test_a_proof_where_none_belongs_is_refused(witness: Running, log: Log) -> None:
    assert witness.post(submission(0, log.proof(2, 3), log.note(3)))[0] == 422
    accepted(witness, log, 0, 3)
    assert witness.post(submission(3, log.proof(2, 3), log.note(3)))[0] == 422


def test_an_empty_log_has_the_root_of_nothing(witness: Running, log: Log) -> None:
    wrong = log.signer.sign(CheckpointText(log.name, 0, bytes(32)).text())
    assert witness.post(submission(0, [], wrong))[0] == 422
    accepted(witness, log, 0, 0)
    accepted(witness, log, 0, 2)


def test_a_body_too_long_or_without_a_length_is_refused(witness: Running) -> None:
    assert witness.post(b"x" * (128 * 1024 + 1))[0] == 400
    connection = http.client.HTTPConnection("127.0.0.1", witness.port, timeout=20)
    connection.request("POST", "/add-checkpoint", iter([b"old 0\n"]), encode_chunked=True)
    assert connection.getresponse().status == 400
    connection.close()
    assert witness.post(b"", "/elsewhere")[0] == 404


def test_of_submissions_at_once_only_one_line_of_history_is_signed(
    witness: Running, log: Log, tmp_path: Path
) -> None:
    other = Log(mark="other", private=log.private)
    accepted(witness, log, 0, 1)
    bodies = [
        (one, size, submission(1, one.proof(1, size), one.note(size)))
        for one in (log, other)
        for size in range(2, 12)
    ]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda given: witness.post(given[2])[0], bodies))
    signed = [
        (one, size) for (one, size, _body), code in zip(bodies, answers, strict=True) if code == 200
    ]
    assert len(signed) == 1
    assert signed[0][0] is log
    assert state(tmp_path)[log.name]["size"] == signed[0][1]
    assert set(answers) <= {200, 409, 422}


def test_killed_between_keeping_and_answering_it_knows_what_it_kept(
    log: Log, tmp_path: Path
) -> None:
    folder = tmp_path / "witness"
    with running(folder, [log.vkey]) as witness:
        accepted(witness, log, 0, 3)
    with running(folder, [log.vkey], dies=True) as witness:
        with pytest.raises((http.client.HTTPException, OSError)):
            witness.post(log.body(3, 8))
        assert witness.process.wait(timeout=20) == 9
    assert state(tmp_path)[log.name]["size"] == 8
    with running(folder, [log.vkey]) as witness:
        other = Log(mark="other", private=log.private)
        assert witness.post(log.body(3, 8)) == (409, SIZE_TYPE, "8\n")
        assert witness.post(other.body(8, 8)) == (409, SIZE_TYPE, "8\n")
        accepted(witness, log, 8, 8)


def test_a_draft_left_by_a_crash_is_no_state(log: Log, tmp_path: Path) -> None:
    folder = tmp_path / "witness"
    with running(folder, [log.vkey]) as witness:
        accepted(witness, log, 0, 3)
    (folder / ".state.json.new").write_text('{"half')
    with running(folder, [log.vkey]) as witness:
        accepted(witness, log, 3, 4)


def test_two_of_them_do_not_share_a_folder(witness: Running, log: Log, tmp_path: Path) -> None:
    options = ["--name", "w", "--data", str(tmp_path / "witness"), "--listen", "127.0.0.1:0"]
    second = subprocess.run(
        [sys.executable, str(PROGRAM), *options, "--log", log.vkey],
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert second.returncode != 0


def test_it_tells_readers_what_it_saw(witness: Running, log: Log) -> None:
    accepted(witness, log, 0, 3)
    connection = http.client.HTTPConnection("127.0.0.1", witness.port, timeout=20)
    connection.request("GET", "/")
    said = connection.getresponse().read().decode()
    connection.close()
    assert witness.cosigner.vkey() in said
    assert log.text(3) in said
