"""A case's page as data, read from the bodies of its record entries and from nothing else."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import formats
from disclosure import wording
from disclosure.models import PublicCaseEntry
from disclosure.states import Grounds, ObjectionState, Stage
from members.criteria import Answer, evaluate
from members.rulebook import Rulebook

Body = Mapping[str, Any]
Data = dict[str, Any]

_ORDER = (Stage.ON_NOTICE, Stage.CLEARED, Stage.SHARED, Stage.PAID)
_ENDED = frozenset({Stage.DENIED, Stage.WITHDRAWN, Stage.UNFUNDED, Stage.LAPSED})


def way_of(body: Body) -> list[Data]:
    """Return the stations of a published case; days only where they are everybody's."""
    stage, hearing, money = body["stage"], body["hearing"], body["money"]
    stations: list[Data] = [
        {"label": _("Filed"), "when": wording.filed_text(body["form"]["filed"]), "kind": "done"},
        {
            "label": _("Decided"),
            "when": _("denied") if hearing or stage == Stage.DENIED else _("approved"),
            "kind": "now" if stage in _ENDED and not hearing else "done",
        },
    ]
    if hearing:
        note = ""
        if "pay" in hearing:
            note = _("%(pay)s of %(ballots)s to pay") % {
                "pay": formats.grouped(hearing["pay"]),
                "ballots": formats.grouped(hearing["ballots"]),
            }
        stations.append(
            {
                "label": _("Jury"),
                "when": _("upheld") if hearing["outcome"] == "uphold" else _("overturned"),
                "note": note,
                "kind": "now" if stage in _ENDED else "done",
                "is_jury": True,
            }
        )
    if stage in _ENDED:
        return stations
    at = _ORDER.index(Stage(stage)) if stage in _ORDER else (0 if stage == Stage.REOPENED else 3)
    count = len(body["objections"])
    words = ngettext("%(count)s objection", "%(count)s objections", count) % {"count": count}
    parts = (
        (_("Notice"), formats.day(date.fromisoformat(body["period"])), words if count else ""),
        (_("Cleared"), "", ""),
        (_("Shared"), _day(money.get("sharing_on", "")), ""),
        (_("Paid"), _day(money.get("paid_on", "")), ""),
    )
    for index, (label, when, note) in enumerate(parts):
        kind = "now" if index == at else "done" if index < at else "ahead"
        if index == 1 and at != 1:
            continue
        stations.append({"label": label, "when": when, "note": note, "kind": kind})
    return stations


def _day(text: str) -> str:
    return formats.day(date.fromisoformat(text)) if text else ""


def span_of(body: Body) -> str:
    """Return how long it took from filing to payout, as far as the form tells it."""
    filed, paid = body["form"]["filed"], body["money"].get("paid_on", "")
    if not filed or not paid:
        return ""
    first, last = _bounds(filed)
    paid_on = date.fromisoformat(paid)
    least, most = max((paid_on - last).days, 0), (paid_on - first).days
    return _("Filed in %(filed)s, paid on %(paid)s: %(least)s to %(most)s days.") % {
        "filed": wording.filed_text(filed),
        "paid": formats.day(paid_on),
        "least": formats.grouped(least),
        "most": formats.grouped(most),
    }


def _bounds(filed: str) -> tuple[date, date]:
    """Return the first and the last day of a month, quarter, half-year or year."""
    year, part = int(filed[:4]), filed[5:]
    if not part:
        start, months = 1, 12
    elif part[0] in "HQ":
        months = 6 if part[0] == "H" else 3
        start = (int(part[1:]) - 1) * months + 1
    else:
        start, months = int(part), 1
    after = date(year + (start + months - 1) // 12, (start + months - 1) % 12 + 1, 1)
    return date(year, start, 1), after - timedelta(days=1)


def facts_of(body: Body, names: Mapping[str, str]) -> list[Data]:
    """Return what the form tells, and plainly what it does not."""
    form = body["form"]
    rows = (
        (_("Disease"), wording.disease_text(form, names)),
        (pgettext("person", "Age"), wording.age_text(form["age_band"])),
        (_("Sex"), wording.sex_text(form["sex"])),
        (_("Place"), wording.place_text(form)),
        (_("Filed"), wording.filed_text(form["filed"])),
    )
    found = [{"label": label, "value": value or str(wording.UNTOLD)} for label, value in rows]
    alike = _("%(count)s published together") % {"count": body["class"]["size"]}
    return [*found, {"label": _("Cases alike"), "value": alike}]


def criteria_of(body: Body, rules: Rulebook | None) -> list[Data]:
    """Return a criteria table per clause cited; none where the form hides the disease."""
    finding = body["finding"]
    if not finding or rules is None:
        return []
    cited = [clause for clause in rules.clauses if clause.number in finding["clauses"]]
    if not cited and body["form"]["disease"]:
        cited = [rules.clause_of(body["form"]["disease"])]
    columns = [_("Reviewers"), *([_("Jury")] if finding["jury"] else [])]
    answers = [finding["answers"], *([finding["jury"]] if finding["jury"] else [])]
    tables = []
    for clause in cited:
        codes = {listed.criterion.code for listed in clause.criteria}
        if not codes & set(finding["answers"]):
            continue
        tables.append(
            {
                "title": _("Clause %(number)s") % {"number": clause.number},
                "caption": clause.title,
                "columns": columns,
                "has_basis": False,
                "rows": [
                    {
                        "text": listed.criterion.text,
                        "depth": listed.depth,
                        "answers": [
                            {"value": found.get(listed.criterion.code, "not_shown")}
                            for found in answers
                        ],
                    }
                    for listed in clause.criteria
                ],
                "verdicts": [{"value": _together(clause.tree, found)} for found in answers],
            }
        )
    return tables


def _together(tree: Any, found: Mapping[str, str]) -> Answer:
    return evaluate(tree, found)


def sum_of(body: Body, rules: Rulebook | None) -> Data:
    """Return the case's money as a sum."""
    aid = body["form"]["amount_cents"]
    money = body["money"]
    if body["stage"] in _ENDED:
        rows = [
            {"label": _("Asked for under the rules"), "amount_cents": aid},
            {"label": _("Paid"), "amount_cents": 0, "rule_above": True, "strong": True},
        ]
        return {"rows": rows, "note": ""}
    rows = [{"label": _("Aid"), "amount_cents": aid}]
    if rules is not None:
        points = rules.fee_basis_points
        fee = aid * points // 10_000
        words = _("Management fee, %(percent)s") % {"percent": formats.percent(points, 10_000)}
        rows += [
            {"label": words, "amount_cents": fee},
            {
                "label": _("Shared by all members"),
                "amount_cents": aid + fee,
                "rule_above": True,
                "strong": True,
            },
        ]
    note = ""
    if money.get("bank_reference"):
        note = _("Bank reference %(reference)s, paid on %(day)s.") % {
            "reference": money["bank_reference"],
            "day": _day(money.get("paid_on", "")),
        }
    return {"rows": rows, "note": note}


def objections_of(body: Body) -> list[Data]:
    """Return the objections with how they ended and the answers that may be told."""
    found = []
    for objection in body["objections"]:
        outcome = objection["outcome"]
        label = _("open") if outcome == "open" else str(ObjectionState(outcome).label)
        found.append(
            {
                "title": _("Objection %(number)s: %(outcome)s")
                % {"number": objection["number"], "outcome": label},
                "grounds": str(Grounds(objection["grounds"]).label),
                "answer": objection["answer"],
                "is_open": outcome == "open",
            }
        )
    return found


def history_of(entries: Sequence[PublicCaseEntry], signed_size: int) -> list[Data]:
    """Return what was published about a case, newest first, each with its entry's address."""
    found = []
    for entry in reversed(entries):
        body = json.loads(entry.entry.body)
        leaf = getattr(entry.entry, "leaf", None)
        url = ""
        if leaf is not None and leaf.index < signed_size:
            url = reverse("record_entry", args=[leaf.index])
        label = _label(entry.kind, body)
        found.append({"label": label, "when": entry.published_at, "note": entry.reason, "url": url})
    return found


def _label(kind: str, body: Body) -> str:
    if kind == "case_published":
        return _("First published")
    if kind == "correction":
        return _("Corrected entry %(number)s") % {"number": body["correction"]["corrects"]}
    return str(Stage(body["stage"]).label)


def corrections_of(entries: Sequence[PublicCaseEntry]) -> list[Data]:
    """Return each correction with both versions and the reason."""
    found = []
    for entry in entries:
        if entry.kind == "correction":
            correction = json.loads(entry.entry.body)["correction"]
            found.append({**correction, "when": entry.published_at, "seq": entry.seq})
    return found


def body_of(entry: PublicCaseEntry) -> dict[str, Any]:
    """Return an entry's statement as the record has it."""
    found: dict[str, Any] = json.loads(entry.entry.body)
    return found
