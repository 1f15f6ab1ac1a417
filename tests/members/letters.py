"""A mail server on the loopback for tests, people with addresses, and letters as they arrive."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from allauth.account.models import EmailAddress

from core.actor import SYSTEM
from members import services
from members.models import Account, Person
from tests.members.world import World


@dataclass
class Post:
    """What a mail server answers, and what it got."""

    answers: dict[str, str] = field(default_factory=dict)
    silent_at: str = ""
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def letters(self) -> list[EmailMessage]:
        """The letters taken, parsed as a mail program does."""
        return [email.message_from_bytes(one, policy=email.policy.default) for one in self.raw]


class _Conversation(socketserver.StreamRequestHandler):
    """RFC 5321, as far as a sender goes."""

    def handle(self) -> None:
        """Speak until QUIT."""
        self._say("220 post.test ESMTP")
        for line in self.rfile:
            verb = line.decode("ascii", "replace").split(":")[0].split(" ")[0].strip().upper()
            if not self._answer(verb, line):
                return

    def _answer(self, verb: str, line: bytes) -> bool:
        post: Post = self.server.post  # type: ignore[attr-defined] # given by `mail_server`
        if verb == post.silent_at:
            post.released.wait(20)
            return False
        if verb == "EHLO":
            self._say("250-post.test", "250 SIZE 1000000")
        elif verb == "DATA":
            self._data(post)
        elif verb in post.answers:
            self._say(post.answers[verb])
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            if verb == "RCPT":
                post.recipients.append(line.decode().split("<")[1].split(">")[0])
            self._say("250 ok")
        return True

    def _data(self, post: Post) -> None:
        self._say("354 go on")
        lines: list[bytes] = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b"..") else line)
        answer = post.answers.get("DATA", "250 taken")
        if answer.startswith("2"):
            post.raw.append(b"".join(lines))
        self._say(answer)

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def mail_server(settings: Any, **answers: str) -> Iterator[Post]:
    """A mail server that our settings name; `RCPT="550 no"` makes it answer so."""
    post = Post(answers)
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        server.post = post  # type: ignore[attr-defined] # read by the conversation
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        use_server(settings, server.server_address[1])
        try:
            yield post
        finally:
            post.released.set()
            server.shutdown()
            thread.join()


def use_server(settings: Any, port: int) -> None:
    """Send by SMTP to a port of this machine."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 1


def reader(
    world: World,
    name: str = "zhang",
    *,
    language: str = "en",
    is_confirmed: bool = True,
    roles: tuple[str, ...] = (),
) -> Person:
    """A person with an account and an address of theirs."""
    person = world.person()
    for role in roles:
        services.grant_role(person_id=person.pk, role=role, actor=SYSTEM, now=world.now)
    services.create_account(
        username=name,
        password=None,
        person_id=person.pk,
        language=language,
        email=f"{name}@example.org",
        is_email_confirmed=is_confirmed,
        actor=SYSTEM,
        now=world.now,
    )
    return person


def move_address(person: Person, address: str) -> None:
    """Give a person another confirmed address."""
    account = Account.objects.get(person=person)
    EmailAddress.objects.filter(user=account).update(email=address)
