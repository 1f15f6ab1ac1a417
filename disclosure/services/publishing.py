"""Appending statements about a case: to the record, and to the rows that pages read."""

import json
from datetime import datetime
from typing import Any

from disclosure.models import CaseStanding, PublicCase, PublicCaseEntry
from disclosure.statements import Body
from record.services import append_entry

CORRECTION = "correction"
_ABOUT_THE_ENTRY = ("seq", "correction")


def publish_statement(
    *,
    case: PublicCase,
    kind: str,
    body: Body,
    now: datetime,
    corrects: PublicCaseEntry | None = None,
    reason: str = "",
) -> PublicCaseEntry:
    """Append a statement to the record and to the case, in the caller's transaction."""
    seq = PublicCaseEntry.objects.filter(case=case).count() + 1
    entry = append_entry(kind=kind, subject=case.reference, body={**body, "seq": seq}, now=now)
    return PublicCaseEntry.objects.create(
        case=case,
        seq=seq,
        entry=entry,
        kind=kind,
        corrects=corrects,
        reason=reason,
        published_at=now,
    )


def write_standing(case: PublicCase, body: Body, seen_events: int, now: datetime) -> None:
    """Keep the projection that lists filter by: where the case stands by its latest entry."""
    CaseStanding.objects.update_or_create(
        case=case,
        defaults={
            "stage": body["stage"],
            "result": body["result"],
            "has_hearing": bool(body["hearing"]),
            "objection_count": len(body["objections"]),
            "seen_events": seen_events,
            "updated_at": now,
        },
    )


def body_of(entry: PublicCaseEntry) -> Body:
    """Return an entry's statement as the record has it."""
    body: Body = json.loads(entry.entry.body)
    return body


def core_of(entry: PublicCaseEntry) -> Body:
    """Return an entry's statement without what concerns the entry itself."""
    return {key: value for key, value in body_of(entry).items() if key not in _ABOUT_THE_ENTRY}


def with_corrections(case: PublicCase, body: Body) -> Body:
    """Return a statement with the corrections published so far, in their order."""
    rows = case.entries.filter(kind=CORRECTION).select_related("entry").order_by("seq")
    for row in rows:
        correction = body_of(row)["correction"]
        if read_field(body, correction["field"]) is not None:
            body = replace_field(body, correction["field"], correction["after"])
    return body


def read_field(body: Body, field: str) -> str | None:
    """Return the text at a dotted place of a statement, e.g. `objections.1.answer`, or None."""
    found: Any = body
    for part in field.split("."):
        if isinstance(found, list):
            found = next((item for item in found if str(item.get("number")) == part), None)
        elif isinstance(found, dict):
            found = found.get(part)
        else:
            return None
    return found if isinstance(found, str) else None


def replace_field(body: Body, field: str, text: str) -> Body:
    """Return a copy of a statement with the text at a dotted place replaced."""
    copy: Body = json.loads(json.dumps(body))
    *way, last = field.split(".")
    found: Any = copy
    for part in way:
        if isinstance(found, list):
            found = next(item for item in found if str(item.get("number")) == part)
        else:
            found = found[part]
    found[last] = text
    return copy
