"""An Atom feed of each plan: what was published about its cases and rounds, corrections too."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from core import formats
from disclosure import wording
from disclosure.board_queries import ROUND_CLOSED
from disclosure.models import PublicCaseEntry
from members.models import Plan
from record.models import Entry
from sharing.publishing import case_count

LENGTH = 60
_ROUNDS_READ = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One publication in words; `key` is the record entry's digest and never changes."""

    key: str
    at: datetime
    title: str
    text: str
    address: str


def items_of(plan: Plan) -> list[Item]:
    """Return a plan's latest publications, newest first, in three queries."""
    found = [*_of_cases(plan), *_of_rounds(plan)]
    return sorted(found, key=lambda item: item.at, reverse=True)[:LENGTH]


def _of_cases(plan: Plan) -> Iterator[Item]:
    names = wording.disease_names()
    rows = (
        PublicCaseEntry.objects.filter(case__plan=plan)
        .select_related("case", "entry")
        .order_by("-id")[:LENGTH]
    )
    for row in rows:
        body = json.loads(row.entry.body)
        title = wording.heading_of(body, names)
        text = _("Case %(case)s of the notice of %(day)s.") % {
            "case": body["case"],
            "day": formats.day(date.fromisoformat(body["period"])),
        }
        if row.kind == "correction":
            title = _("Corrected: %(heading)s") % {"heading": title}
            text = _("%(text)s Why it was corrected: %(reason)s") % {
                "text": text,
                "reason": body["correction"]["reason"],
            }
        address = reverse("board_case", args=[row.case.reference])
        yield Item(row.entry.body_digest, row.published_at, title, text, address)


def _of_rounds(plan: Plan) -> Iterator[Item]:
    rows = Entry.objects.filter(kind=ROUND_CLOSED).order_by("-id")[:_ROUNDS_READ]
    for entry in rows:
        body = json.loads(entry.body)
        if body["plan"] == plan.code:
            yield _of_round(entry, body)


def _of_round(entry: Entry, body: dict[str, Any]) -> Item:
    said = {
        "day": formats.day(date.fromisoformat(body["sharing_on"])),
        "aid": formats.amount_words(body["aid_cents"]),
        "cases": formats.grouped(case_count(body)),
    }
    return Item(
        entry.body_digest,
        entry.occurred_at,
        _("The round of %(day)s is closed: %(aid)s for %(cases)s cases") % said,
        _("Every cent of it is on the page of its period."),
        reverse("board_periods"),
    )


def feed_of(plan: Plan, own_address: str, language: str) -> str:
    """Return the plan's feed as Atom (RFC 4287); its words are in the language now active."""
    live = settings.PUBLIC_URL.rstrip("/")
    items = items_of(plan)
    feed = Atom1Feed(
        title=_("Gongdao: %(plan)s") % {"plan": plan.name},
        link=live + reverse("board_home"),
        description=_("Cases, rounds and corrections, as they are published."),
        language=language,
        feed_url=live + own_address,
        feed_guid=live + own_address,
    )
    for item in items:
        feed.add_item(
            title=item.title,
            link=live + item.address,
            description=item.text,
            unique_id=f"urn:sha256:{item.key}",
            updateddate=item.at,
        )
    return feed.writeString("utf-8")
