"""Reads values out of a rulebook's JSON and says exactly which one is wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar, get_args

from members.criteria import AllOf, AnyOf, AtLeast, Criterion, Node

_T = TypeVar("_T")

MARKS = frozenset({"C", "D", "W", "gongdao"})


class RulebookError(ValueError):
    """A rulebook that cannot be read: the place and what is wrong there."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class Reader:
    """One object of the JSON and the path to it; every key must be read or named."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise RulebookError(path, "must be an object")
        self._value: Mapping[str, Any] = value
        self._path = path
        self._read: set[str] = {"source", "note"}

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self._path}.{key}"

    def _get(self, key: str, kind: type[_T], name: str) -> _T:
        self._read.add(key)
        if key not in self._value:
            raise RulebookError(self.at(key), "is missing")
        value = self._value[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise RulebookError(self.at(key), f"must be {name}")
        return value

    def has(self, key: str) -> bool:
        """Say whether the key is there."""
        return key in self._value

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._get(key, str, "a text")
        if not value.strip():
            raise RulebookError(self.at(key), "must not be empty")
        return value

    def text_or_none(self, key: str) -> str:
        """Return a text, or an empty one where the key is absent."""
        return self.text(key) if self.has(key) else ""

    def whole(self, key: str, low: int = 0, high: int = 10**15) -> int:
        """Return an integer from low to high."""
        value = self._get(key, int, "a whole number")
        if not low <= value <= high:
            raise RulebookError(self.at(key), f"must be from {low} to {high}, not {value}")
        return value

    def yes(self, key: str) -> bool:
        """Return whether a `yes` or `no` says yes."""
        value = self._get(key, str, "`yes` or `no`")
        if value not in ("yes", "no"):
            raise RulebookError(self.at(key), f"must be `yes` or `no`, not `{value}`")
        return value == "yes"

    def one_of(self, key: str, literal: Any) -> Any:
        """Return a text that the Literal type lists."""
        value = self.text(key)
        allowed = get_args(literal)
        if value not in allowed:
            raise RulebookError(self.at(key), f"must be one of {', '.join(allowed)}, not {value}")
        return value

    def day(self, key: str) -> date | None:
        """Return a day written as 2020-01-31, or None where the key is absent."""
        if not self.has(key):
            self._read.add(key)
            return None
        try:
            return date.fromisoformat(self.text(key))
        except ValueError:
            raise RulebookError(self.at(key), "must be a day such as 2020-01-31") from None

    def part(self, key: str) -> "Reader":
        """Return the object under a key."""
        return Reader(self._get(key, dict, "an object"), self.at(key))

    def parts(self, key: str, read: Callable[["Reader"], _T], least: int = 0) -> tuple[_T, ...]:
        """Return the objects of a list, each read by a function that reads all its keys."""
        values: list[Any] = self._get(key, list, "a list")
        if len(values) < least:
            raise RulebookError(self.at(key), f"must hold at least {least}")
        found = []
        for index, value in enumerate(values):
            reader = Reader(value, f"{self.at(key)}[{index}]")
            found.append(read(reader))
            reader.done()
        return tuple(found)

    def days_of_month(self, key: str) -> tuple[int, ...]:
        """Return days of the month, ascending, from 1 to 31."""
        values: list[Any] = self._get(key, list, "a list")
        for value in values:
            if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 31:
                raise RulebookError(self.at(key), "must hold days of the month from 1 to 31")
        if values != sorted(set(values)):
            raise RulebookError(self.at(key), "must be ascending without repeats")
        return tuple(values)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values: list[Any] = self._get(key, list, "a list")
        if not all(isinstance(value, str) and value for value in values):
            raise RulebookError(self.at(key), "must hold texts")
        return tuple(values)

    def names(self) -> tuple[str, ...]:
        """Return the keys of the object but its source and note."""
        return tuple(key for key in self._value if key not in ("source", "note"))

    def mark(self) -> None:
        """Check that the section says how well its values are known."""
        value = self.text("source")
        if value not in MARKS:
            raise RulebookError(
                self.at("source"),
                f"must be one of {', '.join(sorted(MARKS))}, not {value}",
            )

    def done(self) -> None:
        """Check that nothing was left unread: an unknown key is a spelling mistake."""
        unknown = sorted(set(self._value) - self._read)
        if unknown:
            raise RulebookError(self.at(unknown[0]), "is not known")


def read_tree(reader: Reader, codes: set[str]) -> Node:
    """Return a criteria tree; `codes` collects the criterion codes, each to be used once."""
    kinds = [kind for kind in ("all_of", "any_of", "at_least", "criterion") if reader.has(kind)]
    if len(kinds) != 1:
        raise RulebookError(reader.at("tree"), "must be one of all_of, any_of, at_least, criterion")
    kind = kinds[0]
    if kind == "criterion":
        return _read_criterion(reader, codes)
    if kind == "at_least":
        needed = reader.whole("at_least", 1)
        parts = reader.parts("of", lambda part: read_tree(part, codes), least=needed)
        return AtLeast(needed, parts)
    parts = reader.parts(kind, lambda part: read_tree(part, codes), least=1)
    return AllOf(parts) if kind == "all_of" else AnyOf(parts)


def _read_criterion(reader: Reader, codes: set[str]) -> Criterion:
    code = reader.text("criterion")
    if code in codes:
        raise RulebookError(reader.at("criterion"), f"{code} is used twice")
    codes.add(code)
    return Criterion(
        code,
        reader.text("text_en"),
        reader.text("text_zh"),
        reader.text_or_none("help_en"),
        reader.text_or_none("help_zh"),
    )
