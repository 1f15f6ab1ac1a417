"""A juror's standing: suspended or disqualified with reasons, appealed, restored."""

from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import CLOCK, Actor
from core.canonical import canonical_json, sha256_hex
from core.deadlines import cancel, schedule
from core.errors import Blocked, NotAllowed, WrongState
from core.references import new_reference
from core.zone import end_of_day, local_date
from jury.causes import APPEAL_ANSWER, CAUSES, SUSPENSION_MAX
from jury.juror_messages import tell_answer, tell_appeal, tell_decision, tell_restored
from jury.models import JurorStanding, StandingAppeal, StandingAppealAnswer, StandingEvent
from jury.services.exams import own_person
from jury.states import AppealOutcome, StandingState
from members.queries import people_with_role

END_SUSPENSION = "jury.end_suspension"
APPEAL_DUE = "jury.standing_appeal_due"


@transaction.atomic
def suspend_juror(
    *,
    reference: str,
    cause: str,
    until_on: date,
    reasons: str,
    actor: Actor,
    now: datetime,
) -> JurorStanding:
    """Suspend an active juror to the end of a day, for a coded cause, with reasons sent to them.

    `reference` is the person's. The clock ends it. Raises NotAllowed, WrongState, Blocked.
    """
    standing = _decidable(reference, actor, {StandingState.ACTIVE})
    if not (cause in CAUSES and CAUSES[cause].suspends):
        raise Blocked("jury_cause_unfit", _("Nobody is suspended for this cause."))
    today = local_date(now)
    if not today <= until_on <= today + SUSPENSION_MAX:
        raise Blocked("jury_suspension_length", _("A suspension ends within a year from now."))
    until_at = end_of_day(until_on)
    schedule(END_SUSPENSION, reference, until_at)
    return _decide(standing, "suspend", cause, reasons, until_at, actor, now)


@transaction.atomic
def disqualify_juror(
    *, reference: str, cause: str, reasons: str, actor: Actor, now: datetime
) -> JurorStanding:
    """Disqualify a juror for good, for a coded cause; only a reversed appeal undoes it."""
    standing = _decidable(reference, actor, {StandingState.ACTIVE, StandingState.SUSPENDED})
    if not (cause in CAUSES and CAUSES[cause].disqualifies):
        raise Blocked("jury_cause_unfit", _("Nobody is disqualified for this cause."))
    cancel(END_SUSPENSION, reference)
    return _decide(standing, "disqualify", cause, reasons, None, actor, now)


def _decidable(reference: str, actor: Actor, sources: set[StandingState]) -> JurorStanding:
    standing = (
        JurorStanding.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(person__reference=reference)
    )
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    if actor.person_id == standing.person_id:
        raise NotAllowed("jury_own_standing", _("Nobody decides on their own standing."))
    if standing.state not in sources:
        raise WrongState(
            "jury_standing_moved_on",
            _("This juror's standing does not allow it."),
            state=str(standing.state),
        )
    return standing


def _decide(
    standing: JurorStanding,
    event: str,
    cause: str,
    reasons: str,
    until_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> JurorStanding:
    from_state = standing.state
    standing.state = StandingState.SUSPENDED if until_at else StandingState.DISQUALIFIED
    standing.reason_code = cause
    standing.suspended_until = until_at
    row = write_standing_event(
        standing, event=event, from_state=from_state, actor=actor, now=now, reasons=reasons
    )
    tell_decision(standing, row, now)
    return standing


@transaction.atomic
def end_suspension(*, reference: str, now: datetime) -> str:
    """Restore a juror whose suspension has run out; the clock's, and safe twice."""
    standing = JurorStanding.objects.select_for_update(of=("self",)).get(
        person__reference=reference
    )
    until = standing.suspended_until
    if standing.state != StandingState.SUSPENDED or until is None or until > now:
        return "over"
    _restore(standing, "end_suspension", "", CLOCK, now)
    tell_restored(standing, now)
    return "ended"


def _restore(
    standing: JurorStanding, event: str, reasons: str, actor: Actor, now: datetime
) -> None:
    from_state = standing.state
    standing.state = StandingState.ACTIVE
    standing.reason_code = ""
    standing.suspended_until = None
    write_standing_event(
        standing, event=event, from_state=from_state, actor=actor, now=now, reasons=reasons
    )


@transaction.atomic
def file_appeal(*, grounds: str, actor: Actor, now: datetime) -> StandingAppeal:
    """Appeal to the ombudsman against the decision in force on one's own standing.

    Once for each decision. Raises WrongState where there is nothing to appeal against.
    """
    standing = JurorStanding.objects.select_for_update().filter(person_id=own_person(actor)).first()
    refusal = appeal_refusal(standing)
    if refusal is not None:
        raise refusal
    assert standing is not None, "a decision in force has a standing"
    event = standing.events.get(seq=standing.event_count)
    appeal = StandingAppeal.objects.create(
        reference=new_reference("AP"),
        event=event,
        grounds=grounds,
        filed_at=now,
        due_at=now + APPEAL_ANSWER,
    )
    schedule(APPEAL_DUE, appeal.reference, appeal.due_at)
    for person in people_with_role("ombudsman"):
        tell_appeal(appeal, person.pk, now, is_late=False)
    return appeal


def appeal_refusal(standing: JurorStanding | None) -> WrongState | None:
    """Return why nobody can appeal against a standing's last decision, or None where they can."""
    if standing is None or standing.state == StandingState.ACTIVE:
        return WrongState("jury_nothing_to_appeal", _("There is no decision to appeal against."))
    if StandingAppeal.objects.filter(
        event__standing=standing, event__seq=standing.event_count
    ).exists():
        words = _("You have appealed against this decision already.")
        return WrongState("jury_appealed", words, state="appealed")
    return None


@transaction.atomic
def answer_appeal(
    *, reference: str, outcome: str, reasons: str, actor: Actor, now: datetime
) -> StandingAppealAnswer:
    """Uphold or reverse a decision on a juror's standing, with reasons; the ombudsman, once.

    Whoever took the decision never answers the appeal. A reversal restores the juror at once.
    """
    found = StandingAppeal.objects.select_related("event").get(reference=reference)
    standing = (
        JurorStanding.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=found.event.standing_id)
    )
    if not actor.has("ombudsman"):
        raise NotAllowed("jury_ombudsman_only", _("The ombudsman answers appeals."))
    if actor.person_id in (found.event.actor_id, standing.person_id):
        raise NotAllowed(
            "jury_appeal_own", _("Somebody else answers an appeal against your own decision.")
        )
    if StandingAppealAnswer.objects.filter(appeal=found).exists():
        raise WrongState("jury_appeal_answered", _("This appeal is answered."), state="answered")
    answer = StandingAppealAnswer.objects.create(
        appeal=found,
        outcome=AppealOutcome(outcome),
        reasons=reasons,
        answered_by_id=own_person(actor),
        answered_at=now,
    )
    cancel(APPEAL_DUE, reference)
    is_in_force = found.event.seq == standing.event_count
    if outcome == AppealOutcome.REVERSED and is_in_force:
        cancel(END_SUSPENSION, standing.person.reference)
        _restore(standing, "reverse", reasons, actor, now)
    tell_answer(standing, answer, now)
    return answer


@transaction.atomic
def escalate_appeal(*, reference: str, now: datetime) -> str:
    """Tell every ombudsman and administrator that an appeal is late."""
    appeal = StandingAppeal.objects.select_related("event").get(reference=reference)
    JurorStanding.objects.select_for_update().get(pk=appeal.event.standing_id)
    if StandingAppealAnswer.objects.filter(appeal=appeal).exists():
        return "answered"
    for role in ("ombudsman", "admin"):
        for person in people_with_role(role):
            tell_appeal(appeal, person.pk, now, is_late=True)
    return "escalated"


def write_standing_event(
    standing: JurorStanding,
    *,
    event: str,
    from_state: str,
    actor: Actor,
    now: datetime,
    reasons: str = "",
) -> StandingEvent:
    """Append one row to a juror's log and save the standing, whose row the caller holds locked."""
    last = StandingEvent.objects.filter(standing=standing).order_by("-seq").first()
    row = StandingEvent(
        standing=standing,
        seq=standing.event_count + 1,
        event=event,
        from_state=from_state,
        to_state=standing.state,
        cause=standing.reason_code,
        reasons=reasons,
        until_at=standing.suspended_until,
        actor_id=actor.person_id,
        actor_kind=actor.kind,
        occurred_at=now,
        previous_digest=last.digest if last else "",
    )
    row.digest = standing_digest(row)
    row.save(force_insert=True)
    standing.event_count = row.seq
    standing.state_entered_at = now
    standing.save()
    return row


def standing_digest(row: StandingEvent) -> str:
    """Return the SHA-256 of a row of a juror's log with the digest of the row before it."""
    return sha256_hex(
        canonical_json(
            {
                "standing": row.standing_id,
                "seq": row.seq,
                "event": row.event,
                "from": str(row.from_state),
                "to": str(row.to_state),
                "cause": row.cause,
                "reasons": row.reasons,
                "until": row.until_at.astimezone(UTC).isoformat() if row.until_at else "",
                "actor": row.actor_id or 0,
                "actor_kind": row.actor_kind,
                "occurred_at": row.occurred_at.astimezone(UTC).isoformat(),
                "previous": row.previous_digest,
            }
        )
    )
