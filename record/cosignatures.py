"""Cosignatures of witnesses (C2SP tlog-cosignature, Ed25519): reading, verifying, showing."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from record.models import Checkpoint, Cosignature
from record.notes import SIGNATURE, NotANote

_ALGORITHM = b"\x04"
_BLOB_BYTES = 4 + 8 + 64
_LATEST_TIMESTAMP = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness's name and public key."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """Return the four bytes by which a cosignature names its key."""
        named = self.name.encode() + b"\n" + _ALGORITHM + self.public
        return hashlib.sha256(named).digest()[:4]

    def vkey(self) -> str:
        """Return the verification key as one line of text."""
        key = base64.b64encode(_ALGORITHM + self.public).decode()
        return f"{self.name}+{self.key_hash.hex()}+{key}"


def parse_cosigner(vkey: str) -> Cosigner:
    """Read a witness's verification key; raises NotANote where it is not one."""
    name, _, rest = vkey.strip().partition("+")
    key_hash, _, key = rest.partition("+")
    try:
        raw = base64.b64decode(key, validate=True)
    except binascii.Error as error:
        raise NotANote("the key is not base64") from error
    cosigner = Cosigner(name, raw[1:])
    if len(raw) != 33 or raw[:1] != _ALGORITHM or cosigner.key_hash.hex() != key_hash or not name:
        raise NotANote("not an Ed25519 cosigner's key")
    return cosigner


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
