"""Finding what would name a person in a text that will be published."""

import re
import unicodedata
from collections.abc import Collection

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity_number", re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")),
    ("phone_number", re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")),
    ("bank_account", re.compile(r"(?<!\d)\d{16,19}(?!\d)")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")),
)


def found_in(text: str, names: Collection[str] = ()) -> list[str]:
    """Return the codes of the direct identifiers in a text, e.g. a phone number's.

    `names` are those of the people concerned, which must not stand in the text either.
    """
    normal = unicodedata.normalize("NFKC", text)
    compact = re.sub(r"(?<=\d)[\s-](?=\d)", "", normal)
    found = [code for code, pattern in _PATTERNS if pattern.search(compact)]
    folded = "".join(normal.split()).casefold()
    named = ("".join(name.split()).casefold() for name in names)
    return [*found, "name"] if any(len(name) > 1 and name in folded for name in named) else found
