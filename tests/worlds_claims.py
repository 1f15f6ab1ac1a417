"""How a filed claim is driven to each state: one production service after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from claims import services
from claims.models import Claim
from claims.queries import recommendation_of
from claims.states import State
from core.actor import BANK, CLOCK, SYSTEM
from core.zone import add_days
from members import services as members_services
from members.models import Plan

if TYPE_CHECKING:
    from tests.worlds import World

AGENCY = "minxin"

Drive = Callable[["World", str], Any]


def _investigate(world: World, reference: str) -> None:
    services.open_investigation(
        reference=reference,
        actor=world.reviewer,
        now=world.tick(),
        agency_code=AGENCY,
        questions="请核实住院记录。",
        due_on=add_days(world.today(), 15),
        investigator_id=world.investigator.person_id,
    )


def _report(world: World, reference: str) -> None:
    claim = lock_free(reference)
    services.report_findings(
        reference=reference,
        actor=world.investigator,
        now=world.tick(),
        findings=[
            {"criterion": code, "answer": answer, "note": "出院小结第二页", "evidence": ""}
            for code, answer in world.answers_for(claim).items()
        ],
        cost_cents=100_000,
        summary="到院核对病历，与申请一致。",
    )


def _recommend(world: World, reference: str, outcome: str) -> None:
    claim = lock_free(reference)
    services.recommend(
        reference=reference,
        actor=world.reviewer,
        now=world.tick(),
        outcome=outcome,
        amount_cents=30_000_000,
        answers=world.answers_for(claim, "met" if outcome == "approve" else "not_met"),
        clauses=["2.1"],
        reasons="逐条核对给付条件后得出此结论，理由如下：病历完整，检查报告互相印证。",
    )


def _approve(world: World, reference: str) -> None:
    _recommend(world, reference, "approve")
    recommendation = recommendation_of(lock_free(reference))
    assert recommendation is not None
    services.approve_claim(
        reference=reference,
        actor=world.reviewer2,
        now=world.tick(),
        amount_cents=recommendation.amount_cents,
    )


def _recommend_approval(world: World, reference: str) -> None:
    _recommend(world, reference, "approve")


def _deny(world: World, reference: str) -> None:
    _recommend(world, reference, "deny")
    services.deny_claim(reference=reference, actor=world.reviewer2, now=world.tick())


def _ask(world: World, reference: str) -> None:
    services.request_information(
        reference=reference,
        actor=world.reviewer,
        now=world.tick(),
        questions="请补充病理报告。",
        deadline_on=add_days(world.today(), 30),
    )


def _lapse(world: World, reference: str) -> None:
    services.remind_of_information(reference=reference, actor=CLOCK, now=world.tick())
    _go_to_due(world, reference)
    services.lapse_claim(reference=reference, actor=CLOCK, now=world.tick())


def _let_stand(world: World, reference: str) -> None:
    _go_to_due(world, reference)
    services.let_denial_stand(reference=reference, actor=CLOCK, now=world.tick())


def _dispute(world: World, reference: str) -> None:
    services.dispute_denial(
        reference=reference,
        actor=world.claimant,
        now=world.tick(),
        grounds="检查报告已证明符合条款。",
        facts_in_dispute=["criteria"],
    )


def _open_hearing(world: World, reference: str) -> None:
    services.move_to_hearing(
        reference=reference,
        actor=world.jury_officer,
        now=world.tick(),
        hearing_reference="H-TEST-0001",
    )


def _publish(world: World, reference: str) -> None:
    services.publish_claim(
        reference=reference, actor=CLOCK, now=world.tick(), entry_reference="N-TEST-0001"
    )


def _clear(world: World, reference: str) -> None:
    _go_to_due(world, reference)
    services.clear_claim(
        reference=reference, actor=CLOCK, now=world.tick(), entry_reference="N-TEST-0001"
    )


def _fund(world: World, reference: str) -> None:
    services.fund_claim(
        reference=reference, actor=SYSTEM, now=world.tick(), round_reference="R-TEST-0001"
    )


def _close_unfunded(world: World, reference: str) -> None:
    wind_down(world)
    for actor in (world.reviewer3, world.ombudsman):
        services.close_unfunded(
            reference=reference,
            actor=actor,
            now=world.tick(),
            reason_code="nobody_left",
            note="计划关停，已无成员分摊。",
        )


def _instruct(world: World, reference: str) -> None:
    assert world.finance.person_id is not None
    services.instruct_payout(
        reference=reference,
        actor=world.finance2,
        now=world.tick(),
        payout_reference="B-TEST-0001",
        second_person_id=world.finance.person_id,
    )


def _settle(world: World, reference: str) -> None:
    services.settle_payout(
        reference=reference,
        actor=BANK,
        now=world.tick(),
        payout_reference="B-TEST-0001",
        bank_reference="BANK1",
    )


def _return(world: World, reference: str) -> None:
    services.return_payout(
        reference=reference,
        actor=BANK,
        now=world.tick(),
        payout_reference="B-TEST-0001",
        reason_code="account_closed",
    )


def _leave_unclaimed(world: World, reference: str) -> None:
    _go_to_due(world, reference)
    services.leave_unclaimed(reference=reference, actor=CLOCK, now=world.tick())


def _withdraw(world: World, reference: str) -> None:
    services.withdraw_claim(reference=reference, actor=world.claimant, now=world.tick())


STEPS: dict[str, Drive] = {
    "investigate": _investigate,
    "report": _report,
    "recommend": _recommend_approval,
    "approve": _approve,
    "deny": _deny,
    "ask": _ask,
    "lapse": _lapse,
    "let_stand": _let_stand,
    "dispute": _dispute,
    "open_hearing": _open_hearing,
    "publish": _publish,
    "clear": _clear,
    "fund": _fund,
    "close_unfunded": _close_unfunded,
    "instruct": _instruct,
    "settle": _settle,
    "return": _return,
    "leave_unclaimed": _leave_unclaimed,
    "withdraw": _withdraw,
}

_REVIEWED = ("investigate", "report")
_NOTICED = (*_REVIEWED, "approve", "publish")
_CLEARED = (*_NOTICED, "clear")
_IN_PAYMENT = (*_CLEARED, "fund", "instruct")
ROUTES: dict[str, tuple[str, ...]] = {
    State.FILED: (),
    State.UNDER_INVESTIGATION: ("investigate",),
    State.UNDER_REVIEW: _REVIEWED,
    State.UNDER_FINAL_REVIEW: (*_REVIEWED, "recommend"),
    State.INFORMATION_REQUESTED: (*_REVIEWED, "ask"),
    State.LAPSED: (*_REVIEWED, "ask", "lapse"),
    State.APPROVED: (*_REVIEWED, "approve"),
    State.DENIED: (*_REVIEWED, "deny"),
    State.DISPUTED: (*_REVIEWED, "deny", "dispute"),
    State.IN_HEARING: (*_REVIEWED, "deny", "dispute", "open_hearing"),
    State.DENIED_FINALLY: (*_REVIEWED, "deny", "let_stand"),
    State.ON_NOTICE: _NOTICED,
    State.CLEARED: _CLEARED,
    State.FUNDED: (*_CLEARED, "fund"),
    State.CLOSED_UNFUNDED: (*_CLEARED, "close_unfunded"),
    State.IN_PAYMENT: _IN_PAYMENT,
    State.PAID: (*_IN_PAYMENT, "settle"),
    State.PAYOUT_RETURNED: (*_IN_PAYMENT, "return"),
    State.UNCLAIMED: (*_IN_PAYMENT, "return", "leave_unclaimed"),
    State.WITHDRAWN: (*_REVIEWED, "withdraw"),
}


def drive(world: World, reference: str, state: str) -> None:
    """Drive a claim that was just filed to a state."""
    for step in ROUTES[state]:
        STEPS[step](world, reference)


def lock_free(reference: str) -> Claim:
    """A claim as it now is, unlocked."""
    return Claim.objects.select_related("plan", "membership", "rulebook_version").get(
        reference=reference
    )


def wind_down(world: World) -> None:
    """Bring the plan to its winding down, once."""
    plan = Plan.objects.get(pk=world.plan.pk)
    if plan.state == "open":
        members_services.wind_down_plan(plan_code=plan.code, actor=SYSTEM, now=world.now)


def _go_to_due(world: World, reference: str) -> None:
    due_at = lock_free(reference).due_at
    assert due_at is not None
    world.now = max(world.now, due_at)
