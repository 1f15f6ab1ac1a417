"""Opening keys and secret seeds: files that only the clock process may read or make."""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings

from core.references import parse_reference


class VaultClosed(RuntimeError):
    """This process may not open the vault; only the clock may."""


@dataclass(frozen=True, slots=True)
class HearingSecrets:
    """What the clock keeps for a hearing until its close: the opening key and the seed."""

    opening_key: bytes
    seed: str

    @property
    def public_key(self) -> bytes:
        """The key ballots are sealed to."""
        key = X25519PrivateKey.from_private_bytes(self.opening_key)
        return key.public_key().public_bytes_raw()


def _path_of(reference: str) -> Path:
    if not settings.MAY_OPEN_SECRETS:
        raise VaultClosed("only the clock process opens hearings' keys")
    folder: Path = settings.SECRETS_FOLDER / "hearings"
    return folder / parse_reference(reference, "H")


def make(
    reference: str, token_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> HearingSecrets:
    """Return a hearing's secrets, made on the first call and the same ever after.

    The file exists before the database knows the public key, so that a crash between the two
    loses nothing. Raises VaultClosed outside the clock.
    """
    path = _path_of(reference)
    if path.exists():
        return read(reference)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {"opening_key": token_bytes(32).hex(), "seed": token_bytes(32).hex()}
    draft = path.with_name(f".{path.name}.{os.getpid()}.{token_bytes(4).hex()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another clock was first; its secrets are the hearing's
    finally:
        draft.unlink()
    return read(reference)


def read(reference: str) -> HearingSecrets:
    """Return a hearing's secrets; FileNotFoundError where they were never made or destroyed."""
    stored = json.loads(_path_of(reference).read_text())
    return HearingSecrets(bytes.fromhex(stored["opening_key"]), stored["seed"])


def destroy(reference: str) -> None:
    """Remove a hearing's secrets, so that a ballot still sealed stays sealed (promise 45)."""
    _path_of(reference).unlink(missing_ok=True)
