"""Figures of a month, published once, when it is over, as entries of the public record."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Min

from claims.models import ClaimEvent
from core.actor import Actor
from core.zone import local_date
from disclosure import permissions
from disclosure.figure_queries import AGENCIES, COMPLAINTS, TIMES
from disclosure.models import Complaint
from disclosure.month_figures import Body, agency_figures, complaint_figures, time_figures
from disclosure.small_cells import month_after, months_between
from record.models import Entry
from record.services import append_entry

KINDS: dict[str, Callable[[str, Mapping[str, Any]], Body]] = {
    COMPLAINTS: complaint_figures,
    TIMES: time_figures,
    AGENCIES: agency_figures,
}
SUBJECTS = {COMPLAINTS: "complaints", TIMES: "times", AGENCIES: "agencies"}
LOCK = 4_051_107


def subject_of(kind: str, month: str) -> str:
    """Return what an entry of figures is about, e.g. `complaints:2020-05`."""
    return f"{SUBJECTS[kind]}:{month}"


@transaction.atomic
def publish_figures(*, actor: Actor, now: datetime) -> list[Entry]:
    """Publish every month that is over and has no entries yet, the earliest first.

    Safe twice at once: one transaction publishes, the other finds it done. A month without
    enough to tell says so; what waits is told with a later month (promise 29).
    """
    permissions.require_machine(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    this_month = f"{local_date(now):%Y-%m}"
    published: list[Entry] = []
    for kind, compute in KINDS.items():
        last = Entry.objects.filter(kind=kind).order_by("-id").first()
        body: Body = json.loads(last.body) if last is not None else {}
        first = month_after(body["month"]) if body else _first_month(now)
        for month in months_between(first, this_month):
            if month == this_month:
                break
            body = compute(month, body)
            published.append(
                append_entry(kind=kind, subject=subject_of(kind, month), body=body, now=now)
            )
    return published


def _first_month(now: datetime) -> str:
    """Return the month of the oldest thing that figures could be about."""
    starts = [
        ClaimEvent.objects.aggregate(first=Min("occurred_at"))["first"],
        Complaint.objects.aggregate(first=Min("received_at"))["first"],
    ]
    return f"{local_date(min([at for at in starts if at is not None], default=now)):%Y-%m}"
