"""Where mail goes: a server named by a URL, or a file per message in the data home."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from config.environment import SettingError

PORTS = {"smtp": 587, "smtps": 465}


def mail_settings(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for `smtp://user:password@host:port`, without a URL for files.

    smtp speaks TLS after STARTTLS, smtps from the first byte; neither sends a password in clear.
    """
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": folder,
        }
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise SettingError("Settings refused: EMAIL_URL must be smtp://… or smtps://….")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }
