"""The record's signing key: a file that only the clock process opens."""

import base64
import os
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from record.models import VerificationKey
from record.notes import Signer

_HEAD = "PRIVATE+KEY+"
_ALGORITHM = b"\x01"


class KeyUnavailable(Exception):
    """This process may not open the signing key, or the file is not one."""


def key_path() -> Path:
    """Return where the signing key is kept."""
    return Path(settings.SECRETS_FOLDER) / "record_signing_key"


def load_or_make_signer() -> Signer:
    """Return the signer, making the key file (mode 0600) on the first run.

    Raises KeyUnavailable in a process that may not open secrets, such as a web worker.
    """
    if not settings.MAY_OPEN_SECRETS:
        raise KeyUnavailable("this process may not open the record's signing key")
    path = key_path()
    try:
        text = path.read_text()
    except FileNotFoundError:
        text = _make(path)
    signer = parse_signer(text)
    vkey = signer.verifier().vkey()
    if not VerificationKey.objects.filter(vkey=vkey).exists():
        VerificationKey.objects.create(vkey=vkey)
    return signer


def parse_signer(text: str) -> Signer:
    """Read a private key line; raises KeyUnavailable where it is not one."""
    line = text.strip()
    parts = line.removeprefix(_HEAD).split("+", 2)
    if not line.startswith(_HEAD) or len(parts) != 3:
        raise KeyUnavailable("not a signing key")
    name, key_hash, encoded = parts
    raw = base64.b64decode(encoded)
    if len(raw) != 33 or raw[:1] != _ALGORITHM:
        raise KeyUnavailable("not an Ed25519 signing key")
    signer = Signer(name, Ed25519PrivateKey.from_private_bytes(raw[1:]))
    if signer.verifier().key_hash.hex() != key_hash:
        raise KeyUnavailable("the key does not fit its own hash")
    return signer


def format_signer(signer: Signer) -> str:
    """Return the private key as its one line."""
    encoded = base64.b64encode(_ALGORITHM + signer.private.private_bytes_raw()).decode()
    return f"{_HEAD}{signer.name}+{signer.verifier().key_hash.hex()}+{encoded}\n"


def origin() -> str:
    """Return the record's name: its public address without the scheme."""
    parts = urlsplit(settings.PUBLIC_URL)
    return f"{parts.netloc}{parts.path.rstrip('/')}/board/record"


def _make(path: Path) -> str:
    """Write a new key completely, then give it its name: two first runs keep one key."""
    text = format_signer(Signer(origin(), Ed25519PrivateKey.generate()))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_text()
    finally:
        draft.unlink()
    return text


def published_vkey() -> str:
    """Return the newest verification key, or nothing before the clock's first run."""
    newest = VerificationKey.objects.order_by("-id").first()
    return newest.vkey if newest else ""
