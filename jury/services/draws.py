"""The draw as it happens: checkpoint, the claimant's number, the revealed seed, the seats."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.queries import lock_claim
from core.actor import CLOCK, Actor
from core.deadlines import cancel, schedule
from core.errors import NotAllowed, WrongState
from jury import vault
from jury.draw import (
    ALGORITHM,
    CheckpointRef,
    PanelNotFilled,
    combine_seed,
    fallback_contribution,
    number_contribution,
)
from jury.messages import NUMBER_WANTED, PANEL_DRAWN, tell_claimant
from jury.models import Hearing
from jury.queries import claim_reference_of, lock_hearing
from jury.services.endings import end_void
from jury.services.hearings import jury_rules_of
from jury.services.log import write_event
from jury.services.seating import Filled, fill_panel, step_body
from jury.states import HearingState
from jury.windows import latest_opening
from record.models import Checkpoint
from record.queries import entries_for, first_checkpoint_at_or_after
from record.services import append_entry

NUMBER_HOURS = 24
RETRY = timedelta(seconds=10)
FALLBACK = "next-checkpoint"


@transaction.atomic
def take_checkpoint(*, reference: str, now: datetime) -> str:
    """Fix the first checkpoint at or after the announced time and ask for the number (clock).

    An entry of this moment makes sure that there will be such a checkpoint; until it is
    signed the deadline is set again. Returns what happened, for the deadline's row.
    """
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if hearing.state != HearingState.PREPARING or hearing.draw_after_at is None:
        raise WrongState("jury_not_announced", _("No draw is due."), state=hearing.state)
    if hearing.checkpoint_id is not None:
        return "taken"
    found = _checkpoint_after(hearing, "draw_due", hearing.draw_after_at, now)
    if found is None:
        schedule("jury.take_checkpoint", reference, now + RETRY)
        return "waiting for a checkpoint"
    hearing.checkpoint = found
    hearing.checkpoint_origin = found.note.split("\n", 1)[0]
    hearing.number_due_at = now + timedelta(hours=NUMBER_HOURS)
    schedule("jury.draw", reference, hearing.number_due_at)
    write_event(
        hearing,
        event="take_checkpoint",
        from_state=hearing.state,
        actor=CLOCK,
        now=now,
        role="clock",
    )
    tell_claimant(NUMBER_WANTED, hearing, now, due_at=hearing.number_due_at.isoformat())
    return "taken"


def _checkpoint_after(
    hearing: Hearing, kind: str, after: datetime, now: datetime
) -> Checkpoint | None:
    """Return the first checkpoint at or after an instant; append an entry so that one comes."""
    found = first_checkpoint_at_or_after(after)
    if found is None and not entries_for(hearing.reference, kind).exists():
        append_entry(
            kind=kind,
            subject=hearing.reference,
            body={"hearing": hearing.reference, "round": hearing.round},
            now=now,
        )
    return found


@transaction.atomic
def enter_claimant_number(*, reference: str, actor: Actor, now: datetime, number: int) -> Hearing:
    """Take the claimant's number into the draw; it cannot be changed, and the draw follows."""
    claim = lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    if actor.person_id is None or claim.claimant_id != actor.person_id:
        raise NotAllowed("jury_claimant_only", _("Only the claimant does this."))
    due = hearing.number_due_at
    if hearing.state != HearingState.PREPARING or due is None or hearing.contribution:
        raise WrongState(
            "jury_no_number_now",
            _("A number is entered once, after the announced time and before the draw."),
            state=hearing.state,
        )
    if now >= due:
        raise WrongState(
            "jury_number_late", _("The time for the number is over."), state=hearing.state
        )
    hearing.contribution = number_contribution(number)
    schedule("jury.draw", reference, now)
    write_event(
        hearing,
        event="enter_number",
        from_state=hearing.state,
        actor=actor,
        now=now,
        role="claimant",
    )
    return hearing


@transaction.atomic
def draw_panel(*, reference: str, now: datetime) -> str:
    """Reveal the seed and seat the panel (clock). Returns what happened.

    Without a number from the claimant the named fallback takes its place: the root of the
    first checkpoint after the number's deadline. A roll too small for the panel makes the
    hearing void.
    """
    lock_claim(claim_reference_of(reference))
    hearing = lock_hearing(reference)
    checkpoint, due = hearing.checkpoint, hearing.number_due_at
    if hearing.state != HearingState.PREPARING or checkpoint is None or due is None:
        raise WrongState("jury_no_draw_due", _("No draw is due."), state=hearing.state)
    if not hearing.contribution:
        if now < due:
            schedule("jury.draw", reference, due)
            return "waiting for the number"
        later = _checkpoint_after(hearing, "number_missing", due, now)
        if later is None:
            schedule("jury.draw", reference, now + RETRY)
            return "waiting for a checkpoint"
        hearing.contribution = fallback_contribution(FALLBACK, bytes(later.root).hex())
    hearing.seed_secret = vault.read(reference).seed
    hearing.seed = combine_seed(
        hearing.seed_secret,
        CheckpointRef(hearing.checkpoint_origin, checkpoint.size, bytes(checkpoint.root).hex()),
        hearing.contribution,
    )
    rules = jury_rules_of(hearing)
    hearing.drawn_at = now
    hearing.opens_at = now + timedelta(hours=rules.acceptance_hours)
    hearing.opens_latest_at = latest_opening(now, rules.acceptance_hours)
    hearing.closes_at = hearing.opens_at + timedelta(hours=rules.voting_hours)
    hearing.save()
    try:
        filled = fill_panel(hearing, now)
    except PanelNotFilled:
        end_void(hearing, actor=CLOCK, now=now, reason_code="panel_incomplete")
        return "void: the roll is too small"
    from_state = hearing.state
    hearing.draw()
    write_event(hearing, event="draw", from_state=from_state, actor=CLOCK, now=now, role="clock")
    append_entry(kind="panel_drawn", subject=reference, body=_panel_body(hearing, filled), now=now)
    schedule("jury.open_voting", reference, hearing.opens_at)
    cancel("jury.take_checkpoint", reference)
    tell_claimant(PANEL_DRAWN, hearing, now)
    return "drawn"


def _panel_body(hearing: Hearing, filled: Filled) -> dict[str, object]:
    checkpoint, roll = hearing.checkpoint, hearing.roll
    assert checkpoint is not None  # the draw has both
    assert roll is not None
    kind, _sep, value = hearing.contribution.partition(":")
    return {
        "hearing": hearing.reference,
        "round": hearing.round,
        "algorithm": ALGORITHM,
        "roll": {"size": roll.size, "digest": roll.digest},
        "commitment": hearing.seed_commitment,
        "secret": hearing.seed_secret,
        "checkpoint": {
            "size": checkpoint.size,
            "root": bytes(checkpoint.root).hex(),
            "origin": hearing.checkpoint_origin,
        },
        "contribution": hearing.contribution,
        ("claimant_number" if kind == "number" else "fallback"): value,
        "seed": hearing.seed,
        "panel_size": hearing.panel_size,
        "steps": [step_body(step) for step in filled.steps],
        "answer_due_at": filled.window.answer_due_at.isoformat(),
        **({"expert": filled.expert} if filled.expert else {}),
    }
