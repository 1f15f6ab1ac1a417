"""The claim's part in round and payout; called by the apps that move the money."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.messages import UNCLAIMED_REMINDER, tell
from claims.models import Claim
from claims.permissions import personal_blockers
from claims.queries import bound_rules, lock_claim
from claims.services.machine import STAGE, begin, finish
from claims.stages import stage_end
from claims.states import State
from core import deadlines
from core.actor import Actor
from core.errors import Blocker, NotAllowed, WrongState
from members.queries import live_roles


@transaction.atomic
def fund_claim(*, reference: str, actor: Actor, now: datetime, round_reference: str) -> Claim:
    """Have a cleared claim's aid shared in a round (step `fund`)."""
    taken = begin("fund", reference, actor, now)
    taken.claim.fund()
    return finish(
        taken,
        facts={"round": round_reference, "aid_cents": taken.claim.aid_cents or 0},
        params={"aid_cents": taken.claim.aid_cents or 0},
    )


@transaction.atomic
def instruct_payout(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    payout_reference: str,
    second_person_id: int,
) -> Claim:
    """Have the bank pay (step `instruct_payout`): the actor approves what the other prepared.

    Both are finance people, two of them, and neither investigated nor decided (promise 11).
    """
    taken = begin(
        "instruct_payout",
        reference,
        actor,
        now,
        lambda _claim: _second_blockers(actor, second_person_id),
    )
    claim = taken.claim
    other = Actor(second_person_id, None, live_roles(second_person_id))
    found = personal_blockers("instruct_payout", claim, other)
    if found:
        raise NotAllowed(found[0].code, found[0].message, found)
    claim.instruct_payout()
    return finish(
        taken,
        reason_code="instructed",
        second_person_id=second_person_id,
        facts={"payout": payout_reference, "aid_cents": claim.aid_cents or 0},
    )


def _second_blockers(actor: Actor, second_person_id: int) -> list[Blocker]:
    found: list[Blocker] = []
    if second_person_id == actor.person_id:
        found.append(
            Blocker("second_person_needed", _("A second person of finance must approve this."))
        )
    if "finance" not in live_roles(second_person_id):
        found.append(
            Blocker("second_not_finance", _("Who prepared this is no longer with finance."))
        )
    return found


@transaction.atomic
def settle_payout(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    payout_reference: str,
    bank_reference: str,
) -> Claim:
    """Note that the bank's statement shows the payment (step `settle`)."""
    taken = begin("settle", reference, actor, now)
    taken.claim.settle()
    return finish(
        taken,
        facts={"payout": payout_reference, "bank": bank_reference},
        params={"aid_cents": taken.claim.aid_cents or 0},
    )


@transaction.atomic
def return_payout(
    *, reference: str, actor: Actor, now: datetime, payout_reference: str, reason_code: str
) -> Claim:
    """Note that the money came back (step `return_payout`), with the bank's reason."""
    taken = begin("return_payout", reference, actor, now)
    taken.claim.return_payout()
    return finish(taken, reason_code=reason_code, facts={"payout": payout_reference})


@transaction.atomic
def leave_unclaimed(*, reference: str, actor: Actor, now: datetime) -> Claim:
    """Let a sum rest that nobody could be paid (step `leave_unclaimed`); it stays a named line."""
    taken = begin("leave_unclaimed", reference, actor, now)
    taken.claim.leave_unclaimed()
    return finish(
        taken,
        reason_code="attempts_used_up",
        facts={"aid_cents": taken.claim.aid_cents or 0},
        params={"aid_cents": taken.claim.aid_cents or 0},
    )


@transaction.atomic
def resume_payout(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    account_holder: str = "",
    bank_account: str = "",
) -> Claim:
    """Take a payment up again (step `resume`), where wished to another account."""
    from claims.services.filing import account_fields

    taken = begin("resume", reference, actor, now)
    claim = taken.claim
    claim.resume()
    saved = account_fields(claim, account_holder, bank_account)
    return finish(
        taken,
        saved=saved,
        due_at=stage_end(str(claim.state), bound_rules(claim), now),
    )


@transaction.atomic
def correct_bank_account(
    *, reference: str, actor: Actor, now: datetime, account_holder: str, bank_account: str
) -> Claim:
    """Put another account on a claim whose payout came back; the claim stays where it is.

    Only its claimant may; what is paid is the account that finance copies into the payout.
    """
    from claims.services.filing import account_fields

    claim = lock_claim(reference)
    if actor.person_id != claim.claimant_id:
        raise NotAllowed("not_your_role", _("This step is for somebody with another role."))
    if claim.state != State.PAYOUT_RETURNED:
        message = _("The account is corrected only after a payout came back.")
        raise WrongState("wrong_state", message, state=str(claim.state))
    saved = account_fields(claim, account_holder, bank_account)
    claim.updated_at = now
    claim.save(update_fields=[*saved, "updated_at"])
    return claim


@transaction.atomic
def remind_of_unclaimed(*, reference: str, actor: Actor, now: datetime) -> str:
    """Write again to a claimant whose aid lies unclaimed, and set the next such day."""
    claim = lock_claim(reference)
    if claim.state != State.UNCLAIMED:
        return "moved_on"
    due_at = stage_end(State.UNCLAIMED, bound_rules(claim), now)
    assert due_at is not None
    claim.due_at = due_at
    claim.save(update_fields=["due_at"])
    deadlines.schedule(STAGE, reference, due_at)
    params: dict[str, str | int] = {"reference": reference, "aid_cents": claim.aid_cents or 0}
    tell(claim.claimant_id, UNCLAIMED_REMINDER, params, f"{reference}:{now.date()}", now)
    return "reminded"
