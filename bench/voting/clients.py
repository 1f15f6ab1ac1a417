"""Keep-alive clients on the loopback: so many at once, each request once, every answer timed."""

import selectors
import socket
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

CLIENTS = 32
PATIENCE_SECONDS = 60.0
#: Where a ballot that was cast leads; a page of signing in is no answer.
RECEIPT = b"/receipt/"


@dataclass(slots=True)
class Load:
    """What a number of requests took: each one, and all together."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    done: int = 0
    first_failure: bytes = b""

    @property
    def per_second(self) -> float:
        """Requests answered a second."""
        return len(self.took) / self.seconds

    def percentile_ms(self, part: int) -> float:
        """So many hundredths of the requests took no longer, in milliseconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) * part // 100, len(ordered) - 1)] * 1000

    def add(self, other: "Load") -> None:
        """Add another block of the same way."""
        self.took += other.took
        self.seconds += other.seconds
        self.statuses += other.statuses
        self.done += other.done
        self.first_failure = self.first_failure or other.first_failure


@dataclass(slots=True)
class _Client:
    connection: socket.socket
    began: float = 0.0
    answer: bytes = b""

    def send(self, request: bytes) -> None:
        self.began, self.answer = perf_counter(), b""
        self.connection.sendall(request)

    def is_answered(self) -> bool:
        """Read what came; say whether the answer is whole."""
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("the server closed a connection in the middle of an answer")
        self.answer += data
        head, found, body = self.answer.partition(b"\r\n\r\n")
        if not found:
            return False
        length = 0
        for line in head.split(b"\r\n"):
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        return len(body) >= length


def send_all(port: int, requests: Sequence[bytes], expected: int, clients: int = CLIENTS) -> Load:
    """Send each request once, `clients` at a time, over as many kept connections."""
    load, waiting = Load(), iter(requests)
    with selectors.DefaultSelector() as selector:
        began = perf_counter()
        for _client in range(min(clients, len(requests))):
            client = _Client(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client.connection, selectors.EVENT_READ, client)
            client.send(next(waiting))
        while selector.get_map():
            ready = selector.select(timeout=PATIENCE_SECONDS)
            if not ready:
                raise TimeoutError("the server answered nothing for a minute")
            for key, _events in ready:
                if key.data.is_answered():
                    _note(load, key.data, expected)
                    _go_on(selector, key.data, waiting)
        load.seconds = perf_counter() - began
    return load


def _note(load: Load, client: _Client, expected: int) -> None:
    load.took.append(perf_counter() - client.began)
    status = int(client.answer[9:12])
    load.statuses[status] += 1
    is_done = status == expected and RECEIPT in client.answer
    load.done += is_done
    if not is_done and not load.first_failure:
        load.first_failure = client.answer


def _go_on(selector: selectors.BaseSelector, client: _Client, waiting: Iterator[bytes]) -> None:
    following = next(waiting, None)
    if following is None:
        selector.unregister(client.connection)
        client.connection.close()
    else:
        client.send(following)
