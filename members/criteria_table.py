"""A clause's criteria beside what each side found: the data of the criteria table component."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from members.criteria import AllOf, AnyOf, AtLeast, Criterion, Node, evaluate
from members.rulebook_parts import Clause


@dataclass(frozen=True, slots=True)
class Column:
    """Who answered, what they answered by criterion code, and a note beside each answer."""

    label: str
    answers: Mapping[str, str]
    notes: Mapping[str, str] = field(default_factory=dict)


def criteria_table(
    clause: Clause, columns: Sequence[Column], basis: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the table: one row a criterion or group, one column a side, the clause's result.

    `basis` says by criterion code on which paper the answers rest.
    """
    tree = clause.tree
    rule = "" if isinstance(tree, Criterion) else _rule_text(tree)
    return {
        "title": _("Clause %(number)s") % {"number": clause.number},
        "caption": clause.title,
        "rule_text": rule,
        "has_basis": any((basis or {}).values()),
        "columns": [column.label for column in columns],
        "rows": _rows(tree, columns, basis or {}, 0),
        "verdicts": [_together(tree, column) for column in columns]
        if any(column.answers for column in columns)
        else [],
    }


def _rows(
    node: Node, columns: Sequence[Column], basis: Mapping[str, str], depth: int
) -> list[dict[str, Any]]:
    if isinstance(node, Criterion):
        return [_row(node, columns, basis, depth)]
    rows: list[dict[str, Any]] = []
    for part in node.parts:
        if isinstance(part, Criterion):
            rows.append(_row(part, columns, basis, depth))
        else:
            rows.append(_group_row(part, columns, depth))
            rows.extend(_rows(part, columns, basis, depth + 1))
    return rows


def _row(
    criterion: Criterion, columns: Sequence[Column], basis: Mapping[str, str], depth: int
) -> dict[str, Any]:
    return {
        "code": criterion.code,
        "text": criterion.text,
        "depth": depth,
        "answers": [
            {
                "value": column.answers.get(criterion.code, ""),
                "note": column.notes.get(criterion.code, ""),
            }
            for column in columns
        ],
        "basis": basis.get(criterion.code, ""),
    }


def _group_row(
    group: AllOf | AnyOf | AtLeast, columns: Sequence[Column], depth: int
) -> dict[str, Any]:
    return {
        "text": _rule_text(group),
        "depth": depth,
        "is_group": True,
        "answers": [{"value": _together(group, column), "note": ""} for column in columns],
        "basis": "",
    }


def _together(node: Node, column: Column) -> str:
    """Return what a side's answers come to; nothing where it has not answered at all."""
    return evaluate(node, column.answers) if column.answers else ""


def _rule_text(group: AllOf | AnyOf | AtLeast) -> str:
    """Say how many parts of a group must be met."""
    if isinstance(group, AllOf):
        return _("all of")
    if isinstance(group, AnyOf):
        return _("any one of")
    counts = {"needed": group.needed, "of": len(group.parts)}
    return _("any %(needed)s of %(of)s") % counts
