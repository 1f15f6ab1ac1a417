"""Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519): reading, verifying, showing."""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from record.models import Checkpoint, Cosignature
from record.notes import SIGNATURE, NamedKey, NotANote

_ALGORITHM = b"\x04"
_BLOB_BYTES = 4 + 8 + 64
_LATEST_TIMESTAMP = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosigner(NamedKey):
    """A witness's name and public key."""

    ALGORITHM: ClassVar[bytes] = _ALGORITHM
    IS_NONE: ClassVar[str] = "not an Ed25519 cosigner's key"


def parse_cosigner(vkey: str) -> Cosigner:
    """Read a witness's verification key; raises NotANote where it is not one."""
    return Cosigner.parse(vkey)


def signed_message(text: str, timestamp: int) -> bytes:
    """Return what a cosigner signs: a header, the time, the checkpoint's text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


def text_of(note: str) -> str:
    """Return the text of a note, without verifying any signature."""
    head, separator, _ = note.rpartition("\n\n")
    if not separator:
        raise NotANote("a note has a text, an empty line and signatures")
    return head + "\n"


def verify_line(cosigner: Cosigner, text: str, line: str) -> int:
    """Return when the cosigner signed the text; raises NotANote unless the line proves it."""
    match = SIGNATURE.match(line)
    if match is None or match[1] != cosigner.name:
        raise NotANote("not a line of this cosigner")
    try:
        blob = base64.b64decode(match[2], validate=True)
    except binascii.Error as error:
        raise NotANote("a signature is not base64") from error
    if len(blob) != _BLOB_BYTES or blob[:4] != cosigner.key_hash:
        raise NotANote("not a cosignature by this key")
    timestamp = int.from_bytes(blob[4:12], "big")
    if not 0 < timestamp <= _LATEST_TIMESTAMP:
        raise NotANote("a cosignature tells when it was made")
    try:
        key = Ed25519PublicKey.from_public_bytes(cosigner.public)
        key.verify(blob[12:], signed_message(text, timestamp))
    except InvalidSignature as error:
        raise NotANote("the cosignature does not fit") from error
    return timestamp


def find_line(cosigner: Cosigner, text: str, lines: Iterable[str]) -> tuple[str, int] | None:
    """Return the first line that is the cosigner's, with its time; others are ignored."""
    for line in lines:
        try:
            return line, verify_line(cosigner, text, line)
        except NotANote:
            continue
    return None


def note_of(checkpoint: Checkpoint) -> str:
    """Return a checkpoint's note with the cosignatures that came; one query."""
    return with_lines(checkpoint.note, cosignatures_of(checkpoint))


def with_lines(note: str, cosignatures: Iterable[Cosignature]) -> str:
    """Return a note followed by the lines of its cosignatures."""
    return note + "".join(f"{one.line}\n" for one in cosignatures)


def cosignatures_of(checkpoint: Checkpoint) -> list[Cosignature]:
    """Return the cosignatures of a checkpoint in the order they came."""
    return list(Cosignature.objects.filter(checkpoint=checkpoint).order_by("id"))
