"""Who may take which step now, and what still blocks it: one answer for pages, API and services."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.involvement import Standing
from claims.models import Claim
from claims.preconditions import PRECONDITIONS
from claims.queries import open_investigation_of, standing_of
from claims.states import BY_STEP, OWNER_ROLE, Duty, Edge, State
from core.actor import Actor
from core.errors import Blocked, Blocker, NotAllowed, WrongState
from core.steps import StepOffer

_REVIEW = frozenset({"recommend"})
_DECIDE = frozenset({"approve", "deny", "send_back", "refer_to_jury"})
_INVESTIGATE = frozenset({"report_findings", "investigator"})
_MANAGE = frozenset(step for step, edges in BY_STEP.items() if edges[0].duty == Duty.MANAGE)
_FINANCE = frozenset({"instruct_payout"})
_STAFF = _REVIEW | _DECIDE | _INVESTIGATE | _MANAGE | {"review_dispute", "open_hearing"}

# What somebody did on this claim that keeps them from a duty on it, ever (promises 10 and 11).
EXCLUDED_BY: dict[Duty, frozenset[str]] = {
    Duty.MANAGE: _INVESTIGATE | _FINANCE,
    Duty.INVESTIGATE: (_STAFF | _FINANCE) - _INVESTIGATE,
    Duty.RECOMMEND: _INVESTIGATE | _DECIDE | _FINANCE | {"open_hearing"},
    Duty.DECIDE: _INVESTIGATE | _REVIEW | _FINANCE | {"open_hearing"},
    Duty.REVIEW_DISPUTE: _INVESTIGATE | _REVIEW | _DECIDE | _FINANCE | {"open_hearing"},
    Duty.HEARING: _INVESTIGATE | _REVIEW | _DECIDE | _FINANCE | {"review_dispute"},
    Duty.FINANCE: _STAFF,
    Duty.MACHINE: _STAFF,
}

_PERSONAL: dict[str, Blocker] = {
    "conflict": Blocker(
        "conflict", _("This claim concerns you or somebody close to you. Somebody else must act.")
    ),
    "investigator_never_decides": Blocker(
        "investigator_never_decides",
        _("You investigated this claim. Who investigates does not decide on it."),
    ),
    "recommender_never_decides": Blocker(
        "recommender_never_decides",
        _("You recommended on this claim. A second reviewer must decide."),
    ),
    "decider_never_recommends": Blocker(
        "decider_never_recommends",
        _("You decided on this claim. Somebody else must recommend."),
    ),
    "finance_apart": Blocker(
        "finance_apart", _("Who moves the money neither investigates nor decides.")
    ),
    "already_involved": Blocker(
        "already_involved", _("You already had a part in this claim. Somebody else must do this.")
    ),
}


def edge_from(step: str, state: str) -> Edge | None:
    """Return the first edge by which a step leaves a state, or None where it does not."""
    return next((edge for edge in BY_STEP[step] if edge.source == state), None)


def role_for(step: str, claim: Claim, actor: Actor) -> str | None:
    """Return the role in which the actor may take the step at all, or None.

    `claimant` is whoever the claim's claimant is; the clock, the bank and the system act only
    in the machine's steps.
    """
    edge = BY_STEP[step][0]
    if "claimant" in edge.roles:
        return "claimant" if actor.person_id == claim.claimant_id else None
    if actor.kind != "person":
        is_machine = edge.duty is Duty.MACHINE and (
            actor.kind in edge.roles or actor.kind == "system"
        )
        return actor.kind if is_machine else None
    if actor.person_id is None:
        return None
    return next((role for role in sorted(edge.roles) if actor.has(role)), None)


def personal_blockers(
    step: str, claim: Claim, actor: Actor, standing: Standing | None = None
) -> list[Blocker]:
    """Return why this very person may not take the step, whatever their role (10, 11, 12).

    `standing` is theirs as read under the lock; without it, it is read now.
    """
    edge = BY_STEP[step][0]
    if edge.duty is Duty.PARTY or actor.person_id is None:
        return []
    is_barred, steps = standing or standing_of(claim, [actor.person_id])
    found = [_PERSONAL["conflict"]] if is_barred else []
    excluded = steps & EXCLUDED_BY[edge.duty]
    if excluded:
        found.append(_PERSONAL[_reason_for(edge.duty, excluded)])
    if step == "report_findings" and not is_barred and not excluded:
        found += _sent_blockers(claim, actor)
    return found


def _reason_for(duty: Duty, excluded: frozenset[str]) -> str:
    if duty in (Duty.FINANCE, Duty.MACHINE) or excluded & _FINANCE:
        return "finance_apart"
    if excluded & _INVESTIGATE:
        return "investigator_never_decides"
    if duty is Duty.DECIDE and excluded & _REVIEW:
        return "recommender_never_decides"
    if duty is Duty.RECOMMEND and excluded & _DECIDE:
        return "decider_never_recommends"
    return "already_involved"


def _sent_blockers(claim: Claim, actor: Actor) -> list[Blocker]:
    investigation = open_investigation_of(claim)
    if investigation is not None and investigation.investigator_id == actor.person_id:
        return []
    return [Blocker("not_sent", _("Another investigator was sent for this claim."))]


def preconditions(step: str, claim: Claim, actor: Actor, now: datetime) -> list[Blocker]:
    """Return every precondition of the step that the claim does not meet now."""
    check = PRECONDITIONS.get(step)
    return list(check(claim, actor, now)) if check else []


def blockers(
    step: str, claim: Claim, actor: Actor, now: datetime, standing: Standing | None = None
) -> list[Blocker]:
    """Return everything that blocks the step for the actor now; empty where it may be taken."""
    found: list[Blocker] = []
    if role_for(step, claim, actor) is None:
        found.append(_not_your_role())
    if edge_from(step, claim.state) is None:
        found.append(_moved_on(claim))
    if found:
        return found
    return [
        *personal_blockers(step, claim, actor, standing),
        *preconditions(step, claim, actor, now),
    ]


def enforce(
    step: str,
    claim: Claim,
    actor: Actor,
    now: datetime,
    check: Callable[[Claim], Iterable[Blocker]] | None = None,
    standing: Standing | None = None,
) -> str:
    """Return the role in which the actor takes the step, or raise the refusal.

    NotAllowed for who may not, WrongState (with the state) where the step does not start,
    Blocked with every precondition that is not met, the form's own among them.
    """
    role = role_for(step, claim, actor)
    if role is None:
        blocker = _not_your_role()
        raise NotAllowed(blocker.code, blocker.message, [blocker])
    if edge_from(step, claim.state) is None:
        blocker = _moved_on(claim)
        raise WrongState(blocker.code, blocker.message, [blocker], state=str(claim.state))
    personal = personal_blockers(step, claim, actor, standing)
    if personal:
        raise NotAllowed(personal[0].code, personal[0].message, personal)
    found = preconditions(step, claim, actor, now)
    if check is not None:
        found += check(claim)
    if found:
        raise Blocked.by(found)
    return role


def _not_your_role() -> Blocker:
    return Blocker("not_your_role", _("This step is for somebody with another role."))


def _moved_on(claim: Claim) -> Blocker:
    words = _("This step cannot be taken from where the claim stands now: %(state)s.")
    return Blocker("wrong_state", words % {"state": State(claim.state).label})


def role_to_assign(claim: Claim, actor: Actor) -> bool:
    """Say whether the actor may give the claim to somebody: its owner's role, or an overseer."""
    return actor.person_id is not None and actor.has_any(
        frozenset({"reviewer", "ombudsman", OWNER_ROLE.get(str(claim.state), "reviewer")})
    )


def available_steps(claim: Claim, actor: Actor, now: datetime) -> list[StepOffer]:
    """Return the claims app's steps that lead on from here and are the actor's to take.

    A step with blockers is offered too, with all of them. Buttons, API and services use the
    same rules, so no page offers what the service refuses.
    """
    from claims.steps import STEPS, api_url, page_url, step_on

    if actor.kind != "person":
        return []
    names = [
        name
        for name in STEPS
        if edge_from(name, str(claim.state)) is not None
        and role_for(name, claim, actor) is not None
    ]
    standing: Standing | None = None
    if actor.person_id is not None and any(BY_STEP[name][0].duty != Duty.PARTY for name in names):
        standing = standing_of(claim, [actor.person_id])
    return [
        StepOffer(
            step=step_on(name, claim),
            blockers=tuple(blockers(name, claim, actor, now, standing)),
            url=page_url(claim, name),
            api_url=api_url(claim, name),
        )
        for name in names
    ]
