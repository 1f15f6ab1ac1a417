"""One well-formed call for each step of the graph, so that tests can try them all anywhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from claims import services
from claims.models import Claim
from claims.queries import hearings_held, recommendation_of
from core.actor import Actor
from core.zone import add_days
from tests.claims.papers import add, pdf
from tests.worlds import AGENCY, World

Call = Callable[[World, Claim, Actor], Any]


def _plain(service: Callable[..., Any], **fields: Any) -> Call:
    def call(world: World, claim: Claim, actor: Actor) -> Any:
        return service(reference=claim.reference, actor=actor, now=world.now, **fields)

    return call


def _open(world: World, claim: Claim, actor: Actor) -> Any:
    return services.open_investigation(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        agency_code=AGENCY,
        questions="请核实。",
        due_on=add_days(world.today(), 10),
    )


def _again(world: World, claim: Claim, actor: Actor) -> Any:
    return services.reinvestigate(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        reason_code="new_evidence",
        agency_code=AGENCY,
        questions="请再核实。",
        due_on=add_days(world.today(), 10),
    )


def _ask(world: World, claim: Claim, actor: Actor) -> Any:
    return services.request_information(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        questions="请补充。",
        deadline_on=add_days(world.today(), 20),
    )


def _report(world: World, claim: Claim, actor: Actor) -> Any:
    findings = [
        {"criterion": code, "answer": answer, "note": "", "evidence": ""}
        for code, answer in world.answers_for(claim).items()
    ]
    return services.report_findings(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        findings=findings,
        cost_cents=0,
        summary="无。",
    )


def _recommend(world: World, claim: Claim, actor: Actor) -> Any:
    return services.recommend(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        outcome="approve",
        amount_cents=30_000_000,
        answers=world.answers_for(claim),
        clauses=["2.1"],
        reasons="符合条款的全部给付条件。",
    )


def _approve(world: World, claim: Claim, actor: Actor) -> Any:
    found = recommendation_of(claim)
    amount = found.amount_cents if found else 1
    return services.approve_claim(
        reference=claim.reference, actor=actor, now=world.now, amount_cents=amount
    )


def _verdict(outcome: str) -> Call:
    return _plain(
        services.apply_verdict,
        outcome=outcome,
        found_answers={},
        found_facts={},
        hearing_reference="H-TEST-0001",
    )


def _instruct(world: World, claim: Claim, actor: Actor) -> Any:
    return services.instruct_payout(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        payout_reference="B-TEST-0002",
        second_person_id=world.person("finance2").pk,
    )


def _hand_over(world: World, claim: Claim, actor: Actor) -> Any:
    return services.change_claimant(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        claimant_reference=world.person("member").reference,
        reason_code="death",
        evidence="E-TEST-0001",
    )


def _dispute(world: World, claim: Claim, actor: Actor) -> Any:
    """After a hearing with a new document, as it must be."""
    state = Claim.objects.values_list("state", flat=True).get(pk=claim.pk)
    was_heard = state == "denied" and hearings_held(claim) > 0
    new = [add(world, claim, world.claimant, pdf(title="new"), "other")] if was_heard else []
    return services.dispute_denial(
        reference=claim.reference,
        actor=actor,
        now=world.now,
        grounds="不同意。",
        facts_in_dispute=["criteria"],
        new_evidence=[version.evidence.reference for version in new],
    )


_TWO = {"note": "有新的情况，附证据。"}
CALLS: dict[str, Call] = {
    "file": _plain(services.file_claim),
    "open_investigation": _open,
    "skip_investigation": _plain(services.skip_investigation, reason_code="waiting_period"),
    "request_information": _ask,
    "supply_information": _plain(services.supply_information, answer="已补充。"),
    "lapse": _plain(services.lapse_claim),
    "report_findings": _report,
    "reinvestigate": _again,
    "recommend": _recommend,
    "approve": _approve,
    "deny": _plain(services.deny_claim),
    "send_back": _plain(services.send_back, note="还缺一份报告。"),
    "refer_to_jury": _plain(services.refer_to_jury, note="拿不准。"),
    "dispute": _dispute,
    "let_stand": _plain(services.let_denial_stand),
    "review_dispute": _plain(
        services.review_dispute, reason_code="evident_error", note="算错了日期。"
    ),
    "open_hearing": _plain(services.move_to_hearing, hearing_reference="H-TEST-0002"),
    "withdraw_dispute": _plain(services.withdraw_dispute),
    "uphold": _verdict("uphold"),
    "overturn": _verdict("overturn"),
    "return_to_review": _plain(services.return_to_review, hearing_reference="H-TEST-0002"),
    "publish": _plain(services.publish_claim, entry_reference="N-TEST-0002"),
    "suspend": _plain(
        services.suspend_claim, objection_reference="O-TEST-0001", reason="举报属实。"
    ),
    "clear": _plain(services.clear_claim, entry_reference="N-TEST-0002"),
    "halt": _plain(services.halt_claim, reason_code="suspected_fraud", **_TWO),
    "fund": _plain(services.fund_claim, round_reference="R-TEST-0002"),
    "close_unfunded": _plain(services.close_unfunded, reason_code="nobody_left", **_TWO),
    "instruct_payout": _instruct,
    "settle": _plain(
        services.settle_payout, payout_reference="B-TEST-0002", bank_reference="BANK2"
    ),
    "return_payout": _plain(
        services.return_payout, payout_reference="B-TEST-0002", reason_code="other"
    ),
    "leave_unclaimed": _plain(services.leave_unclaimed),
    "resume": _plain(services.resume_payout),
    "reopen": _plain(services.reopen_claim, reason_code="new_evidence", **_TWO),
    "withdraw": _plain(services.withdraw_claim),
    "change_claimant": _hand_over,
}


def go_past(world: World, claim: Claim) -> None:
    """Let the claim's present stage run out."""
    assert claim.due_at is not None
    world.now = claim.due_at + timedelta(seconds=1)
