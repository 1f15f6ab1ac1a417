"""The three refusals. Whatever else is raised is a bug and surfaces."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Blocker:
    """One reason why a step may not be taken now: a stable code and words for people."""

    code: str
    message: Text


class Refusal(Exception):
    """A step that is not taken: a stable code, plain words, an HTTP status, every blocker."""

    status: ClassVar[int] = 422

    def __init__(
        self, code: str, message: Text, details: Iterable[Blocker] = (), **extra: Any
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = list(details)
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class WrongState(Refusal):
    """The row is not in a state from which this step starts; `extra["state"]` says where it is."""

    status = 409


class NotAllowed(Refusal):
    """This actor may not take this step."""

    status = 403


class Blocked(Refusal):
    """The step's preconditions are not met; carries all of them."""

    status = 422

    @classmethod
    def by(cls, blockers: Iterable[Blocker]) -> "Blocked":
        """Return the refusal for these blockers; its code and words are the first one's."""
        found = list(blockers)
        return cls(found[0].code, found[0].message, found)


def refuse_if(blockers: Iterable[Blocker]) -> None:
    """Raise Blocked with every blocker, if there is any."""
    found = list(blockers)
    if found:
        raise Blocked.by(found)
