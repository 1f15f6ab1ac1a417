"""Words and pairs of characters: how Chinese and English texts are searched without a library."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[0-9a-z][0-9a-z.\-]*")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002ffff]+")
LONGEST_TERM = 40
MOST_TERMS = 12


def fold(text: str) -> str:
    """Return text as it is compared: one width, one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms_of(texts: Iterable[str]) -> list[str]:
    """Return the terms under which texts are found: words, characters and their pairs, sorted."""
    found: set[str] = set()
    for text in texts:
        folded = fold(text)
        found.update(word[:LONGEST_TERM] for word in _WORD.findall(folded))
        for run in _HAN.findall(folded):
            found.update(run)
            found.update(run[index : index + 2] for index in range(len(run) - 1))
    return sorted(found)


def terms_asked(query: str) -> list[str]:
    """Return the terms a query asks for; pairs where there are pairs, a lone character alone."""
    folded = fold(query)
    found: list[str] = [word[:LONGEST_TERM] for word in _WORD.findall(folded)]
    for run in _HAN.findall(folded):
        found.extend([run] if len(run) == 1 else (run[i : i + 2] for i in range(len(run) - 1)))
    return list(dict.fromkeys(found))[:MOST_TERMS]
