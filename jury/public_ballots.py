"""The published ballots of a hearing: by page in the order of their receipts, and by receipt."""

import json
import re
from collections.abc import Mapping
from typing import Any

from jury.models import BallotOpening, Hearing
from jury.public_page import OPENED
from record.queries import entries_for

A_PAGE = 100
#: Up to so many ballots stand on the hearing's own page, grouped into majority and dissent.
TOGETHER = 40
_RECEIPT = re.compile(r"[0-9a-f]{8,64}\Z")
_PART = 1000

Ballot = dict[str, Any]


def ballots_between(
    reference: str, first: int, last: int, *, in_words: bool = True
) -> list[Ballot]:
    """Return the published ballots at some places (from 1), each with its place.

    At most two entries of the record are read, however large the hearing is.
    """
    found: list[Ballot] = []
    entries = entries_for(reference, OPENED)
    for part in range((first - 1) // _PART, (last - 1) // _PART + 1):
        for entry in entries[part : part + 1]:
            listed = json.loads(entry.body)["ballots"]
            start = part * _PART + 1
            found += [
                (shown_ballot(one) if in_words else one) | {"place": place}
                for place, one in enumerate(listed, start)
                if first <= place <= last
            ]
    return found


def shown_ballot(one: Mapping[str, Any]) -> Ballot:
    """Return one ballot of the record with its texts read."""
    content = json.loads(one["ballot"]) if one["ballot"] else None
    words = json.loads(one["words"]["text"]) if one.get("words") else None
    return {
        "pseudonym": one["pseudonym"],
        "commitment": one["commitment"],
        "vote": content["vote"] if content else "",
        "answers": content["answers"] if content else {},
        "words": words,
    }


def place_of_receipt(reference: str, receipt: str) -> int | None:
    """Return the place of the one opened ballot whose receipt begins so; looked up by index.

    None below eight digits, where there is none, and where several begin alike.
    """
    if not _RECEIPT.match(receipt):
        return None
    hearing = Hearing.objects.filter(reference=reference).first()
    if hearing is None:
        return None
    found = BallotOpening.objects.filter(
        ballot__hearing=hearing,
        ballot__round=hearing.round,
        ballot__commitment__gte=receipt,
        ballot__commitment__lt=f"{receipt}g",
    ).order_by("ballot__commitment")
    places = list(found.values_list("position", flat=True)[:2])
    return places[0] if len(places) == 1 else None


def grouped_ballots(ballots: list[Ballot], verdict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the ballots as majority, dissent and unread, the empty groups left out."""
    larger = "pay" if verdict["tally"]["pay"] > verdict["tally"]["deny"] else "deny"
    is_even = verdict["tally"]["pay"] == verdict["tally"]["deny"]
    smaller = "deny" if larger == "pay" else "pay"
    groups = [
        {"kind": "even" if is_even else "majority", "vote": larger},
        {"kind": "even" if is_even else "dissent", "vote": smaller},
        {"kind": "unread", "vote": ""},
    ]
    shown: list[dict[str, Any]] = []
    for group in groups:
        own = [one for one in ballots if one["vote"] == group["vote"]]
        if own:
            shown.append({**group, "ballots": own})
    return shown
