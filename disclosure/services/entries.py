"""Notice entries: a claim goes on notice, clears on its own clock, or leaves it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.queries import bound_rules, lock_claim
from claims.services import clear_claim, publish_claim
from claims.states import State
from core import deadlines
from core.actor import Actor
from core.errors import Blocked, Blocker, WrongState, refuse_if
from core.references import new_reference
from disclosure import permissions
from disclosure.masks import mask_name
from disclosure.models import NoticeEntry, NoticeEvent, NoticePeriod
from disclosure.queries import redaction_for, standing_objections
from disclosure.services.board import case_of
from disclosure.services.events import log_event
from disclosure.states import EntryState, PeriodState
from members.rulebook import Rulebook


@transaction.atomic
def publish_entry(*, reference: str, actor: Actor, now: datetime) -> NoticeEntry:
    """Put an approved claim with a signed redaction on notice in its plan's open period.

    The entry opens now and runs the rulebook's full length, whatever the period's own end
    (promise 27). Raises WrongState, or Blocked where no period is open or nothing is signed.
    """
    permissions.require_machine(actor)
    claim = lock_claim(reference)
    if claim.state != State.APPROVED:
        raise WrongState(
            "claim_not_approved", _("Only an approved claim goes on notice."), state=claim.state
        )
    period = (
        NoticePeriod.objects.filter(
            plan_id=claim.plan_id, state=PeriodState.OPEN, closes_at__gt=now
        )
        .order_by("-opens_at")
        .first()
    )
    if period is None:
        raise Blocked("no_open_period", _("No notice period of the plan is open."))
    redaction = redaction_for(claim)
    if redaction is None or not redaction.is_signed:
        raise Blocked(
            "redaction_not_signed", _("A second person has not signed the redaction yet.")
        )
    rulebook = bound_rules(claim)
    length = timedelta(days=rulebook.notice_open_days)
    entry = NoticeEntry.objects.create(
        reference=new_reference("N"),
        period=period,
        claim=claim,
        number=redaction.notice_number,
        revision=claim.revision,
        redaction=redaction,
        card=card_of(claim, rulebook),
        opens_at=now,
        closes_at=max(period.closes_at, now + length),
        length_seconds=int(length.total_seconds()),
    )
    publish_claim(
        reference=claim.reference,
        actor=actor,
        now=now,
        entry_reference=entry.reference,
        closes_at=entry.closes_at,
    )
    log_event(
        subject=entry.reference,
        event=NoticeEvent.Event.PUBLISH,
        actor=actor,
        now=now,
        to_state=entry.state,
    )
    deadlines.schedule("close_notice_entry", entry.reference, entry.closes_at)
    return entry


def card_of(claim: Claim, rulebook: Rulebook) -> dict[str, Any]:
    """Return what the members' card shows: of the name the surname at most, no number, no day."""
    decade = case_of(claim).age // 10 * 10
    return {
        "name": mask_name(claim.covered.surname, rulebook.name_masking),
        "disease": claim.disease_code,
        "clause": rulebook.disease(claim.disease_code).clause,
        "age_band": f"{decade}-{decade + 9}",
        "sex": claim.covered.sex,
        "province": claim.province,
        "hospital_level": claim.hospital_level,
        "amount_cents": claim.aid_cents or 0,
    }


@transaction.atomic
def close_entry(*, reference: str, actor: Actor, now: datetime) -> NoticeEntry:
    """Clear an entry whose full time is over, unless an objection stands; then it waits.

    The claim is cleared with it. A claim that was withdrawn takes its entry off the notice.
    Raises Blocked while an objection is open or sustained (promise 28): its dismissal
    schedules the next attempt.
    """
    permissions.require_machine(actor)
    claim_reference = NoticeEntry.objects.values_list("claim__reference", flat=True).get(
        reference=reference
    )
    claim = lock_claim(claim_reference)
    entry = NoticeEntry.objects.select_for_update().get(reference=reference)
    if entry.state != EntryState.OPEN:
        raise WrongState(
            "entry_not_open", _("This entry is no longer on notice."), state=entry.state
        )
    if claim.state == State.WITHDRAWN:
        return _end(entry, EntryState.WITHDRAWN, NoticeEvent.Event.WITHDRAW, actor, now)
    refuse_if(clearing_blockers(entry, now))
    ended = _end(entry, EntryState.CLEARED, NoticeEvent.Event.CLEAR, actor, now)
    clear_claim(reference=claim.reference, actor=actor, now=now, entry_reference=entry.reference)
    return ended


def clearing_blockers(entry: NoticeEntry, now: datetime) -> list[Blocker]:
    """Return what keeps an open entry from clearing."""
    found: list[Blocker] = []
    if now < entry.closes_at:
        found.append(Blocker("entry_time_runs", _("The notice has not run its full time.")))
    if standing_objections(entry).exists():
        found.append(
            Blocker("entry_objection", _("An objection to this case has not been answered."))
        )
    return found


def _end(
    entry: NoticeEntry, state: str, event: NoticeEvent.Event, actor: Actor, now: datetime
) -> NoticeEntry:
    {
        EntryState.CLEARED: entry.clear,
        EntryState.SUSPENDED: entry.suspend,
        EntryState.WITHDRAWN: entry.withdraw,
    }[EntryState(state)]()
    entry.ended_at = now
    entry.save(update_fields=["state", "ended_at"])
    log_event(
        subject=entry.reference,
        event=event,
        actor=actor,
        now=now,
        from_state=EntryState.OPEN,
        to_state=entry.state,
    )
    return entry


def suspend_entry(*, entry: NoticeEntry, actor: Actor, now: datetime) -> NoticeEntry:
    """Stop a locked, open entry because an objection was sustained."""
    deadlines.cancel("close_notice_entry", entry.reference)
    return _end(entry, EntryState.SUSPENDED, NoticeEvent.Event.SUSPEND, actor, now)


@transaction.atomic
def withdraw_entry(*, reference: str, actor: Actor, now: datetime) -> NoticeEntry:
    """Take the entry of a withdrawn claim off the notice."""
    permissions.require_machine(actor)
    claim_reference = NoticeEntry.objects.values_list("claim__reference", flat=True).get(
        reference=reference
    )
    claim = lock_claim(claim_reference)
    entry = NoticeEntry.objects.select_for_update().get(reference=reference)
    if entry.state != EntryState.OPEN or claim.state == State.ON_NOTICE:
        raise WrongState(
            "entry_not_open", _("This entry is no longer on notice."), state=entry.state
        )
    deadlines.cancel("close_notice_entry", entry.reference)
    return _end(entry, EntryState.WITHDRAWN, NoticeEvent.Event.WITHDRAW, actor, now)
