"""Reading the notice and what is prepared for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from claims.models import Claim, Investigation
from claims.states import State
from disclosure.models import NoticeEntry, NoticePeriod, Objection, Redaction
from disclosure.states import OPEN_OBJECTIONS, EntryState, ObjectionState, PeriodState


def next_notice_number(claim: Claim) -> int:
    """Return the number of a claim's next notice, from 1."""
    return NoticeEntry.objects.filter(claim=claim).count() + 1


def redaction_for(claim: Claim, for_update: bool = False) -> Redaction | None:
    """Return the redaction written for a claim's next notice, if there is one yet."""
    rows = Redaction.objects.select_for_update() if for_update else Redaction.objects.all()
    return rows.filter(claim=claim, notice_number=next_notice_number(claim)).first()


def names_involved(claim: Claim) -> list[str]:
    """Return the names that must stand in nothing published about a claim."""
    people = [claim.claimant.full_name, claim.covered.full_name, claim.account_holder]
    return [name for name in {*people, claim.hospital_name} if name]


def period_key(period: NoticePeriod) -> str:
    """Return a period's stable name, as deadlines and addresses carry it."""
    return f"{period.plan.code}:{period.notice_on.isoformat()}"


def period_of_key(key: str) -> NoticePeriod:
    """Return the period a key names; NoticePeriod.DoesNotExist where there is none."""
    code, _colon, day = key.rpartition(":")
    return NoticePeriod.objects.select_related("plan").get(plan__code=code, notice_on=day)


def publishable(plan_id: int) -> QuerySet[Claim]:
    """Return a plan's approved claims whose next notice has a signed redaction."""
    return Claim.objects.filter(
        Exists(_signed_for_next()), plan_id=plan_id, state=State.APPROVED
    ).order_by("id")


def _signed_for_next() -> QuerySet[Redaction]:
    """Return the signed redaction that no notice entry has used yet."""
    return Redaction.objects.filter(
        claim=OuterRef("pk"), signed_by__isnull=False, notice_entry__isnull=True
    )


def redaction_desk() -> QuerySet[Claim]:
    """Return the decided claims whose redaction waits to be prepared or signed, oldest first."""
    used = NoticeEntry.objects.filter(claim=OuterRef("pk"))
    return (
        Claim.objects.filter(
            Q(state=State.APPROVED)
            | Q(state=State.DENIED_FINALLY, public_case__isnull=True) & ~Exists(used)
        )
        .exclude(Exists(_signed_for_next()))
        .select_related("plan", "covered")
        .prefetch_related("redactions__prepared_by")
        .order_by("state_entered_at", "id")
    )


def last_investigation(claim: Claim) -> Investigation | None:
    """Return the newest reported investigation of a claim, if any."""
    return (
        Investigation.objects.filter(claim=claim, reported_at__isnull=False)
        .order_by("-number")
        .first()
    )


def open_periods() -> QuerySet[NoticePeriod]:
    """Return the periods open now, newest first, with how many cases each holds."""
    return (
        NoticePeriod.objects.filter(state=PeriodState.OPEN)
        .select_related("plan")
        .annotate(case_count=Count("entries"))
        .order_by("-opens_at", "id")
    )


def noticed_now(now: datetime) -> QuerySet[NoticeEntry]:
    """Return the entries a member may read now: open ones of claims still on notice."""
    return (
        NoticeEntry.objects.filter(
            state=EntryState.OPEN, opens_at__lte=now, claim__state=State.ON_NOTICE
        )
        .select_related("period__plan", "claim__plan", "redaction")
        .annotate(objection_total=Count("objections"))
        .order_by("-id")
    )


def entry_for(reference: str) -> NoticeEntry:
    """Return an entry with what its page shows; NoticeEntry.DoesNotExist where there is none."""
    return NoticeEntry.objects.select_related(
        "period__plan", "claim__plan", "claim__rulebook_version", "redaction"
    ).get(reference=reference)


def objections_of_member(person_id: int) -> QuerySet[Objection]:
    """Return a member's own objections, the newest first."""
    return (
        Objection.objects.filter(member_id=person_id)
        .select_related("entry__period__plan", "owner")
        .order_by("-id")
    )


def objection_desk(state: str = "") -> QuerySet[Objection]:
    """Return the objections a reviewer works on, the next due first; or those of one state."""
    rows = Objection.objects.select_related("entry__claim__plan", "owner", "drafted_by", "member")
    if state:
        return rows.filter(state=state).order_by("-id")
    return rows.filter(state__in=OPEN_OBJECTIONS).order_by("due_at", "id")


def standing_objections(entry: NoticeEntry) -> QuerySet[Objection]:
    """Return the objections that keep an entry from clearing: open or sustained ones."""
    return Objection.objects.filter(entry=entry).exclude(state=ObjectionState.DISMISSED)


def answered_objections(claim_id: int) -> QuerySet[Objection]:
    """Return every objection ever made to a claim, in the order of receipt."""
    return (
        Objection.objects.filter(entry__claim_id=claim_id)
        .annotate(ended_at=Coalesce("answered_at", "received_at"))
        .order_by("id")
    )


def open_objection_counts(person_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open objections each of these people owns."""
    rows: Any = (
        Objection.objects.filter(owner_id__in=list(person_ids), state__in=OPEN_OBJECTIONS)
        .values_list("owner_id")
        .annotate(count=Count("id"))
    )
    return dict(rows)
