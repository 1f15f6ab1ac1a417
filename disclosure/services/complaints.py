"""Complaints: filed by anyone, owned by somebody, answered by a day, and never published."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core import deadlines
from core.actor import Actor
from core.errors import NotAllowed, WrongState, refuse_if
from core.references import new_reference
from core.zone import SHANGHAI, add_days, end_of_day, local_date
from disclosure import complaint_rules, permissions
from disclosure.complaint_queries import open_complaint_counts
from disclosure.messages import COMPLAINT_ANSWERED, COMPLAINT_ASSIGNED, COMPLAINT_OVERDUE
from disclosure.models import Complaint, ComplaintEvent
from disclosure.states import OPEN_COMPLAINTS, ComplaintState
from members.queries import people_with_role
from members.services import notify
from members.states import Role

DUE = "complaint_due"
REMIND_AGAIN = timedelta(days=7)
ESCALATED_TO = (Role.OMBUDSMAN, Role.ADMIN)


@transaction.atomic
def file_complaint(
    *,
    actor: Actor,
    now: datetime,
    category: str,
    text: str,
    contact: str = "",
    page: str = "",
) -> Complaint:
    """Receive a complaint from anybody; it gets a number, an owner and a deadline at once.

    `page` is the address it was filed from. The answer is due at the end of the day that lies
    `GONGDAO_COMPLAINT_DAYS` after today. The ombudsman with the fewest open ones owns it.
    """
    due_on = add_days(local_date(now), settings.COMPLAINT_DAYS)
    complaint = Complaint(
        reference=new_reference("G"),
        category=category,
        text=text,
        contact=contact,
        page=complaint_rules.page_of(page),
        person_id=actor.person_id,
        owner_id=_next_owner(actor.person_id),
        due_at=end_of_day(due_on, SHANGHAI),
    )
    complaint.save(force_insert=True)
    _log(complaint, ComplaintEvent.Event.FILE_COMPLAINT, actor, now)
    deadlines.schedule(DUE, complaint.reference, complaint.due_at)
    if complaint.owner_id is not None:
        _tell(complaint, complaint.owner_id, COMPLAINT_ASSIGNED, "owner", now)
    return complaint


def _next_owner(person_id: int | None) -> int | None:
    able = [one.pk for one in people_with_role(Role.OMBUDSMAN) if one.pk != person_id]
    counts = open_complaint_counts(able)
    return min(able, key=lambda pk: (counts.get(pk, 0), pk), default=None)


@transaction.atomic
def assign_complaint(*, reference: str, actor: Actor, now: datetime, owner: str) -> Complaint:
    """Give a complaint to another person of the staff, named by reference.

    Raises NotAllowed for others than the ombudsman, WrongState once it is answered, Blocked for
    somebody who holds no fitting role or complains.
    """
    complaint = _locked(reference)
    refused = complaint_rules.assigner_blockers(complaint, actor)
    if refused:
        raise NotAllowed(refused[0].code, refused[0].message)
    _require_open(complaint)
    found = complaint_rules.able_owner(owner)
    refuse_if(complaint_rules.owner_blockers(complaint, found))
    if found is not None and found.pk != complaint.owner_id:
        complaint.owner = found
        complaint.save(update_fields=["owner"])
        _log(complaint, ComplaintEvent.Event.ASSIGN_COMPLAINT, actor, now)
        _tell(complaint, found.pk, COMPLAINT_ASSIGNED, f"owner:{now.isoformat()}", now)
    return complaint


@transaction.atomic
def examine_complaint(*, reference: str, actor: Actor, now: datetime) -> Complaint:
    """Begin to look into a complaint; whoever does it owns it from then on."""
    complaint = _locked(reference)
    person_id = _require_hand(complaint, actor)
    if complaint.state != ComplaintState.RECEIVED:
        raise _moved_on(complaint)
    before = str(complaint.state)
    complaint.examine_complaint()
    complaint.examined_at, complaint.owner_id = now, person_id
    complaint.save(update_fields=["state", "examined_at", "owner"])
    _log(complaint, ComplaintEvent.Event.EXAMINE_COMPLAINT, actor, now, before)
    return complaint


@transaction.atomic
def answer_complaint(
    *, reference: str, actor: Actor, now: datetime, outcome: str, answer: str
) -> Complaint:
    """Answer a complaint for good: what came of it, in words to the complainant.

    Of two people at once one answers. Raises NotAllowed for others than its owner and the
    ombudsman, and for the complainant; WrongState once it is answered.
    """
    complaint = _locked(reference)
    person_id = _require_hand(complaint, actor)
    _require_open(complaint)
    before = str(complaint.state)
    complaint.answer_complaint()
    complaint.outcome, complaint.answer = outcome, answer
    complaint.answered_by_id, complaint.answered_at = person_id, now
    complaint.save(update_fields=["state", "outcome", "answer", "answered_by", "answered_at"])
    _log(complaint, ComplaintEvent.Event.ANSWER_COMPLAINT, actor, now, before)
    deadlines.cancel(DUE, complaint.reference)
    if complaint.person_id is not None:
        _tell(complaint, complaint.person_id, COMPLAINT_ANSWERED, "answered", now)
    return complaint


@transaction.atomic
def mark_complaint_overdue(*, reference: str, actor: Actor, now: datetime) -> Complaint:
    """Mark an unanswered complaint overdue; tell ombudsmen and administrators, every week anew."""
    permissions.require_machine(actor)
    complaint = _locked(reference)
    _require_open(complaint)
    if not complaint.is_overdue:
        complaint.is_overdue = True
        complaint.save(update_fields=["is_overdue"])
        _log(complaint, ComplaintEvent.Event.MARK_OVERDUE, actor, now)
    told = {one.pk for role in ESCALATED_TO for one in people_with_role(role)}
    for person_id in sorted((told | {complaint.owner_id or 0}) - {0, complaint.person_id}):
        week = local_date(now).isoformat()
        _tell(complaint, person_id, COMPLAINT_OVERDUE, f"overdue:{week}", now)
    deadlines.schedule(DUE, complaint.reference, now + REMIND_AGAIN)
    return complaint


def _locked(reference: str) -> Complaint:
    return Complaint.objects.select_for_update().get(reference=reference)


def _require_hand(complaint: Complaint, actor: Actor) -> int:
    refused = complaint_rules.hand_blockers(complaint, actor)
    if refused or actor.person_id is None:
        first = refused[0] if refused else complaint_rules.NOT_YOURS
        raise NotAllowed(first.code, first.message)
    return actor.person_id


def _require_open(complaint: Complaint) -> None:
    if complaint.state not in OPEN_COMPLAINTS:
        raise _moved_on(complaint)


def _moved_on(complaint: Complaint) -> WrongState:
    return WrongState(
        "complaint_state",
        _("The complaint has moved on; this step is not open any more."),
        state=complaint.state,
    )


def _log(
    complaint: Complaint,
    event: ComplaintEvent.Event,
    actor: Actor,
    now: datetime,
    from_state: str = "",
) -> None:
    last = ComplaintEvent.objects.filter(complaint=complaint).aggregate(last=Max("seq"))["last"]
    ComplaintEvent.objects.create(
        complaint=complaint,
        seq=(last or 0) + 1,
        event=event,
        from_state=from_state,
        to_state=complaint.state,
        actor_person_id=actor.person_id,
        actor_kind=actor.kind,
        owner_id=complaint.owner_id,
        occurred_at=now,
    )


def _tell(complaint: Complaint, person_id: int, kind: str, key: str, now: datetime) -> None:
    params = {"reference": complaint.reference, "due_at": complaint.due_at.isoformat()}
    notify(person_id, kind, params, f"{complaint.reference}:{key}", now)
