"""Asking a witness over HTTP: bounded in time and size, to public addresses unless told."""

import base64
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 15.0
MAX_ANSWER_BYTES = 64_000
SIZE_TYPE = "text/x.tlog.size"


class WitnessUnreachable(Exception):
    """No answer that could be read: the address, the network, the time or the size."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered."""

    status: int
    content_type: str
    body: str


def submission(old_size: int, proof: Sequence[bytes], note: str) -> bytes:
    """Return the body of `add-checkpoint`."""
    lines = [f"old {old_size}", *(base64.b64encode(one).decode() for one in proof)]
    return ("\n".join(lines) + "\n\n" + note).encode()


def post(url: str, body: bytes, *, may_be_private: bool) -> Answer:
    """Post to `<url>/add-checkpoint`; follows no redirect. Raises WitnessUnreachable."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    until = time.monotonic() + WHOLE_SECONDS
    try:
        connection = _connected(parts.scheme, host, port, may_be_private)
        try:
            headers = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
            connection.request("POST", f"{parts.path}/add-checkpoint", body, headers)
            answer = connection.getresponse()
            content = _read(answer, until)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise WitnessUnreachable(f"{type(error).__name__}: {error}"[:200]) from error
    content_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    return Answer(answer.status, content_type, content)


def _read(answer: http.client.HTTPResponse, until: float) -> str:
    """Read to the end; who drips bytes is left when the time is over."""
    content = b""
    while part := answer.read1(MAX_ANSWER_BYTES):
        content += part
        if len(content) > MAX_ANSWER_BYTES:
            raise WitnessUnreachable("the answer is too long")
        if time.monotonic() > until:
            raise WitnessUnreachable("the answer took too long")
    return content.decode("utf-8")


def _connected(
    scheme: str, host: str, port: int, may_be_private: bool
) -> http.client.HTTPConnection:
    """Connect to an address that was looked at, so that a name cannot change in between."""
    address = _address(host, port, may_be_private)
    opened = socket.create_connection((address, port), timeout=CONNECT_SECONDS)
    if scheme == "https":
        try:
            opened = ssl.create_default_context().wrap_socket(opened, server_hostname=host)
        except OSError:
            opened.close()
            raise
    connection = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
    connection.sock = opened
    return connection


def _address(host: str, port: int, may_be_private: bool) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(one[4][0]) for one in found]
    if not may_be_private:
        addresses = [one for one in addresses if is_public(one)]
    if not addresses:
        raise WitnessUnreachable(f"{host} has no public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Say whether an address is one of the open internet."""
    found = ipaddress.ip_address(address)
    inner = getattr(found, "ipv4_mapped", None) or found
    return bool(inner.is_global and not inner.is_multicast)
