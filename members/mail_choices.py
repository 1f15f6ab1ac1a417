"""The kinds of message that may come by e-mail, as the page and the API offer them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Text
from members.messages import GROUPS, MessageKind, kinds

# What stands in a title where a message has a name or a number of its own.
_BLANK = "…"


@dataclass(frozen=True, slots=True)
class KindOffer:
    """A kind as a reader chooses it: in words, in its group, whether it can be refused."""

    kind: str
    group: str
    title: str
    is_duty: bool


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _BLANK


def offers() -> list[KindOffer]:
    """Return every kind in the order of its group, in the language now active."""
    order = list(GROUPS)
    found = sorted(kinds(), key=lambda kind: (order.index(kind.group), kind.kind))
    return [KindOffer(kind.kind, kind.group, words_of(kind), kind.is_duty) for kind in found]


def words_of(kind: MessageKind) -> str:
    """Return what a kind is about, its title without names and numbers."""
    return str(kind.title) % _Blanks()


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what may be refused, by group: pairs of a kind and its words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for offer in offers():
        if not offer.is_duty:
            found.setdefault(offer.group, []).append((offer.kind, offer.title))
    return found


def duties() -> list[str]:
    """Return the duty in words: what comes in any case."""
    return [offer.title for offer in offers() if offer.is_duty]


def group_words(group: str) -> Text:
    """Return what a group is called."""
    return GROUPS[group][0]


def initial(refused: frozenset[str], language: str) -> Mapping[str, Any]:
    """Return what is ticked now."""
    ticked = {
        f"group_{group}": [kind for kind, _words in pairs if kind not in refused]
        for group, pairs in choices().items()
    }
    return {"language": language, **ticked}
