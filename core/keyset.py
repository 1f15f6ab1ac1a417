"""Pages by key, not by number: each starts after the last row of the one before it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page and the cursor that the next one starts after, if there is one."""

    rows: list[Row]
    next_cursor: str


def keyset_page(rows: QuerySet[Row], keys: Sequence[str], after: str, size: int) -> Page[Row]:
    """Return the page after a cursor, in one query whatever its number.

    `keys` are the fields the rows are ordered by, the last one unique; a leading `-` turns all
    of them round. Empty values of nullable keys stand last. A cursor that is none starts anew.
    """
    descending = keys[0].startswith("-")
    names = [key.lstrip("-") for key in keys]
    start = _read(after, len(names))
    if start is not None:
        rows = rows.filter(_after(names, start, descending))
    ordering = [
        F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True)
        for name in names
    ]
    found = list(rows.order_by(*ordering)[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(found, _write([getattr(found[-1], name) for name in names]) if more else "")


def _after(names: Sequence[str], start: Sequence[Any], descending: bool) -> Q:
    """Return the condition `(keys) > (start)`, key by key, with empty values last."""
    beyond = "lt" if descending else "gt"
    condition, same = Q(pk__in=[]), Q()
    for name, value in zip(names, start, strict=True):
        if value is None:
            same &= Q(**{f"{name}__isnull": True})
            continue
        later = Q(**{f"{name}__{beyond}": value}) | Q(**{f"{name}__isnull": True})
        condition |= same & later
        same &= Q(**{name: value})
    return condition


def _write(values: Sequence[Any]) -> str:
    plain = [_plain(value) for value in values]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return ["at", value.isoformat()]
    return ["on", value.isoformat()] if isinstance(value, date) else value


def _read(cursor: str, length: int) -> list[Any] | None:
    """Return a cursor's values, or None for what is not a cursor of this length."""
    try:
        plain = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_value(item) for item in plain] if isinstance(plain, list) else []
    except (ValueError, Base64Error):
        return None
    return values if len(values) == length else None


def _value(item: Any) -> Any:
    if isinstance(item, list):
        kind, text = item
        return datetime.fromisoformat(text) if kind == "at" else date.fromisoformat(text)
    if item is None or isinstance(item, str | int):
        return item
    raise ValueError("not a cursor")
