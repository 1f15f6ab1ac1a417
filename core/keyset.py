"""Pages by key, not by number: each starts after the last row of the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
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
    of them round. Empty values of nullable keys stand last. A cursor is signed for its list: what
    was made elsewhere or altered is none, and starts anew.
    """
    descending = keys[0].startswith("-")
    names = [key.lstrip("-") for key in keys]
    signer = Signer(sep=".", salt=f"keyset:{rows.model._meta.label}:{','.join(keys)}")
    start = _read(after, signer)
    if start is not None:
        rows = rows.filter(_after(names, start, descending))
    ordering = [
        F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True)
        for name in names
    ]
    found = list(rows.order_by(*ordering)[: size + 1])
    more = len(found) > size
    found = found[:size]
    following = [_plain(getattr(found[-1], name)) for name in names] if more else []
    return Page(found, signer.sign_object(following) if more else "")


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


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return ["at", value.isoformat()]
    return ["on", value.isoformat()] if isinstance(value, date) else value


def _read(cursor: str, signer: Signer) -> list[Any] | None:
    """Return a cursor's values, or None for what this list did not give out."""
    try:
        return [_value(item) for item in signer.unsign_object(cursor)] if cursor else None
    except BadSignature:
        return None


def _value(item: Any) -> Any:
    if isinstance(item, list):
        kind, text = item
        return datetime.fromisoformat(text) if kind == "at" else date.fromisoformat(text)
    return item
