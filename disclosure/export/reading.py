"""Asking the application itself for an address, as any reader without an account would."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

#: Set in a request's environ: the page is to stand alone as a file.
EXPORT_FLAG = "GONGDAO_EXPORT"


class NotAnswered(Exception):
    """An address that the board itself links to did not answer 200."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered: its type, and its bytes in pieces."""

    content_type: str
    pieces: Iterable[bytes]

    @property
    def is_page(self) -> bool:
        """Say whether it is a page, whose links are to follow."""
        return self.content_type.startswith("text/html")


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep the database's connection from one address to the next: one reader asks them all."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


class Reader:
    """Reads addresses through the whole stack of middleware, each answer closed after use."""

    def __init__(self, live: str) -> None:
        self._application = WSGIHandler()
        self._live = urlsplit(live)

    @contextmanager
    def open(self, address: str, language: str) -> Iterator[Answer]:
        """Ask for an address in a language; raises NotAnswered for anything but 200."""
        said: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_error: Any) -> Any:
            said.update(status=status, headers={name.lower(): value for name, value in headers})

        body = self._application(self._environ(address, language), start_response)
        try:
            if not said["status"].startswith("200"):
                raise NotAnswered(f"{address} answered {said['status']}")
            yield Answer(said["headers"].get("content-type", ""), body)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def _environ(self, address: str, language: str) -> dict[str, Any]:
        parts = urlsplit(address)
        environ: dict[str, Any] = {
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "HTTP_HOST": self._live.netloc,
            "wsgi.url_scheme": self._live.scheme,
            "HTTP_ACCEPT_LANGUAGE": language,
            "HTTP_ACCEPT": "application/json" if parts.path.startswith("/api/") else "*/*",
            "REMOTE_ADDR": "127.0.0.1",
            EXPORT_FLAG: "1",
        }
        setup_testing_defaults(environ)
        return environ
