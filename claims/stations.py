"""The claim's way as a line of stations: what is done, where it is, what is still to come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.models import Claim, ClaimEvent
from claims.states import State
from core import formats
from core.errors import Text


@dataclass(frozen=True, slots=True)
class Station:
    """A station as the way component shows it; `kind` is done, now or ahead."""

    name: str
    label: Text
    kind: str
    when: str = ""
    note: Text = ""
    is_jury: bool = False


LABELS: dict[str, Text] = {
    "filed": _("Filed"),
    "investigation": _("Investigation"),
    "review": _("Review"),
    "decision": _("Decision"),
    "hearing": _("Hearing"),
    "notice": _("Notice"),
    "sharing": _("Sharing"),
    "payment": _("Payment"),
}

# At which station a claim is in each state; `information_requested` is where it came from.
AT: dict[str, str] = {
    State.DRAFT: "filed",
    State.FILED: "investigation",
    State.UNDER_INVESTIGATION: "investigation",
    State.UNDER_REVIEW: "review",
    State.UNDER_FINAL_REVIEW: "decision",
    State.DENIED: "decision",
    State.DISPUTED: "hearing",
    State.IN_HEARING: "hearing",
    State.APPROVED: "notice",
    State.ON_NOTICE: "notice",
    State.CLEARED: "sharing",
    State.FUNDED: "payment",
    State.IN_PAYMENT: "payment",
    State.PAYOUT_RETURNED: "payment",
    State.UNCLAIMED: "payment",
    State.PAID: "payment",
    State.CLOSED_UNFUNDED: "sharing",
}

# Which step completes a station.
DONE_BY: dict[str, str] = {
    "file": "filed",
    "report_findings": "investigation",
    "skip_investigation": "investigation",
    "recommend": "review",
    "approve": "decision",
    "deny": "decision",
    "refer_to_jury": "decision",
    "uphold": "hearing",
    "overturn": "hearing",
    "withdraw_dispute": "hearing",
    "clear": "notice",
    "fund": "sharing",
    "settle": "payment",
}
_ENDS_EARLY = frozenset(
    {State.LAPSED, State.WITHDRAWN, State.DENIED_FINALLY, State.CLOSED_UNFUNDED}
)


def stations_of(claim: Claim, now: datetime) -> list[Station]:
    """Return the way of a claim; one that ended early ends with the station it ended at."""
    events = list(claim.events.order_by("seq"))
    done = {DONE_BY[event.event]: event for event in events if event.event in DONE_BY}
    here = _station_now(claim, events)
    names = [name for name in LABELS if name != "hearing" or _has_hearing(events, here)]
    place = names.index(here)
    stations: list[Station] = []
    for index, name in enumerate(names):
        if index == place:
            stations.append(_now_station(claim, name, now))
            if claim.state in _ENDS_EARLY:
                break
            continue
        kind = "done" if index < place else "ahead"
        when = _when(claim, done, name) if kind == "done" else ""
        stations.append(Station(name, LABELS[name], kind, when, is_jury=name == "hearing"))
    return stations


def _has_hearing(events: list[ClaimEvent], here: str) -> bool:
    return here == "hearing" or any(event.to_state == State.IN_HEARING for event in events)


def _station_now(claim: Claim, events: list[ClaimEvent]) -> str:
    state = str(claim.state)
    if state == State.DENIED_FINALLY:
        heard = any(event.to_state == State.IN_HEARING for event in events)
        return "hearing" if heard else "decision"
    for event in reversed(events):
        if state in AT:
            break
        state = event.from_state
    return AT[state]


def _now_station(claim: Claim, name: str, now: datetime) -> Station:
    is_paid = claim.state == State.PAID
    when = formats.short_day(claim.state_entered_at, claim.plan.zone) if claim.filed_at else ""
    return Station(
        name,
        LABELS[name],
        "done" if is_paid else "now",
        when,
        State(claim.state).label,
        is_jury=name == "hearing",
    )


def _when(claim: Claim, done: Mapping[str, ClaimEvent], name: str) -> str:
    event = done.get(name)
    return formats.short_day(event.occurred_at, claim.plan.zone) if event else ""
