"""The queue: the claims and the other work that wait for a person, ordered by what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.models import Claim
from claims.queries import queue_for
from claims.states import FINAL, OWNER_ROLE, State
from claims.visibility import visible_to
from core import formats
from core.actor import Actor
from core.keyset import Page, keyset_page
from core.zone import local_date
from desk.waiting import waiting_claims
from members.queries import rulebook_of

PAGE_SIZE = 50
BESIDE = 200
VIEWS = ("waiting", "given", "role", "overdue", "known", "ended")
_KEYS = ("due_at", "id")
_RELATED = ("plan", "claimant", "covered", "assigned_to", "rulebook_version")


@dataclass(frozen=True, slots=True)
class QueueView:
    """Which part of the claims is shown: `view` of VIEWS, one state or all, and from where on."""

    view: str = "waiting"
    state: str = ""
    after: str = ""


def wanted_view(actor: Actor, view: str, state: str, after: str) -> QueueView:
    """Return the view asked for; without one, what waits, or everything for who only reads."""
    if view not in VIEWS:
        view = "known" if reads_only(actor) else "waiting"
    return QueueView(view, state if state in State.values else "", after)


def reads_only(actor: Actor) -> bool:
    """Say whether none of the actor's roles acts on claims: an auditor reads them all."""
    return actor.has("auditor") and not actor.has_any(
        frozenset({*OWNER_ROLE.values(), "ombudsman"})
    )


def queue_rows(actor: Actor, wanted: QueueView) -> Page[Claim]:
    """Return one page of claims, in one query: by due date, then by number."""
    rows = _VIEWS[wanted.view](actor)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    rows = rows.select_related(*_RELATED).defer("rulebook_version__body", "story")
    keys = ("-state_entered_at", "-id") if wanted.view == "ended" else _KEYS
    return keyset_page(rows, keys, wanted.after, PAGE_SIZE)


def _given(actor: Actor) -> QuerySet[Claim]:
    return visible_to(actor).filter(assigned_to_id=actor.person_id).exclude(state__in=FINAL)


def _known(actor: Actor) -> QuerySet[Claim]:
    return visible_to(actor).exclude(state__in=[*FINAL, State.DRAFT])


def _overdue(actor: Actor) -> QuerySet[Claim]:
    return _known(actor).filter(is_overdue=True)


def _ended(actor: Actor) -> QuerySet[Claim]:
    return visible_to(actor).filter(state__in=FINAL)


_VIEWS: dict[str, Callable[[Actor], QuerySet[Claim]]] = {
    "waiting": waiting_claims,
    "given": _given,
    "role": queue_for,
    "overdue": _overdue,
    "known": _known,
    "ended": _ended,
}


def view_labels(actor: Actor) -> list[tuple[str, str]]:
    """Return the views that mean something to the actor, each in words."""
    labels = {
        "waiting": _("What waits for me"),
        "given": _("Given to me"),
        "role": _("Everything with my roles"),
        "overdue": _("Overdue"),
        "known": _("All under way"),
        "ended": _("Ended"),
    }
    if reads_only(actor):
        labels = {name: labels[name] for name in ("known", "overdue", "ended")}
    return list(labels.items())


def queue_table(claims: list[Claim], now: datetime) -> dict[str, Any]:
    """Return the rows as the table component shows them."""
    return {
        "caption": _("Claims, the first due first"),
        "is_keyed": True,
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
    due = formats.day(claim.due_at, claim.plan.zone) if claim.due_at else "—"
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
    known = {one.code: one.name for one in rulebook_of(claim.rulebook_version).diseases}
    return known.get(claim.disease_code, claim.disease_code)


def neighbours(actor: Actor, reference: str) -> dict[str, Any]:
    """Return the position of a claim among the first of the queue and the ones beside it."""
    rows = waiting_claims(actor).order_by(F("due_at").asc(nulls_last=True), "id")
    references = list(rows.values_list("reference", flat=True)[:BESIDE])
    if reference not in references:
        return {}
    place = references.index(reference)
    return {
        "position": place + 1,
        "total": len(references),
        "previous": references[place - 1] if place else "",
        "next": references[place + 1] if place + 1 < len(references) else "",
    }
