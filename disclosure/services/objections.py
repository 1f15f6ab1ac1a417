"""Objections: received in time, owned, inquired into, answered by two people."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import bound_rules, lock_claim, standing_of
from claims.services import suspend_claim
from claims.states import State
from core import deadlines
from core.actor import Actor
from core.errors import Blocked, NotAllowed, WrongState, refuse_if
from core.references import new_reference
from core.zone import add_days, end_of_day, local_date
from disclosure import permissions
from disclosure.messages import OBJECTION_ANSWERED, OBJECTION_ASSIGNED, OBJECTION_RECEIVED
from disclosure.models import NoticeEntry, NoticeEvent, Objection
from disclosure.queries import open_objection_counts
from disclosure.services.entries import suspend_entry
from disclosure.services.events import log_event
from disclosure.states import EntryState, ObjectionState
from members.queries import people_with_role
from members.services import notify
from members.states import Role

CLOSED_IN_TIME = "objection_in_time"
ONE_OPEN = "objection_one_open_per_member"


@transaction.atomic
def object_to_entry(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    grounds: str,
    statement: str,
    evidence_note: str = "",
) -> Objection:
    """Receive a verified member's objection to a noticed case.

    The database's clock decides whether it is in time, under a lock on the entry (promise 28).
    It gets a number, an owner and a deadline at once. Raises NotAllowed without a person,
    Blocked with every reason why not.
    """
    entry = NoticeEntry.objects.select_related("claim__plan", "claim__rulebook_version").get(
        reference=reference
    )
    if actor.person_id is None:
        raise NotAllowed("objection_by_member", _("Sign in as a member to object."))
    refuse_if(permissions.objection_blockers(entry, actor.person_id, now))
    claim = entry.claim
    days = bound_rules(claim).objection_inquiry_days
    due_on = add_days(local_date(now, claim.plan.zone), days)
    objection = _receive(
        entry,
        Objection(
            reference=new_reference("O"),
            entry=entry,
            member_id=actor.person_id,
            grounds=grounds,
            statement=statement,
            evidence_note=evidence_note,
            owner_id=_next_owner(claim, actor.person_id),
            due_at=end_of_day(due_on, claim.plan.zone),
        ),
    )
    log_event(
        subject=objection.reference,
        event=NoticeEvent.Event.OBJECT,
        actor=actor,
        now=now,
        to_state=ObjectionState.RECEIVED,
    )
    deadlines.schedule("objection_due", objection.reference, objection.due_at)
    _tell_receipt(objection, actor.person_id, now)
    return objection


def _receive(entry: NoticeEntry, objection: Objection) -> Objection:
    """Insert it; what the database refuses comes back as the blocker it stands for."""
    try:
        with transaction.atomic():
            objection.save(force_insert=True)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
        if name == CLOSED_IN_TIME:
            raise Blocked(
                CLOSED_IN_TIME, _("The time for objections to this case is over.")
            ) from error
        if name == ONE_OPEN:
            raise Blocked(
                ONE_OPEN, _("You have objected to this case already; the answer is still to come.")
            ) from error
        raise
    return Objection.objects.get(pk=objection.pk)


def _next_owner(claim: Claim, member_id: int) -> int | None:
    """Return the reviewer apart from the claim with the fewest open objections."""
    able = [
        person.pk
        for person in people_with_role(Role.REVIEWER)
        if person.pk != member_id and not standing_of(claim, [person.pk])[0]
    ]
    counts = open_objection_counts(able)
    return min(able, key=lambda pk: (counts.get(pk, 0), pk), default=None)


def _tell_receipt(objection: Objection, member_id: int, now: datetime) -> None:
    params = {"reference": objection.reference, "due_at": objection.due_at.isoformat()}
    notify(member_id, OBJECTION_RECEIVED, params, f"{objection.reference}:received", now)
    if objection.owner_id is not None:
        notify(
            objection.owner_id,
            OBJECTION_ASSIGNED,
            params,
            f"{objection.reference}:owner:{objection.owner_id}",
            now,
        )


@transaction.atomic
def open_inquiry(*, reference: str, actor: Actor, now: datetime, question: str = "") -> Objection:
    """Begin to look into an objection; whoever does it owns it from then on."""
    claim, _entry, objection = _locked(reference)
    person_id = _reviewer_apart(actor, claim, objection)
    _require(objection, ObjectionState.RECEIVED)
    objection.open_inquiry()
    objection.owner_id = person_id
    objection.inquiry_opened_at = now
    objection.inquiry_question = question
    objection.save(update_fields=["state", "owner", "inquiry_opened_at", "inquiry_question"])
    log_event(
        subject=objection.reference,
        event=NoticeEvent.Event.OPEN_INQUIRY,
        actor=actor,
        now=now,
        from_state=ObjectionState.RECEIVED,
        to_state=objection.state,
    )
    return objection


@transaction.atomic
def draft_answer(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    outcome: str,
    answer: str,
    board_answer: str,
) -> Objection:
    """Lay an answer before a second person: `sustained` or `dismissed`, with both its texts.

    `answer` goes to the objector and the notice, `board_answer` to the public board. Raises
    WrongState outside an inquiry, Blocked where the two texts are one.
    """
    claim, _entry, objection = _locked(reference)
    person_id = _reviewer_apart(actor, claim, objection)
    _require(objection, ObjectionState.UNDER_INQUIRY)
    if answer.strip() == board_answer.strip():
        raise Blocked(
            "objection_shared_text",
            _("The board's text must differ from the notice's, so that nobody can join the two."),
        )
    objection.proposed_outcome = ObjectionState(outcome)
    objection.answer, objection.board_answer = answer, board_answer
    objection.drafted_by_id, objection.drafted_at = person_id, now
    objection.save(
        update_fields=["proposed_outcome", "answer", "board_answer", "drafted_by", "drafted_at"]
    )
    log_event(
        subject=objection.reference,
        event=NoticeEvent.Event.DRAFT_ANSWER,
        actor=actor,
        now=now,
        note=objection.proposed_outcome,
    )
    return objection


@transaction.atomic
def sustain(*, reference: str, actor: Actor, now: datetime, seen: str = "") -> Objection:
    """Confirm that the member is right: the answer is published and the notice stops.

    The claim goes back to investigation; a second notice follows if it is approved again.
    Raises NotAllowed for others than reviewers, because it suspends the claim, and for whoever
    drafted the answer; Blocked where another was drafted.
    """
    permissions.require_role(actor, permissions.PREPARERS)
    claim, entry, objection = _answered(reference, actor, now, ObjectionState.SUSTAINED, seen)
    if entry.state == EntryState.OPEN and claim.state == State.ON_NOTICE:
        suspend_entry(entry=entry, actor=actor, now=now)
        suspend_claim(
            reference=claim.reference,
            actor=actor,
            now=now,
            objection_reference=objection.reference,
            reason=objection.answer,
        )
    return objection


@transaction.atomic
def dismiss(*, reference: str, actor: Actor, now: datetime, seen: str = "") -> Objection:
    """Confirm that the case stands, and publish why. The entry may then clear in its time.

    Raises NotAllowed for whoever drafted the answer, Blocked where another was drafted.
    """
    _claim, entry, objection = _answered(reference, actor, now, ObjectionState.DISMISSED, seen)
    if entry.state == EntryState.OPEN:
        deadlines.schedule("close_notice_entry", entry.reference, max(entry.closes_at, now))
    return objection


def _answered(
    reference: str, actor: Actor, now: datetime, outcome: ObjectionState, seen: str
) -> tuple[Claim, NoticeEntry, Objection]:
    claim, entry, objection = _locked(reference)
    person_id = permissions.require_role(actor, permissions.SIGNERS)
    permissions.require_apart(actor, claim)
    permissions.require_another(actor, objection.member_id, "objection_own")
    permissions.require_another(actor, objection.drafted_by_id, "objection_answered_by_another")
    _require(objection, ObjectionState.UNDER_INQUIRY)
    if objection.proposed_outcome != outcome:
        raise Blocked(
            "objection_no_such_answer", _("An answer with this outcome has not been drafted.")
        )
    permissions.require_seen(seen, *objection.texts)
    if outcome == ObjectionState.SUSTAINED:
        objection.sustain()
    else:
        objection.dismiss()
    objection.answered_by_id, objection.answered_at = person_id, now
    objection.save(update_fields=["state", "answered_by", "answered_at"])
    log_event(
        subject=objection.reference,
        event=NoticeEvent.Event.SUSTAIN
        if outcome == ObjectionState.SUSTAINED
        else NoticeEvent.Event.DISMISS,
        actor=actor,
        now=now,
        from_state=ObjectionState.UNDER_INQUIRY,
        to_state=objection.state,
    )
    deadlines.cancel("objection_due", objection.reference)
    notify(
        objection.member_id,
        OBJECTION_ANSWERED,
        {"reference": objection.reference},
        f"{objection.reference}:answered",
        now,
    )
    return claim, entry, objection


@transaction.atomic
def mark_overdue(*, reference: str, actor: Actor, now: datetime) -> Objection:
    """Mark an unanswered objection overdue and tell the ombudsman."""
    permissions.require_machine(actor)
    _claim, _entry, objection = _locked(reference)
    if objection.state not in (ObjectionState.RECEIVED, ObjectionState.UNDER_INQUIRY):
        raise WrongState(
            "objection_answered", _("The objection is answered."), state=objection.state
        )
    objection.is_overdue = True
    objection.save(update_fields=["is_overdue"])
    params = {"reference": objection.reference, "due_at": objection.due_at.isoformat()}
    for person in people_with_role(Role.OMBUDSMAN):
        notify(person.pk, OBJECTION_ASSIGNED, params, f"{objection.reference}:overdue", now)
    return objection


def _locked(reference: str) -> tuple[Claim, NoticeEntry, Objection]:
    """Lock in the order of the house: the claim, the entry, the objection."""
    found = Objection.objects.values_list("entry_id", "entry__claim__reference").get(
        reference=reference
    )
    claim = lock_claim(found[1])
    entry = NoticeEntry.objects.select_for_update().get(pk=found[0])
    return claim, entry, Objection.objects.select_for_update().get(reference=reference)


def _reviewer_apart(actor: Actor, claim: Claim, objection: Objection) -> int:
    person_id = permissions.require_role(actor, permissions.PREPARERS)
    permissions.require_apart(actor, claim)
    permissions.require_another(actor, objection.member_id, "objection_own")
    return person_id


def _require(objection: Objection, state: ObjectionState) -> None:
    if objection.state != state:
        raise WrongState(
            "objection_state",
            _("The objection has moved on; this step is not open any more."),
            state=objection.state,
        )
