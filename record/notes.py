"""Signed notes and checkpoints in the C2SP formats, with Ed25519 keys."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

_ALGORITHM = b"\x01"
_TIME = "time "
_PREVIOUS = "previous "
_NAME = re.compile(r"[^\s+]+\Z")
#: A signature line of a note: its key's name and the signature in base64.
SIGNATURE = re.compile(r"— (\S+) (\S+)\Z")


class NotANote(ValueError):
    """The text is not a signed note of this form, or is not signed by the key."""


@dataclass(frozen=True, slots=True)
class NamedKey:
    """An Ed25519 key with its name, told as `name+hash+key`; its algorithm says what it signs."""

    ALGORITHM: ClassVar[bytes]
    IS_NONE: ClassVar[str]
    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """Return the four bytes by which a signature names its key."""
        named = self.name.encode() + b"\n" + self.ALGORITHM + self.public
        return hashlib.sha256(named).digest()[:4]

    def vkey(self) -> str:
        """Return the verification key as one line of text."""
        key = base64.b64encode(self.ALGORITHM + self.public).decode()
        return f"{self.name}+{self.key_hash.hex()}+{key}"

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a verification key; raises NotANote where its hash does not fit."""
        name, _, rest = vkey.strip().partition("+")
        key_hash, _, key = rest.partition("+")
        try:
            raw = base64.b64decode(key, validate=True)
        except binascii.Error as error:
            raise NotANote("the key is not base64") from error
        found = cls(name, raw[1:])
        fits = len(raw) == 33 and raw[:1] == cls.ALGORITHM and found.key_hash.hex() == key_hash
        if not fits or not name:
            raise NotANote(cls.IS_NONE)
        return found


@dataclass(frozen=True, slots=True)
class Verifier(NamedKey):
    """The key of a record, which signs its checkpoints."""

    ALGORITHM: ClassVar[bytes] = _ALGORITHM
    IS_NONE: ClassVar[str] = "not an Ed25519 verification key"

    def verify(self, note: str) -> str:
        """Return the text the note signs; raises NotANote unless this key signed it."""
        text, signatures = _split(note)
        for name, blob in signatures:
            if name != self.name or blob[:4] != self.key_hash:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(self.public).verify(blob[4:], text.encode())
            except InvalidSignature as error:
                raise NotANote("the signature does not fit") from error
            return text
        raise NotANote("no signature by this key")


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with its name."""

    name: str
    private: Ed25519PrivateKey

    def verifier(self) -> Verifier:
        """Return the public side."""
        return Verifier(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """Return the signed note over the text, which ends with a newline."""
        return sign_by_all([self], text)

    def line(self, text: str) -> str:
        """Return the signature line alone."""
        if not text.endswith("\n") or not _NAME.match(self.name):
            raise ValueError("a note's text ends with a newline; a name has no spaces or plus")
        blob = self.verifier().key_hash + self.private.sign(text.encode())
        return f"— {self.name} {base64.b64encode(blob).decode()}\n"


def sign_by_all(signers: Sequence[Signer], text: str) -> str:
    """Return the note over a text with a signature line by each signer."""
    return f"{text}\n{''.join(signer.line(text) for signer in signers)}"


@dataclass(frozen=True, slots=True)
class CheckpointText:
    """What a checkpoint says: whose tree, how many leaves, which root, when, after which.

    Two extension lines: the time, so that "the first checkpoint at or after" can be checked,
    and the size of the checkpoint before (0 for the first), so that none can be left out.
    """

    origin: str
    size: int
    root: bytes
    time: str = ""
    previous: int | None = None

    def text(self) -> str:
        """Return the lines that are signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.time:
            lines.append(f"{_TIME}{self.time}")
        if self.previous is not None:
            lines.append(f"{_PREVIOUS}{self.previous}")
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> "CheckpointText":
        """Read the lines again; raises NotANote where they are not a checkpoint's."""
        lines = text.split("\n")
        if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]*", lines[1]):
            raise NotANote("not a checkpoint")
        try:
            root = base64.b64decode(lines[2], validate=True)
        except binascii.Error as error:
            raise NotANote("the root is not base64") from error
        if len(root) != 32:
            raise NotANote("a root is 32 bytes")
        time = _extension(lines[3:], _TIME)
        previous = _extension(lines[3:], _PREVIOUS)
        if previous and not re.fullmatch(r"0|[1-9][0-9]*", previous):
            raise NotANote("the checkpoint before has no such size")
        return cls(lines[0], int(lines[1]), root, time, int(previous) if previous else None)


def _extension(lines: Sequence[str], key: str) -> str:
    return next((line.removeprefix(key) for line in lines if line.startswith(key)), "")


def verify_every_line(note: str, verifiers: Sequence[Verifier]) -> str:
    """Return the text of a note whose every line is a signature by one of these keys.

    Stricter than a reader need be, who ignores lines by others: for the record's own notes.
    Raises NotANote.
    """
    text, signatures = _split(note)
    lines = [f"— {name} {base64.b64encode(blob).decode()}\n" for name, blob in signatures]
    if note != f"{text}\n{''.join(lines)}":
        raise NotANote("not written as notes are")
    for (name, blob), line in zip(signatures, lines, strict=True):
        known = [one for one in verifiers if (one.name, one.key_hash) == (name, blob[:4])]
        if not known:
            raise NotANote("a line is by nobody known")
        known[0].verify(f"{text}\n{line}")
    return text


def parse_vkey(vkey: str) -> Verifier:
    """Read a record's verification key; raises NotANote where it is not one."""
    return Verifier.parse(vkey)


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    head, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NotANote("a note has a text, an empty line and signatures")
    found: list[tuple[str, bytes]] = []
    for line in tail[:-1].split("\n"):
        match = SIGNATURE.match(line)
        if match is None:
            raise NotANote("not a signature line")
        try:
            found.append((match[1], base64.b64decode(match[2], validate=True)))
        except binascii.Error as error:
            raise NotANote("a signature is not base64") from error
    return head + "\n", found
