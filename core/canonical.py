"""Canonical JSON: one value, one sequence of bytes, so that digests can be repeated anywhere."""

import hashlib
import json
from typing import Any


def _check(value: Any, path: str) -> None:
    if isinstance(value, str):
        return
    if isinstance(value, bool) or value is None or isinstance(value, float):
        raise TypeError(f"{path}: {type(value).__name__} has no canonical form")
    if isinstance(value, int):
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"{path}: a key must be text, not {type(key).__name__}")
            _check(item, f"{path}.{key}")
        return
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]")
        return
    raise TypeError(f"{path}: {type(value).__name__} has no canonical form")


def canonical_json(value: Any) -> bytes:
    """Return the one UTF-8 form of a value made of objects, lists, text and integers.

    Keys are sorted by code point, there are no spaces, text stays as it is. A float, a
    boolean or a null is refused with TypeError, because other languages write them
    differently; a lone surrogate is refused with UnicodeEncodeError.
    """
    _check(value, "$")
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
