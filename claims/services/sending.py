"""Sending investigators: who may go, who has the least to do, who takes over what is late."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from claims.messages import INVESTIGATION_ASSIGNED, INVESTIGATION_TAKEN_BACK, tell
from claims.models import Claim, Investigation
from claims.queries import bound_rules, lock_claim, open_investigation_of, standing_of
from claims.services.machine import STAGE, escalate, next_number, record_assignment
from claims.stages import stage_end
from claims.states import State
from core import deadlines
from core.actor import Actor
from core.errors import Blocker
from core.zone import add_days, end_of_day, local_date
from members.models import Agency, AgencyMember, Person
from members.queries import live_roles


def sending_blockers(
    claim: Claim, agency_code: str, investigator_id: int | None, due_on: date, now: datetime
) -> list[Blocker]:
    """Return what is wrong with sending this person of this agency by this day."""
    found: list[Blocker] = []
    agency = Agency.objects.filter(code=agency_code).first()
    if agency is None:
        return [Blocker("agency_unknown", _("Choose one of the agencies of the list."))]
    if due_on <= local_date(now, claim.plan.zone):
        found.append(Blocker("due_day_past", _("Enter a day after today for the report.")))
    if investigator_id is None:
        if least_busy(claim, agency.pk) is None:
            found.append(
                Blocker("nobody_to_send", _("This agency has nobody who may investigate here."))
            )
        return found
    works = AgencyMember.objects.filter(person_id=investigator_id, agency=agency).exists()
    if not works or "investigator" not in live_roles(investigator_id):
        found.append(
            Blocker("not_of_agency", _("Choose an investigator who works for this agency."))
        )
    elif not _may_be_sent(claim, investigator_id):
        found.append(
            Blocker(
                "investigator_involved",
                _("This person has another part in the claim. Send somebody else."),
            )
        )
    return found


def send(
    claim: Claim,
    actor: Actor,
    now: datetime,
    agency_code: str,
    investigator_id: int | None,
    questions: str,
    due_on: date,
) -> Investigation:
    """Open an investigation by the person named, or the agency's least busy one."""
    agency = Agency.objects.get(code=agency_code)
    chosen = investigator_id or least_busy(claim, agency.pk)
    return _create(claim, agency, chosen, questions, due_on, actor, now)


def _create(
    claim: Claim,
    agency: Agency,
    investigator_id: int | None,
    questions: str,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> Investigation:
    investigation = Investigation.objects.create(
        claim=claim,
        number=next_number(claim.investigations),
        agency=agency,
        investigator_id=investigator_id,
        questions=questions,
        due_on=due_on,
        opened_by_id=actor.person_id,
        opened_at=now,
    )
    if investigator_id is not None:
        tell(
            investigator_id,
            INVESTIGATION_ASSIGNED,
            {"reference": claim.reference, "due_on": due_on.isoformat()},
            f"{claim.reference}:{investigation.number}",
            now,
        )
    return investigation


def least_busy(claim: Claim, agency_id: int, exclude: int | None = None) -> int | None:
    """Return the agency's investigator with the fewest open investigations who may act here."""
    people = (
        Person.objects.filter(
            agency_member__agency_id=agency_id,
            role_grants__role="investigator",
            role_grants__revoked_at__isnull=True,
        )
        .exclude(pk=exclude or 0)
        .annotate(load=Count("investigations", filter=Q(investigations__closed_at__isnull=True)))
        .order_by("load", "pk")
    )
    return next((pk for pk in people.values_list("pk", flat=True) if _may_be_sent(claim, pk)), None)


def _may_be_sent(claim: Claim, person_id: int) -> bool:
    is_barred, steps = standing_of(claim, [person_id])
    return not is_barred and not (steps - {"report_findings", "investigator"})


def reopen_inquiry(
    claim: Claim, actor: Actor, now: datetime, questions: str, days_field: str
) -> tuple[int | None, datetime]:
    """Open an inquiry after a suspension or a halt, at the agency that knows the claim.

    Returns the investigator, if the agency has a free one, and the inquiry's end.
    """
    former = claim.investigations.order_by("-number").first()
    agency = former.agency if former else Agency.objects.order_by("pk").first()
    assert agency is not None, "no agency investigates for this operator"
    rules = bound_rules(claim)
    due_on = add_days(local_date(now, claim.plan.zone), int(getattr(rules, days_field)))
    chosen = least_busy(claim, agency.pk)
    _create(claim, agency, chosen, questions, due_on, actor, now)
    return chosen, end_of_day(due_on, claim.plan.zone)


@transaction.atomic
def reassign_overdue_investigation(*, reference: str, actor: Actor, now: datetime) -> str:
    """Give an overdue investigation to the agency's least busy other investigator.

    Called by the clock. Where there is nobody else the ombudsmen are told. Returns what was
    done: `reassigned` or `escalated`.
    """
    claim = lock_claim(reference)
    investigation = open_investigation_of(claim)
    if claim.state != State.UNDER_INVESTIGATION or investigation is None:
        return "moved_on"
    former = investigation.investigator_id
    chosen = least_busy(claim, investigation.agency_id, exclude=former)
    if chosen is None:
        return escalate(claim, now)
    due_at = stage_end(State.UNDER_INVESTIGATION, bound_rules(claim), now)
    assert due_at is not None
    investigation.investigator_id = chosen
    investigation.reassigned_count += 1
    investigation.due_on = add_days(local_date(due_at, claim.plan.zone), -1)
    investigation.save(update_fields=["investigator", "reassigned_count", "due_on"])
    claim.assigned_to_id = chosen
    claim.due_at = due_at
    claim.is_overdue = True
    claim.updated_at = now
    claim.save(update_fields=["assigned_to", "due_at", "is_overdue", "updated_at"])
    record_assignment(claim, chosen, None, "overdue", now)
    deadlines.schedule(STAGE, claim.reference, due_at)
    key = f"{reference}:{investigation.number}:{investigation.reassigned_count}"
    params = {"reference": reference, "due_on": investigation.due_on.isoformat()}
    tell(chosen, INVESTIGATION_ASSIGNED, params, key, now)
    if former is not None:
        tell(former, INVESTIGATION_TAKEN_BACK, params, key, now)
    return "reassigned"
