"""The kinds of message an inbox can hold, and how each reads in its reader's language.

Params are stored, not words. The end of a param's name says how it is written for people:
`_cents` as an amount, `_on` as a day (ISO text), `_at` as an instant (ISO text); `role`,
`plan` and `province` are shown by their names; everything else as it is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core import formats
from core.errors import Text
from members.models import Message, Plan
from members.provinces import PROVINCES
from members.states import Role

LinkMaker = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind: templates with %(name)s places, and the page it leads to."""

    kind: str
    title: Text
    body: Text
    url_name: str = ""
    url_params: tuple[str, ...] = ("reference",)
    is_duty: bool = False
    deadline: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message in words, with the page it leads to or an empty link, and until when it asks."""

    message: Message
    title: str
    body: str
    link: str
    due_at: datetime | None = None
    is_duty: bool = False


# What kinds are about, in the order of the page on which people choose; `about` is said of it.
GROUPS: dict[str, tuple[Text, Text]] = {
    "membership": (
        pgettext_lazy("messages", "Your membership"),
        _("When it begins, changes or ends."),
    ),
    "claim": (
        pgettext_lazy("messages", "Your claim"),
        _("Each step of a claim you made, and what is asked of you."),
    ),
    "jury": (
        pgettext_lazy("messages", "Jury"),
        _("Being drawn, voting, results, your exam, and the hearing of your own claim."),
    ),
    "notice": (
        pgettext_lazy("messages", "Notice and objections"),
        _("Objections you made or have to answer."),
    ),
    "work": (
        pgettext_lazy("messages", "Work for the plan"),
        _("Claims given to you, steps that wait for a second person, and your roles."),
    ),
}


# What is kept of a refusal: a kind's name, a group's under a star, or the star for all but duty.
ALL_BUT_DUTY = "*"
_GROUP_OF_HEAD = {
    "claims": "claim",
    "jury": "jury",
    "juror": "jury",
    "objection": "notice",
    "complaint": "notice",
}
_KINDS: dict[str, MessageKind] = {}


def register(
    kind: str,
    title: Text,
    body: Text,
    url_name: str = "",
    url_params: tuple[str, ...] = ("reference",),
    is_duty: bool = False,
    deadline: str = "",
    group: str = "",
) -> str:
    """Register a kind with lazy templates and return it; the same again changes nothing.

    Nobody unsubscribes from a duty. `deadline` names the param that says until when something
    is asked of the reader; such a message goes out before the others.
    """
    known = _KINDS.get(kind)
    found = group or _group_of(kind)
    made = MessageKind(kind, title, body, url_name, url_params, is_duty, deadline, found)
    if known is not None and (known.url_name, known.url_params) != (url_name, url_params):
        raise ValueError(f"two message kinds named {kind}")
    _KINDS[kind] = made
    return kind


def _group_of(kind: str) -> str:
    head = kind.replace(".", "_").split("_", 1)[0]
    return _GROUP_OF_HEAD.get(head, "membership")


def refusal_of(group: str) -> str:
    """Return what is kept where somebody wants nothing of a group by e-mail."""
    return f"{ALL_BUT_DUTY}{group}"


def kind_of(kind: str) -> MessageKind:
    """Return a registered kind; KeyError for one nobody registered."""
    return _KINDS[kind]


def is_registered(kind: str) -> bool:
    """Say whether this code knows a kind."""
    return kind in _KINDS


def kinds() -> tuple[MessageKind, ...]:
    """Return every registered kind, by name."""
    return tuple(_KINDS[name] for name in sorted(_KINDS))


def render(message: Message) -> RenderedMessage:
    """Return a message in the language now active."""
    kind = _KINDS[message.kind]
    shown = {name: _shown(name, value) for name, value in message.params.items()}
    return RenderedMessage(
        message,
        str(kind.title) % shown,
        str(kind.body) % shown,
        _link(kind, message.params),
        due_at(message),
        kind.is_duty,
    )


def due_at(message: Message) -> datetime | None:
    """Return until when a message asks something of its reader, if it does."""
    name = _KINDS[message.kind].deadline
    written = str(message.params.get(name, "")) if name else ""
    return datetime.fromisoformat(written) if written and name.endswith("_at") else None


def _link(kind: MessageKind, params: Mapping[str, Any]) -> str:
    if not kind.url_name:
        return ""
    try:
        return reverse(kind.url_name, kwargs={name: params[name] for name in kind.url_params})
    except (NoReverseMatch, KeyError):
        return ""


def _shown(name: str, value: Any) -> str:
    if name.endswith("_cents"):
        return formats.amount_words(int(value))
    if name.endswith("_on"):
        return formats.day(date.fromisoformat(value))
    if name.endswith("_at"):
        return formats.instant(datetime.fromisoformat(value))
    if name == "role":
        return str(Role(value).label)
    if name == "province":
        return str(PROVINCES.get(value, value))
    if name == "plan":
        plan = Plan.objects.filter(code=value).first()
        return plan.name if plan else str(value)
    return str(value)


WELCOME = register(
    "welcome",
    _("You are a member of %(plan)s"),
    _(
        "Your membership %(reference)s begins on %(starts_on)s. Illnesses first diagnosed in the "
        "first %(waiting_days)s days are not covered; accidents are."
    ),
)
MEMBERSHIP_ENDED = register(
    "membership_ended",
    _("Your membership in %(plan)s ends"),
    _("Membership %(reference)s ends on %(ends_on)s at 00:00."),
)
TIER_CHANGED = register(
    "tier_changed",
    _("Your tier in %(plan)s changes"),
    _("Membership %(reference)s is in another tier from %(from_on)s."),
)
ROLE_GRANTED = register(
    "role_granted",
    _("You have a new role: %(role)s"),
    _("You hold the role %(role)s from now on."),
    group="work",
)
ROLE_REVOKED = register(
    "role_revoked",
    _("A role has ended: %(role)s"),
    _("You no longer hold the role %(role)s."),
    group="work",
)
