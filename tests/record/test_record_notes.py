"""Signed notes and checkpoints in the C2SP formats."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from record.commitments import commit, opens
from record.keys import KeyUnavailable, format_signer, parse_signer
from record.notes import CheckpointText, NotANote, Signer, parse_vkey

# The example of the C2SP signed-note specification and of Go's sumdb/note package.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    "\n"
)


@pytest.fixture
def signer() -> Signer:
    return Signer("example.org/board/record", Ed25519PrivateKey.generate())


def test_the_published_example_verifies() -> None:
    verifier = parse_vkey(VKEY)
    assert verifier.vkey() == VKEY
    assert verifier.verify(NOTE).startswith("If you think")


def test_a_changed_text_does_not_verify() -> None:
    with pytest.raises(NotANote):
        parse_vkey(VKEY).verify(NOTE.replace("answer", "Answer"))


def test_a_checkpoint_is_signed_and_read_again(signer: Signer) -> None:
    said = CheckpointText(signer.name, 12, bytes(range(32)), "2026-01-07T00:00:00.000000Z", 7)
    note = signer.sign(said.text())
    verifier = parse_vkey(signer.verifier().vkey())
    assert CheckpointText.parse(verifier.verify(note)) == said


def test_another_key_of_the_same_name_does_not_verify(signer: Signer) -> None:
    other = Signer(signer.name, Ed25519PrivateKey.generate())
    with pytest.raises(NotANote):
        other.verifier().verify(signer.sign("text\n"))


@pytest.mark.parametrize(
    "note", ["", "text\n", "text\n\n", "text\n\nx y\n", "text\n\n— a !!!\n", "text\n\n— a eA=="]
)
def test_what_is_not_a_note_is_refused(signer: Signer, note: str) -> None:
    with pytest.raises(NotANote):
        signer.verifier().verify(note)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        "o\n01\nAA==\n",
        "o\n1\nAA==\n",
        "o\n1\n!\n",
        f"o\n1\n{base64.b64encode(bytes(32)).decode()}\nprevious x\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NotANote):
        CheckpointText.parse(text)


@pytest.mark.parametrize("vkey", ["", "a+b+c", "PeterNeumann+c74f20a4+" + VKEY.split("+", 2)[2]])
def test_what_is_not_a_verification_key_is_refused(vkey: str) -> None:
    with pytest.raises(NotANote):
        parse_vkey(vkey)


def test_a_signing_key_is_written_and_read_again(signer: Signer) -> None:
    again = parse_signer(format_signer(signer))
    assert again.verifier() == signer.verifier()
    with pytest.raises(KeyUnavailable):
        parse_signer("PRIVATE+KEY+a+00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode())
    with pytest.raises(KeyUnavailable):
        parse_signer("something else")


def test_a_commitment_opens_with_its_own_salt_alone() -> None:
    made = commit({"name": "吴小漫"})
    assert opens(made.digest, made.salt, {"name": "吴小漫"})
    assert not opens(made.digest, made.salt, {"name": "吴大漫"})
    assert commit({"name": "吴小漫"}).digest != made.digest
