"""Who acts: a person with an account and roles, or one of the system's own hands."""

from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["person", "clock", "bank", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who performs a step, as services and the audit see them."""

    person_id: int | None
    account_id: int | None
    roles: frozenset[str] = field(default_factory=frozenset)
    kind: ActorKind = "person"
    label: str = ""

    def has(self, role: str) -> bool:
        """Say whether the actor holds the role now."""
        return role in self.roles

    def has_any(self, roles: frozenset[str]) -> bool:
        """Say whether the actor holds at least one of the roles now."""
        return bool(self.roles & roles)


CLOCK = Actor(None, None, frozenset({"clock"}), "clock", "clock")
BANK = Actor(None, None, frozenset({"bank"}), "bank", "bank")
SYSTEM = Actor(None, None, frozenset({"system"}), "system", "system")
ANONYMOUS = Actor(None, None, frozenset(), "person", "anonymous")
