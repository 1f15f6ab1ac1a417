"""The reviewer's queue: what waits for this person, ordered by what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Claim
from claims.queries import queue_for
from claims.states import State
from core import formats
from core.actor import Actor
from core.keyset import Page, keyset_page
from core.zone import local_date
from members.queries import rulebook_of
from members.rulebook_types import Rulebook

PAGE_SIZE = 50
VIEWS = ("mine", "all", "overdue")


@dataclass(frozen=True, slots=True)
class QueueView:
    """Which part of the queue is shown: `view` of VIEWS, one state or all, and from where on."""

    view: str = "all"
    state: str = ""
    after: str = ""


def queue_rows(actor: Actor, wanted: QueueView) -> Page[Claim]:
    """Return one page of the queue, in one query: by due date, then by number."""
    return keyset_page(_rows(actor, wanted), ("due_at", "id"), wanted.after, PAGE_SIZE)


def _rows(actor: Actor, wanted: QueueView) -> QuerySet[Claim]:
    states = [wanted.state] if wanted.state in State.values else []
    return queue_for(
        actor,
        states=states,
        mine_only=wanted.view == "mine",
        overdue_only=wanted.view == "overdue",
    ).select_related("rulebook_version")


def queue_sentence(actor: Actor, now: datetime) -> str:
    """Return the sentence above the queue: `3 to decide, 2 overdue, next due 14:00`."""
    waiting = queue_for(actor).order_by()
    found: dict[str, Any] = waiting.aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
        next_due=Min("due_at", filter=Q(due_at__gte=now)),
    )
    if not found["waiting"]:
        return _("Nothing waits for you.")
    parts = [
        ngettext("%(n)s claim waits", "%(n)s claims wait", found["waiting"])
        % {"n": formats.grouped(found["waiting"])}
    ]
    if found["overdue"]:
        parts.append(_("%(n)s overdue") % {"n": formats.grouped(found["overdue"])})
    if found["next_due"]:
        parts.append(_("next due %(when)s") % {"when": formats.instant(found["next_due"])})
    return _(", ").join(parts)


def queue_table(claims: list[Claim], now: datetime) -> dict[str, Any]:
    """Return the rows as the table component shows them."""
    return {
        "caption": _("Claims, the first due first"),
        "columns": [
            {"label": _("Claim")},
            {"label": _("Illness")},
            {"label": _("Stands")},
            {"label": _("Due")},
            {"label": _("With")},
            {"label": _("Since filing"), "is_number": True},
        ],
        "rows": [{"cells": _cells(claim, now)} for claim in claims],
    }


def _cells(claim: Claim, now: datetime) -> list[dict[str, Any]]:
    late = claim.due_at is not None and claim.due_at < now
    due = formats.day(claim.due_at) if claim.due_at else "—"
    return [
        {"text": claim.reference, "url": reverse("console_claim", args=[claim.reference])},
        {"text": disease_name(claim)},
        {"text": str(State(claim.state).label)},
        {"text": due, "tags": [{"text": _("overdue"), "tone": "now"}] if late else []},
        {"text": claim.assigned_to.full_name if claim.assigned_to else "—"},
        {"text": _days_since_filing(claim, now), "is_number": True},
    ]


def _days_since_filing(claim: Claim, now: datetime) -> str:
    if claim.filed_at is None:
        return "—"
    zone = claim.plan.zone
    return formats.days((local_date(now, zone) - local_date(claim.filed_at, zone)).days)


def disease_name(claim: Claim) -> str:
    """Return the illness in the reader's language, empty while it is not answered."""
    if claim.rulebook_version is None or not claim.disease_code:
        return ""
    rulebook: Rulebook = rulebook_of(claim.rulebook_version)
    return rulebook.disease(claim.disease_code).name


def neighbours(actor: Actor, reference: str) -> dict[str, Any]:
    """Return the position of a claim among the first of the queue and the ones beside it."""
    references = list(queue_for(actor).values_list("reference", flat=True)[:200])
    if reference not in references:
        return {}
    place = references.index(reference)
    return {
        "position": place + 1,
        "total": len(references),
        "previous": references[place - 1] if place else "",
        "next": references[place + 1] if place + 1 < len(references) else "",
    }
