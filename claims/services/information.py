"""Asking the claimant: the question, the reminder, the answer, the lapse."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.messages import INFORMATION_REMINDER, tell
from claims.models import Claim, InformationRequest
from claims.queries import bound_rules, lock_claim, open_investigation_of, open_request_of
from claims.services.closing import close_open_work
from claims.services.machine import REMINDER, STAGE, begin, finish, next_number
from claims.states import State
from core import deadlines
from core.actor import Actor
from core.errors import Blocker
from core.zone import add_days, end_of_day, local_date, start_of_day

GRACE_AFTER_LATE_REMINDER = timedelta(days=3)


@transaction.atomic
def request_information(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    questions: str,
    deadline_on: date,
    documents: str = "",
) -> Claim:
    """Ask the claimant and stop the clock (step `request_information`).

    What was left of the stage's time is kept and given back with the answer. The reminder is
    due the rulebook's days before the deadline.
    """
    taken = begin(
        "request_information",
        reference,
        actor,
        now,
        lambda claim: _deadline_blockers(claim, deadline_on, now),
    )
    claim = taken.claim
    left = claim.due_at - now if claim.due_at else timedelta(0)
    came_from = str(claim.state)
    claim.request_information()
    due_at = end_of_day(deadline_on, claim.plan.zone)
    finish(
        taken,
        due_at=due_at,
        facts={"deadline_on": deadline_on.isoformat()},
        params={"deadline_on": deadline_on.isoformat()},
    )
    assert actor.person_id is not None
    InformationRequest.objects.create(
        claim=claim,
        number=next_number(claim.information_requests),
        came_from=came_from,
        questions=questions,
        documents=documents,
        deadline_on=deadline_on,
        remaining_seconds=max(int(left.total_seconds()), 0),
        asked_by_id=actor.person_id,
        asked_at=now,
    )
    deadlines.schedule(REMINDER, claim.reference, _reminder_at(claim, deadline_on, now))
    return claim


def _reminder_at(claim: Claim, deadline_on: date, now: datetime) -> datetime:
    before = bound_rules(claim).information_reminder_days
    return max(start_of_day(add_days(deadline_on, -before), claim.plan.zone), now)


def _deadline_blockers(claim: Claim, deadline_on: date, now: datetime) -> list[Blocker]:
    if deadline_on <= local_date(now, claim.plan.zone):
        return [Blocker("deadline_past", _("Enter a day after today for the answer."))]
    return []


@transaction.atomic
def remind_of_information(*, reference: str, actor: Actor, now: datetime) -> str:
    """Remind the claimant of an open question, once; called by the clock."""
    claim = lock_claim(reference)
    request = open_request_of(claim)
    if claim.state != State.INFORMATION_REQUESTED or request is None:
        return "moved_on"
    if request.reminded_at is not None:
        return "reminded_before"
    request.reminded_at = now
    request.save(update_fields=["reminded_at"])
    tell(
        claim.claimant_id,
        INFORMATION_REMINDER,
        {"reference": reference, "deadline_on": request.deadline_on.isoformat()},
        f"{reference}:{request.number}",
        now,
    )
    return "reminded"


@transaction.atomic
def supply_information(*, reference: str, actor: Actor, now: datetime, answer: str) -> Claim:
    """Answer (step `supply_information`): the claim goes back to where it came from.

    The stage gets back the time it had left when the clock stopped.
    """
    taken = begin("supply_information", reference, actor, now)
    claim = taken.claim
    request = open_request_of(claim)
    assert request is not None
    claim.clock_paused_seconds += max(int((now - request.asked_at).total_seconds()), 0)
    claim.supply_information(request.came_from)
    finish(
        taken,
        due_at=now + timedelta(seconds=request.remaining_seconds),
        assign_to=_back_to(claim, request),
        saved=("clock_paused_seconds",),
    )
    _close(request, now, "supplied", answer)
    deadlines.cancel(REMINDER, claim.reference)
    return claim


def _back_to(claim: Claim, request: InformationRequest) -> int | None:
    if request.came_from == State.UNDER_INVESTIGATION:
        investigation = open_investigation_of(claim)
        return investigation.investigator_id if investigation else None
    return request.asked_by_id


@transaction.atomic
def lapse_claim(*, reference: str, actor: Actor, now: datetime) -> Claim:
    """End a claim whose question stayed unanswered (step `lapse`), never before a reminder."""
    taken = begin("lapse", reference, actor, now)
    claim = taken.claim
    request = open_request_of(claim)
    assert request is not None
    claim.clock_paused_seconds += max(int((now - request.asked_at).total_seconds()), 0)
    claim.lapse()
    finish(taken, reason_code="unanswered", saved=("clock_paused_seconds",))
    _close(request, now, "lapsed", "")
    close_open_work(claim, now)
    return claim


@transaction.atomic
def end_information_stage(*, reference: str, actor: Actor, now: datetime) -> str:
    """Lapse at the deadline, or, where no reminder went out, remind and wait a little longer."""
    claim = lock_claim(reference)
    request = open_request_of(claim)
    if claim.state != State.INFORMATION_REQUESTED or request is None:
        return "moved_on"
    if request.reminded_at is not None:
        lapse_claim(reference=reference, actor=actor, now=now)
        return "lapsed"
    remind_of_information(reference=reference, actor=actor, now=now)
    claim.due_at = now + GRACE_AFTER_LATE_REMINDER
    claim.save(update_fields=["due_at"])
    deadlines.schedule(STAGE, reference, claim.due_at)
    return "reminded_late"


def _close(request: InformationRequest, now: datetime, outcome: str, answer: str) -> None:
    request.closed_at = now
    request.outcome = outcome
    request.answer = answer
    request.save(update_fields=["closed_at", "outcome", "answer"])
