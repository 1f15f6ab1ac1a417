"""A hearing as the public sees it: read from the record's entries and from nothing else."""

import json
from typing import Any

from jury.recount import recount, redraw
from members.criteria import in_language
from record.models import Entry
from record.queries import entries_for

KINDS = (
    "seed_committed",
    "hearing_announced",
    "panel_drawn",
    "panel_changed",
    "voting_opened",
    "voting_extended",
    "ballots_sealed",
    "ballots_opened",
    "verdict",
    "hearing_void",
    "hearing_withdrawn",
)


def public_hearing(reference: str) -> dict[str, Any] | None:
    """Return what the record says about a hearing, or None where it says nothing."""
    entries = [entry for entry in entries_for(reference) if entry.kind in KINDS]
    if not entries:
        return None
    bodies: dict[str, Any] = {}
    changes: list[dict[str, Any]] = []
    opened: list[dict[str, Any]] = []
    for entry in entries:
        body = json.loads(entry.body)
        bodies[entry.kind] = body
        if entry.kind == "panel_changed":
            changes.append(body)
        elif entry.kind == "ballots_opened":
            opened += body["ballots"]
    page: dict[str, Any] = {
        "reference": reference,
        "entries": entries,
        "changes": changes,
        "times": {entry.kind: entry.occurred_at for entry in entries},
        **{kind: bodies.get(kind) for kind in KINDS},
    }
    page["stage"] = _stage(bodies)
    page["questions"] = _questions(bodies.get("hearing_announced"), bodies.get("verdict"))
    page["steps"] = _steps(bodies.get("panel_drawn"), changes)
    page["is_draw_right"] = _is_draw_right(bodies)
    page["ballots"] = _ballots(opened, page["questions"])
    page["is_count_right"] = _is_count_right(bodies, opened)
    return page


def _questions(
    announced: dict[str, Any] | None, verdict: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return each question's words with how the panel answered it."""
    if announced is None or verdict is None:
        return []
    counts = verdict["tally"]["by_criterion"]
    return [
        {
            "code": question["code"],
            "text": in_language(question["text_en"], question["text_zh"]),
            "counts": counts[question["code"]],
            "found": verdict["found"].get(question["code"], ""),
        }
        for question in announced["questions"]
        if question["code"] in counts
    ]


def _stage(bodies: dict[str, Any]) -> str:
    for kind, stage in (
        ("verdict", "decided"),
        ("hearing_void", "void"),
        ("hearing_withdrawn", "withdrawn"),
        ("ballots_sealed", "closed"),
        ("voting_opened", "open"),
        ("panel_drawn", "drawn"),
    ):
        if kind in bodies:
            return stage
    return "preparing"


def _steps(panel: dict[str, Any] | None, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    steps = list(panel["steps"]) if panel else []
    for change in changes:
        steps += change["steps"]
    return steps


def _is_draw_right(bodies: dict[str, Any]) -> bool | None:
    panel, committed = bodies.get("panel_drawn"), bodies.get("seed_committed")
    if panel is None or committed is None:
        return None
    return not redraw(panel, committed["commitment"])


def _is_count_right(bodies: dict[str, Any], opened: list[dict[str, Any]]) -> bool | None:
    verdict, sealed = bodies.get("verdict"), bodies.get("ballots_sealed")
    if verdict is None or sealed is None:
        return None
    return not recount(verdict, opened, sealed["root"])


def _ballots(opened: list[dict[str, Any]], questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    words = {question["code"]: question["text"] for question in questions}
    shown = []
    for one in opened:
        content = json.loads(one["ballot"]) if one["ballot"] else None
        said = json.loads(one["words"]["text"]) if "words" in one else {}
        if content is not None:
            content |= {"reason": said.get("reason", "")}
        notes = said.get("notes", {})
        shown.append(
            {
                "pseudonym": one["pseudonym"],
                "commitment": one["commitment"],
                "content": content,
                "notes": [
                    {"text": words.get(code, code), "note": note} for code, note in notes.items()
                ],
            }
        )
    return shown


def bundle(reference: str) -> dict[str, Any] | None:
    """Return the hearing's entries as published, each body byte for byte as a text."""
    entries = [entry for entry in entries_for(reference) if entry.kind in KINDS]
    if not entries:
        return None
    return {"hearing": reference, "entries": [_entry(entry) for entry in entries]}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind,
        "occurred_at": entry.occurred_at.isoformat(),
        "body": entry.body,
        "body_digest": entry.body_digest,
    }
