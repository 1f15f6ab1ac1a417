"""A hearing as the public sees it: read from the record's entries and from nothing else."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from jury.recount import recount, redraw
from members.criteria import in_language
from record.models import Entry
from record.queries import entries_for

OPENED = "ballots_opened"
KINDS = (
    "seed_committed",
    "hearing_announced",
    "panel_drawn",
    "panel_changed",
    "voting_opened",
    "voting_extended",
    "ballots_sealed",
    OPENED,
    "verdict",
    "hearing_void",
    "hearing_withdrawn",
)
#: Up to so many ballots a page counts again each time it is shown; above, once a process.
COUNTED_EACH_TIME = 500
KEPT = 256
#: What was counted before in this process, by the digests of the entries.
_COUNTED: dict[str, tuple[bool, datetime]] = {}

_STAGES = (
    ("verdict", "decided"),
    ("hearing_void", "void"),
    ("hearing_withdrawn", "withdrawn"),
    ("ballots_sealed", "closed"),
    ("voting_opened", "open"),
    ("panel_drawn", "drawn"),
)


def public_hearing(reference: str) -> dict[str, Any] | None:
    """Return what the record says about a hearing, or None where it says nothing.

    The opened ballots are not read here: of a large hearing they are hundreds of megabytes.
    """
    kinds = [kind for kind in KINDS if kind != OPENED]
    entries = list(entries_for(reference).filter(kind__in=kinds))
    if not entries:
        return None
    bodies: dict[str, Any] = {}
    changes: list[dict[str, Any]] = []
    for entry in entries:
        body = json.loads(entry.body)
        bodies[entry.kind] = body
        if entry.kind == "panel_changed":
            changes.append({**body, "at": entry.occurred_at})
    return {
        **{kind: bodies.get(kind) for kind in kinds},
        "reference": reference,
        "entries": entries,
        "changes": changes,
        "times": {entry.kind: entry.occurred_at for entry in entries},
        "stage": next((stage for kind, stage in _STAGES if kind in bodies), "preparing"),
        "questions": _questions(bodies.get("hearing_announced"), bodies.get("verdict")),
        "is_draw_right": _is_draw_right(bodies, changes),
    }


def _questions(
    announced: dict[str, Any] | None, verdict: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return each question's words, with how the panel answered it once it has."""
    counts = verdict["tally"]["by_criterion"] if verdict else {}
    found = verdict["found"] if verdict else {}
    return [
        {
            "code": question["code"],
            "text": in_language(question["text_en"], question["text_zh"]),
            "counts": counts.get(question["code"]),
            "found": found.get(question["code"], ""),
        }
        for question in (announced or {}).get("questions", [])
    ]


def _is_draw_right(bodies: dict[str, Any], changes: list[dict[str, Any]]) -> bool | None:
    panel, committed = bodies.get("panel_drawn"), bodies.get("seed_committed")
    if panel is None or committed is None:
        return None
    return not redraw(panel, committed["commitment"], changes)


def opened_parts(reference: str) -> Iterator[dict[str, Any]]:
    """Yield the entries of a hearing's opened ballots one by one, in order."""
    for key in entries_for(reference, OPENED).values_list("pk", flat=True):
        yield json.loads(Entry.objects.values_list("body", flat=True).get(pk=key))


def counted_again(page: Mapping[str, Any], now: datetime) -> tuple[bool, datetime] | None:
    """Return whether the published ballots add up to the verdict, and when that was counted.

    Counted at each call in a hearing of ordinary size; a very large one is counted once a
    process, and again when an entry is another.
    """
    verdict, sealed = page["verdict"], page["ballots_sealed"]
    if verdict is None or sealed is None:
        return None
    if verdict["count"] <= COUNTED_EACH_TIME:
        return not recount(verdict, sealed, opened_parts(page["reference"])), now
    digests = "".join(entry.body_digest for entry in page["entries"])
    if digests not in _COUNTED:
        if len(_COUNTED) >= KEPT:
            _COUNTED.clear()
        is_right = not recount(verdict, sealed, opened_parts(page["reference"]))
        _COUNTED[digests] = is_right, now
    return _COUNTED[digests]


def forget_counts() -> None:
    """Count every hearing anew the next time it is read."""
    _COUNTED.clear()


def heading_of(page: Mapping[str, Any]) -> str:
    """Return the finding as a sentence: it is the page's heading."""
    verdict = page["verdict"]
    if verdict is None:
        return {
            "void": _("This round is void; no ballot was opened"),
            "withdrawn": _("The dispute was withdrawn; no ballot was opened"),
            "closed": _("The vote is closed; the ballots are being counted"),
            "open": _("The jurors are voting"),
            "drawn": _("The panel is drawn"),
        }.get(page["stage"], _("A hearing is being prepared"))
    pay, deny = verdict["tally"]["pay"], verdict["tally"]["deny"]
    values = {"pay": pay, "deny": deny, "cast": pay + deny}
    pays = verdict["outcome"] == "overturn"
    if verdict["basis"] == "tie":
        words = (
            _("The votes were tied, %(pay)s to %(deny)s: the claim is paid")
            if pays
            else _("The votes were tied, %(pay)s to %(deny)s: the denial stands")
        )
    elif verdict["basis"] == "outside_coverage":
        words = _(
            "%(pay)s of %(cast)s jurors voted to pay, but the facts as they found them lie "
            "outside coverage: the denial stands"
        )
    elif verdict["basis"] == "no_quorum":
        words = _("Too few ballots could be read: the denial stands")
    elif pays:
        words = _("%(pay)s of %(cast)s jurors voted to pay: the claim is paid")
    else:
        words = _("%(deny)s of %(cast)s jurors voted to deny: the denial stands")
    return words % values


def follows_of(page: Mapping[str, Any], *, is_rehearing: bool, has_next_round: bool) -> str:
    """Return what follows for the claim, in a sentence."""
    verdict = page["verdict"]
    if page["stage"] == "void":
        if has_next_round:
            return _("A new panel is drawn for a new round; nothing of this one counts.")
        return _("It was the second void round: the rulebook says what becomes of the claim.")
    if page["stage"] == "withdrawn":
        return _("The denial stands, because the claimant withdrew the dispute.")
    if verdict is None:
        return _("Until the vote has closed nobody can tell how it stands, neither do we.")
    if verdict["outcome"] == "overturn":
        return _("The claim goes on public notice. If no objection is sustained, it is paid.")
    if is_rehearing:
        return _("It was the rehearing: the decision is final.")
    return _(
        "On new evidence the claim may be reopened once; a larger panel with none of these "
        "jurors would then judge it."
    )


def withheld_text(verdict: Mapping[str, Any] | None) -> str:
    """Return why only totals are shown; empty where the ballots are."""
    reason = verdict["words_withheld"] if verdict else ""
    if reason == "small":
        return _(
            "Fewer than %(count)s ballots were read. In so small a panel a way of writing tells "
            "who wrote, so this page shows totals only."
        ) % {"count": verdict["reasons_shown_from"] if verdict else 0}
    if reason == "unanimous":
        return _(
            "All jurors voted alike. Their reasons stay unpublished, because whoever knows that "
            "somebody sat would know their vote and their words; this page shows totals only."
        )
    return ""


def void_reason(page: Mapping[str, Any]) -> str:
    """Return why a round is void, in words; empty where it is not."""
    body = page["hearing_void"]
    if body is None:
        return ""
    words = {
        "no_quorum": _("too few ballots were cast in time, and the one extension was used up"),
        "panel_incomplete": _("the roll had nobody left to complete the panel"),
        "brief_wrong": _("the brief was wrong"),
        "panel_wrong": _("a juror should not have sat"),
        "disturbed": _("the hearing was disturbed"),
    }
    return words.get(body["reason"], str(body["reason"]))
