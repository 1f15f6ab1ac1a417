"""A hearing's way as stations with dates, from what the record says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.formats import day

Station = dict[str, Any]


def stations_of(page: Mapping[str, Any]) -> list[Station]:
    """Return the stations: announced, drawn, open, closed, verdict; or how it ended before."""
    times, stage = page["times"], page["stage"]
    opened, extended = page["voting_opened"], page["voting_extended"]
    closes = (extended or opened or {}).get("closes_at")
    announced = page["hearing_announced"]
    is_open_to_all = bool(announced) and announced["mode"] == "open"
    way = [
        _station(_("Announced"), times.get("hearing_announced")),
        _station(_("Vote opens"), times.get("voting_opened")),
        _station(
            _("Vote closes"),
            times.get("ballots_sealed"),
            due=datetime.fromisoformat(closes) if closes else None,
            note=_("extended once") if extended else "",
        ),
        _station(_("Verdict"), times.get("verdict")),
    ]
    if not is_open_to_all:
        way.insert(1, _station(_("Draw"), times.get("panel_drawn")))
    if stage in ("void", "withdrawn"):
        label = _("Void") if stage == "void" else _("Withdrawn")
        done = [station for station in way if station["kind"] == "done"]
        return [*done, _station(label, times[f"hearing_{stage}"]) | {"kind": "now"}]
    waiting = [station for station in way if station["kind"] == "ahead"]
    if waiting:
        waiting[0]["kind"] = "now"
    return way


def _station(
    label: str, at: datetime | None, *, due: datetime | None = None, note: str = ""
) -> Station:
    moment = at or due
    return {
        "label": label,
        "note": note,
        "when": day(moment) if moment else "",
        "kind": "done" if at else "ahead",
        "is_jury": False,
    }
