"""How a hearing ends without a count: void, and withdrawn."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import services as claims_services
from claims.models import Claim
from claims.queries import lock_claim
from claims.states import State
from core.actor import CLOCK, Actor
from core.deadlines import cancel, schedule
from core.errors import NotAllowed, WrongState
from core.references import new_reference
from jury import vault
from jury.messages import VOID, VOID_ROUND, WITHDRAWN, tell_claimant, tell_seats
from jury.models import BallotDraft, Hearing
from jury.queries import claim_reference_of, live_hearing_of, lock_hearing
from jury.services.exhibits import carry_over
from jury.services.hearings import counting_fields, jury_rules_of, preparation_end
from jury.services.log import write_event
from jury.states import ENDED, HearingState
from record.services import append_entry

DEADLINES = (
    "jury.make_secrets",
    "jury.take_checkpoint",
    "jury.draw",
    "jury.tell_seats",
    "jury.lapse",
    "jury.open_voting",
    "jury.remind",
    "jury.last_call",
    "jury.close",
    "jury.count",
    "jury.overdue",
)
ROUNDS = 2


@transaction.atomic
def void_hearing(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str = ""
) -> Hearing:
    """Declare a round void for a published reason (jury officer); a new round follows."""
    if not actor.has("jury_officer"):
        raise NotAllowed("jury_officer_only", _("A jury officer does this."))
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if hearing.state in ENDED or hearing.openings.exists():
        raise WrongState(
            "jury_not_voidable", _("Its ballots are opened; they count."), state=hearing.state
        )
    return end_void(hearing, actor=actor, now=now, reason_code=reason_code, note=note)


def end_void(
    hearing: Hearing, *, actor: Actor, now: datetime, reason_code: str, note: str = ""
) -> Hearing:
    """End a round as void; claim and hearing are held locked. Its ballots are never opened.

    A first void round is followed by a second with the same brief; a second one by what the
    rulebook lays down. After a review a new dispute has two rounds again. Returns the new
    round, or the void hearing where there is none.
    """
    from_state = hearing.state
    hearing.void()
    write_event(
        hearing,
        event="void",
        from_state=from_state,
        actor=actor,
        now=now,
        role="clock" if actor.kind == "clock" else "jury_officer",
        reason_code=reason_code,
        note=note,
    )
    append_entry(
        kind="hearing_void",
        subject=hearing.reference,
        body={
            "hearing": hearing.reference,
            "round": hearing.round,
            "reason": reason_code,
        },
        now=now,
    )
    _put_away(hearing, now)
    tell_seats(VOID, hearing, now)
    tell_claimant(VOID_ROUND, hearing, now)
    if hearing.round % ROUNDS:
        return _next_round(hearing, actor, now)
    _fall_back(hearing, now)
    return hearing


def _next_round(void: Hearing, actor: Actor, now: datetime) -> Hearing:
    rules = jury_rules_of(void)
    following = Hearing(
        reference=new_reference("H"),
        claim=void.claim,
        sitting=void.sitting,
        round=void.round + 1,
        replaces=void,
        brief=void.brief,
        brief_prepared_by_id=void.brief_prepared_by_id,
        brief_signed_by_id=void.brief_signed_by_id,
        brief_signed_at=void.brief_signed_at,
        claimant_statement=void.claimant_statement,
        state_entered_at=now,
        created_at=now,
        due_at=preparation_end(void.claim, now),
        **counting_fields(rules, void.sitting),
    )
    following.save(force_insert=True)
    carry_over(void, following)
    write_event(
        following,
        event="open_round",
        from_state="",
        actor=actor,
        now=now,
        role="clock" if actor.kind == "clock" else "jury_officer",
    )
    schedule("jury.make_secrets", following.reference, now)
    return following


def _fall_back(hearing: Hearing, now: datetime) -> None:
    """Apply the rulebook's rule for a second void round: uphold, overturn, or a new review."""
    rules = jury_rules_of(hearing)
    if rules.second_void == "review":
        claims_services.return_to_review(
            reference=hearing.claim.reference,
            actor=CLOCK,
            now=now,
            hearing_reference=hearing.reference,
        )
        return
    claims_services.apply_verdict(
        reference=hearing.claim.reference,
        actor=CLOCK,
        now=now,
        outcome=rules.second_void,
        found_answers={},
        found_facts={},
        hearing_reference=hearing.reference,
    )


@transaction.atomic
def withdraw_hearing(*, reference: str, actor: Actor, now: datetime) -> Claim:
    """Withdraw the dispute (the claim's step `withdraw_dispute`); no ballot is ever opened.

    `reference` is the claim's. Before a hearing is opened this is the claim's step alone.
    """
    claim = lock_claim(reference)
    live = live_hearing_of(claim.pk)
    hearing = lock_hearing(live.reference) if live is not None else None
    if hearing is not None and hearing.state == HearingState.CLOSED:
        raise WrongState(
            "jury_closed",
            _("Voting has closed; the ballots are being counted."),
            state=hearing.state,
        )
    found = claims_services.withdraw_dispute(reference=reference, actor=actor, now=now)
    if hearing is not None:
        _end_withdrawn(hearing, actor, now)
    return found


def _end_withdrawn(hearing: Hearing, actor: Actor, now: datetime) -> None:
    from_state = hearing.state
    hearing.withdraw()
    write_event(
        hearing,
        event="withdraw",
        from_state=from_state,
        actor=actor,
        now=now,
        role="claimant",
    )
    append_entry(
        kind="hearing_withdrawn",
        subject=hearing.reference,
        body={"hearing": hearing.reference, "round": hearing.round},
        now=now,
    )
    _put_away(hearing, now)
    tell_seats(WITHDRAWN, hearing, now)


def _put_away(hearing: Hearing, now: datetime) -> None:
    """Cancel what was due, drop the drafts, have the clock destroy the opening key."""
    for kind in DEADLINES:
        cancel(kind, hearing.reference)
    BallotDraft.objects.filter(seat__hearing=hearing).delete()
    schedule("jury.destroy_secrets", hearing.reference, now)


def destroy_secrets(*, reference: str, now: datetime) -> str:
    """Destroy the opening key of a hearing that has ended (clock)."""
    hearing = Hearing.objects.get(reference=reference)
    if hearing.state not in ENDED:
        raise WrongState("jury_not_ended", _("The hearing goes on."), state=hearing.state)
    vault.destroy(reference)
    return "destroyed"


def follow_claim(hearing: Hearing, now: datetime) -> bool:
    """End a hearing whose claim left it by another door; both rows are held locked."""
    if hearing.claim.state == State.IN_HEARING:
        return False
    _end_withdrawn(hearing, CLOCK, now)
    return True
