"""Where evidence lies: files named by random keys under the data home, written once."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

CHUNK = 64 * 1024


class DigestMismatch(Exception):
    """The stored bytes no longer hash to the digest taken at upload; nothing may be served."""


def root() -> Path:
    """Return the folder of all evidence, made on first use, closed to other users."""
    folder = Path(settings.EVIDENCE_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def path_of(key: str) -> Path:
    """Return where the bytes of storage key `key` (32 hex digits, no user text) lie."""
    return root() / key[:2] / key


def store(upload: "UploadedFile[Any]") -> tuple[str, str, int]:
    """Write an upload to disk durably; return (storage key, SHA-256 hex, bytes)."""
    key = secrets.token_hex(16)
    target = path_of(key)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        for chunk in upload.chunks(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    target.chmod(0o400)
    return key, digest.hexdigest(), size


def discard(key: str) -> None:
    """Remove bytes that no row refers to: a refused upload or an expired draft's."""
    path_of(key).unlink(missing_ok=True)


def verify(key: str, digest: str) -> None:
    """Hash the whole file first, so that not one byte of a changed file is served."""
    running = hashlib.sha256()
    for chunk in _chunks(key):
        running.update(chunk)
    if running.hexdigest() != digest:
        raise DigestMismatch(key)


def stream(key: str) -> Iterator[bytes]:
    """Yield the bytes in pieces of 64 KiB."""
    yield from _chunks(key)


def _chunks(key: str) -> Iterator[bytes]:
    with path_of(key).open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
