"""Reading the register of complaints."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from core.actor import Actor
from disclosure.complaint_rules import OWNERS
from disclosure.models import Complaint
from disclosure.states import OPEN_COMPLAINTS
from members.models import Person
from members.states import Role

QUEUE_KEYS = ("due_at", "id")
ENDED_KEYS = ("-id",)


def complaint_desk(actor: Actor, state: str = "") -> QuerySet[Complaint]:
    """Return the complaints a person of the staff works on: the open ones, or those of a state."""
    rows = Complaint.objects.select_related("owner").defer("contact", "text", "answer")
    if not actor.has_any(frozenset({Role.OMBUDSMAN, Role.AUDITOR})):
        rows = rows.filter(owner_id=actor.person_id)
    if actor.person_id is not None:
        rows = rows.exclude(person_id=actor.person_id)
    return rows.filter(state=state) if state else rows.filter(state__in=OPEN_COMPLAINTS)


def complaints_of(person_id: int) -> QuerySet[Complaint]:
    """Return a person's own complaints, the newest first."""
    return Complaint.objects.filter(person_id=person_id).defer("contact").order_by("-id")


def complaint_for(reference: str) -> Complaint | None:
    """Return a complaint with its owner, or None."""
    return Complaint.objects.select_related("owner").filter(reference=reference).first()


def possible_owners(complaint: Complaint) -> list[Person]:
    """Return the people a complaint may be given to, by name."""
    rows = Person.objects.filter(
        role_grants__role__in=sorted(OWNERS), role_grants__revoked_at__isnull=True
    )
    if complaint.person_id is not None:
        rows = rows.exclude(pk=complaint.person_id)
    return list(rows.order_by("full_name", "id").distinct())


def open_complaint_counts(person_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open complaints each of these people owns."""
    rows: Any = (
        Complaint.objects.filter(owner_id__in=list(person_ids), state__in=OPEN_COMPLAINTS)
        .values_list("owner_id")
        .annotate(count=Count("id"))
    )
    return dict(rows)
