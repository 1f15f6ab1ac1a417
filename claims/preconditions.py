"""What must hold about the claim before each step, as a list of everything that does not."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from claims.eligibility import could_be_turned
from claims.models import Claim, Outcome
from claims.queries import (
    assess_filed,
    bound_rules,
    dispute_of,
    hearings_held,
    open_proposals_of,
    open_request_of,
    recommendation_of,
)
from claims.states import State
from core.actor import Actor
from core.errors import Blocker

# One hearing and one rehearing before a larger panel, then the denial is final.
MOST_HEARINGS = 2


def _file(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if not claim.disease_code:
        yield Blocker("disease_missing", _("Choose the illness that the certificate names."))
    if claim.first_diagnosed_on is None:
        yield Blocker("diagnosis_day_missing", _("Enter the day of the first diagnosis."))
    if not claim.hospital_name:
        yield Blocker("hospital_missing", _("Enter the name of the hospital."))
    if not claim.story:
        yield Blocker("story_missing", _("Describe in a few sentences what happened."))
    if not claim.bank_account_digest or not claim.account_holder:
        yield Blocker("account_missing", _("Enter the account the aid is to be paid to."))


def _skip_investigation(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if not bound_rules(claim).may_skip_investigation:
        yield Blocker("rules_want_investigation", _("The rulebook wants every claim investigated."))
    if assess_filed(claim).eligible:
        yield Blocker(
            "inside_coverage",
            _("The claim is not plainly outside coverage, so it must be investigated."),
        )


def _lapse(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    request = open_request_of(claim)
    if request is None or request.reminded_at is None:
        yield Blocker("not_reminded", _("The claimant has not been reminded yet."))
    if claim.due_at is not None and now < claim.due_at:
        yield Blocker("not_due", _("The deadline has not passed yet."))


def _due(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if claim.due_at is not None and now < claim.due_at:
        yield Blocker("not_due", _("The deadline has not passed yet."))


def _approve(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    recommendation = recommendation_of(claim)
    if recommendation is None or recommendation.outcome != Outcome.APPROVE:
        yield Blocker(
            "recommendation_is_denial",
            _("The recommendation is to deny. Confirm it, send it back, or refer it to the jury."),
        )
    if not assess_filed(claim).eligible:
        yield Blocker(
            "outside_coverage", _("The claim is outside coverage. It can only be denied.")
        )


def _deny(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    recommendation = recommendation_of(claim)
    if recommendation is None or recommendation.outcome != Outcome.DENY:
        yield Blocker(
            "recommendation_is_approval",
            _("The recommendation is to approve. Confirm it or send it back."),
        )


def _refer_to_jury(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    yield from _deny(claim, actor, now)
    yield from _hearing(claim, frozenset({"criteria"}))


def _hearing(claim: Claim, disputed: frozenset[str]) -> Iterable[Blocker]:
    if bound_rules(claim).jury.mode == "none":
        yield Blocker("plan_without_jury", _("This plan has no jury."))
    if hearings_held(claim) >= MOST_HEARINGS:
        yield Blocker(
            "hearings_used_up", _("The claim had its hearing and its rehearing. They are final.")
        )
    failed = frozenset(finding.code for finding in assess_filed(claim).failed)
    if not could_be_turned(failed, disputed):
        yield Blocker(
            "no_fact_could_turn_it",
            _("No fact in dispute could bring the claim inside coverage, so a jury cannot help."),
        )


def _dispute(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if claim.due_at is not None and now >= claim.due_at:
        yield Blocker("dispute_window_passed", _("The days to dispute the denial have passed."))
    if hearings_held(claim) >= MOST_HEARINGS:
        yield Blocker(
            "hearings_used_up", _("The claim had its hearing and its rehearing. They are final.")
        )


def _open_hearing(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    dispute = dispute_of(claim)
    yield from _hearing(claim, frozenset(dispute.facts_in_dispute) if dispute else frozenset())


def _reopen(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if hearings_held(claim) >= MOST_HEARINGS:
        yield Blocker(
            "hearings_used_up", _("The claim had its hearing and its rehearing. They are final.")
        )
    yield from _second("reopen", claim, actor)


def _close_unfunded(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if claim.plan.state == "open":
        yield Blocker("plan_is_open", _("Only a plan that is being closed leaves claims unfunded."))
    yield from _second("close_unfunded", claim, actor)


def _second(step: str, claim: Claim, actor: Actor) -> Iterable[Blocker]:
    for proposal in open_proposals_of(claim):
        if proposal.step == step and proposal.proposed_by_id == actor.person_id:
            yield Blocker(
                "second_person_needed", _("You proposed this. A second person must confirm it.")
            )


def _withdraw(claim: Claim, actor: Actor, now: datetime) -> Iterable[Blocker]:
    if claim.state == State.ON_NOTICE and claim.due_at is not None and now >= claim.due_at:
        yield Blocker(
            "notice_closed", _("The notice has closed; the claim can no longer be withdrawn.")
        )


_Check = Callable[[Claim, Actor, datetime], Iterable[Blocker]]
PRECONDITIONS: dict[str, _Check] = {
    "file": _file,
    "skip_investigation": _skip_investigation,
    "lapse": _lapse,
    "let_stand": _due,
    "leave_unclaimed": _due,
    "approve": _approve,
    "deny": _deny,
    "refer_to_jury": _refer_to_jury,
    "dispute": _dispute,
    "open_hearing": _open_hearing,
    "reopen": _reopen,
    "halt": lambda claim, actor, _now: _second("halt", claim, actor),
    "close_unfunded": _close_unfunded,
    "change_claimant": lambda claim, actor, _now: _second("change_claimant", claim, actor),
    "withdraw": _withdraw,
}
