"""The record's signing keys: files that only the clock process opens."""

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


def next_key_path() -> Path:
    """Return where the next signing key lies while it is being brought in."""
    return key_path().with_suffix(".next")


def load_or_make_signer() -> Signer:
    """Return the signer, making the key file (mode 0600) on the record's first run.

    A change of keys that was interrupted after its commit is completed. Raises KeyUnavailable
    in a process that may not open secrets, such as a web worker, and where the file is lost or
    is not the key that the record names: then keys are changed by `rotate_record_key`.
    """
    may_open_or_raise()
    finish_rotation()
    path = key_path()
    newest = VerificationKey.objects.order_by("-id").first()
    if newest is None:
        signer = parse_signer(make_key(path))
        VerificationKey.objects.create(vkey=signer.verifier().vkey())
        return signer
    try:
        signer = parse_signer(path.read_text())
    except FileNotFoundError as error:
        raise KeyUnavailable(f"{path} is lost: restore it, or rotate_record_key") from error
    if signer.verifier().vkey() != newest.vkey:
        raise KeyUnavailable(f"{path} is not the key that the record names: {newest.vkey}")
    return signer


def may_open_or_raise() -> None:
    """Raise KeyUnavailable in a process that may not open secrets."""
    if not settings.MAY_OPEN_SECRETS:
        raise KeyUnavailable("this process may not open the record's signing key")


def finish_rotation() -> None:
    """Give the next key the signing key's name where the record names it already."""
    path = next_key_path()
    if path.is_file():
        vkey = parse_signer(path.read_text()).verifier().vkey()
        if VerificationKey.objects.filter(vkey=vkey).exists():
            path.replace(key_path())


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


def make_key(path: Path) -> str:
    """Return the key at a path, made where there is none.

    It is written completely before it gets its name: two first runs keep one key.
    """
    if path.is_file():
        return path.read_text()
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


def vkey_lines() -> str:
    """Return every verification key there was, the newest first, one on each line."""
    vkeys = VerificationKey.objects.order_by("-id").values_list("vkey", flat=True)
    return "".join(f"{vkey}\n" for vkey in vkeys)
