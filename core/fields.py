"""Fields that are stored encrypted, and the keyed digest by which they can still be unique."""

import base64
import hashlib
import hmac
import os
import unicodedata
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField

_VERSION = "v1:"
_NONCE = 12


class CannotDecrypt(Exception):
    """The stored text was not encrypted under this key, or was altered."""


def _key(purpose: bytes) -> bytes:
    """Derive a key for one purpose from the field key, 32 bytes in base64 or hexadecimal."""
    secret: str | bytes = settings.FIELD_KEY
    raw = secret.encode() if isinstance(secret, str) else secret
    if len(raw) < 32:
        raise ValueError("FIELD_KEY must hold at least 32 bytes")
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"gongdao " + purpose).derive(raw)


def encrypt_text(text: str, context: str = "") -> str:
    """Return the text under AES-256-GCM with a fresh nonce, bound to its context."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_key(b"field")).encrypt(nonce, text.encode(), context.encode())
    return _VERSION + base64.b64encode(nonce + sealed).decode()


def decrypt_text(stored: str, context: str = "") -> str:
    """Return the text again; raises CannotDecrypt for another key, context or altered bytes."""
    if not stored.startswith(_VERSION):
        raise CannotDecrypt("not encrypted text")
    try:
        raw = base64.b64decode(stored[len(_VERSION) :], validate=True)
        opened = AESGCM(_key(b"field")).decrypt(raw[:_NONCE], raw[_NONCE:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotDecrypt("not encrypted under this key") from error
    return opened.decode()


def keyed_digest(value: str, purpose: str = "") -> str:
    """Return an HMAC-SHA-256 by which equal numbers are found without storing them.

    Spaces and hyphens are dropped, width and case are made one. The purpose keeps an identity
    number's digest from matching the same digits used as a bank account.
    """
    normal = unicodedata.normalize("NFKC", value).upper()
    compact = "".join(c for c in normal if not c.isspace() and c not in "-–—")
    return hmac.new(
        _key(b"digest " + purpose.encode()), compact.encode(), hashlib.sha256
    ).hexdigest()


class EncryptedText(_Text):
    """A text column whose value is encrypted in the database and plain in Python.

    It cannot be filtered by; store a `keyed_digest` beside it where it must be unique.
    """

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; empty text stays empty."""
        prepared = super().get_prep_value(value)
        return encrypt_text(prepared, self._context()) if prepared else prepared

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt on the way out."""
        return decrypt_text(value, self._context()) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Allow only the look-up that encryption leaves meaningful."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def _context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"
