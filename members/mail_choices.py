"""The kinds of message that may come by e-mail, in their groups, as page and API offer them."""

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


def subjects() -> list[dict[str, Any]]:
    """Return the groups with what they are about and the kinds in them that may be refused."""
    free = [offer for offer in offers() if not offer.is_duty]
    return [
        {
            "name": name,
            "words": words,
            "about": about,
            "titles": [offer.title for offer in free if offer.group == name],
        }
        for name, (words, about) in GROUPS.items()
    ]


def duties() -> list[str]:
    """Return the duty in words: what comes in any case."""
    return [offer.title for offer in offers() if offer.is_duty]


def group_words(group: str) -> Text:
    """Return what a group is called."""
    return GROUPS[group][0]


def initial(refused: frozenset[str], language: str) -> Mapping[str, Any]:
    """Return what is ticked now: a group of which anything comes."""
    wanted = {one.group for one in offers() if not one.is_duty and one.kind not in refused}
    return {"language": language, "groups": [name for name in GROUPS if name in wanted]}
