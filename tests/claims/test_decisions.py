"""Recommending, deciding, disputing and hearing: what is refused, what is fixed, what is final."""

from typing import Any

import pytest

from claims import services
from claims.models import Claim, Decision, Outcome
from claims.queries import hearings_held, recommendation_of
from claims.states import State
from core.actor import CLOCK, Actor
from core.errors import Blocked, NotAllowed
from members.services import revoke_role
from tests.claims.calls import CALLS
from tests.worlds import World

REASONS = "逐条核对给付条件后得出此结论，理由如下：病历完整。"


def _recommend(world: World, claim: Claim, actor: Actor | None = None, **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "outcome": Outcome.APPROVE,
        "amount_cents": 30_000_000,
        "answers": world.answers_for(claim),
        "clauses": ["2.1"],
        "reasons": REASONS,
        **changes,
    }
    return services.recommend(
        reference=claim.reference, actor=actor or world.reviewer, now=world.tick(), **fields
    )


def _codes(refusal: Blocked | NotAllowed) -> set[str]:
    return {blocker.code for blocker in refusal.details}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"outcome": "maybe"}, "outcome_unknown"),
        ({"amount_cents": 0}, "amount_outside_band"),
        ({"amount_cents": 30_000_001}, "amount_outside_band"),
        ({"amount_cents": -1}, "amount_outside_band"),
        ({"clauses": []}, "clauses_missing"),
        ({"clauses": ["9.9"]}, "clauses_missing"),
        ({"reasons": "  "}, "reasons_missing"),
        ({"answers": {}}, "criteria_unanswered"),
        ({"outcome": "deny", "reasons": "短"}, "denial_unexplained"),
    ],
)
def test_a_recommendation_is_refused_with_everything_wrong(
    world: World, changes: dict[str, Any], code: str
) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    with pytest.raises(Blocked) as caught:
        _recommend(world, claim, **changes)
    assert code in _codes(caught.value)
    assert recommendation_of(claim) is None


def test_answers_that_do_not_meet_the_clause_cannot_carry_an_approval(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    with pytest.raises(Blocked) as caught:
        _recommend(world, claim, answers=world.answers_for(claim, "not_shown"))
    assert _codes(caught.value) == {"criteria_not_met"}


def test_three_of_four_criteria_are_enough(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    answers = world.answers_for(claim)
    answers["ami.ecg"] = "not_met"
    assert _recommend(world, claim, answers=answers).state == State.UNDER_FINAL_REVIEW


def test_the_second_reviewer_confirms_to_the_cent_or_not_at_all(world: World) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    with pytest.raises(Blocked) as caught:
        services.approve_claim(
            reference=claim.reference,
            actor=world.reviewer2,
            now=world.tick(),
            amount_cents=29_999_999,
        )
    assert _codes(caught.value) == {"not_as_recommended"}
    with pytest.raises(Blocked) as caught:
        services.deny_claim(reference=claim.reference, actor=world.reviewer2, now=world.tick())
    assert _codes(caught.value) == {"recommendation_is_approval"}


@pytest.mark.parametrize(
    ("step", "who", "code"),
    [
        ("approve", "reviewer", "recommender_never_decides"),
        ("send_back", "reviewer", "recommender_never_decides"),
        ("approve", "kin", "conflict"),
    ],
)
def test_the_wrong_reviewer_is_refused(world: World, step: str, who: str, code: str) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    with pytest.raises(NotAllowed) as caught:
        CALLS[step](world, claim, world.actors[who])
    assert caught.value.code == code
    assert not Decision.objects.filter(claim=claim).exists()


def test_who_investigated_never_reviews_even_with_the_role(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    both = Actor(world.investigator.person_id, None, frozenset({"investigator", "reviewer"}))
    for step in ("recommend", "request_information", "reinvestigate"):
        with pytest.raises(NotAllowed) as caught:
            CALLS[step](world, claim, both)
        assert caught.value.code == "investigator_never_decides"


def test_who_sent_it_back_never_recommends_on_it(world: World) -> None:
    claim = world.claim_in(State.UNDER_FINAL_REVIEW)
    services.send_back(
        reference=claim.reference, actor=world.reviewer2, now=world.tick(), note="缺报告。"
    )
    with pytest.raises(NotAllowed) as caught:
        _recommend(world, claim, world.reviewer2)
    assert caught.value.code == "decider_never_recommends"
    assert _recommend(world, claim).state == State.UNDER_FINAL_REVIEW


def test_a_declared_conflict_ends_all_steps_and_the_assignment(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    services.assign_claim(reference=claim.reference, actor=world.reviewer, now=world.tick())
    services.declare_conflict(
        reference=claim.reference, actor=world.reviewer, now=world.tick(), reason="同学"
    )
    with pytest.raises(NotAllowed) as caught:
        _recommend(world, claim)
    assert caught.value.code == "conflict"
    assert Claim.objects.get(pk=claim.pk).assigned_to_id is None


def test_a_demoted_second_person_no_longer_counts(world: World) -> None:
    claim = world.claim_in(State.FUNDED)
    person_id = world.person("finance2").pk
    revoke_role(
        person_id=person_id,
        role="finance",
        actor=Actor(None, None, frozenset(), "system"),
        now=world.tick(),
    )
    with pytest.raises(Blocked) as caught:
        CALLS["instruct_payout"](world, claim, world.finance)
    assert _codes(caught.value) == {"second_not_finance"}


# Promise 8: outside coverage


def test_outside_coverage_only_a_denial_that_cites_the_rule(world: World) -> None:
    claim = world.outside()
    services.skip_investigation(
        reference=claim.reference,
        actor=world.reviewer,
        now=world.tick(),
        reason_code="waiting_period",
    )
    with pytest.raises(Blocked) as caught:
        _recommend(world, claim)
    assert "outside_coverage" in _codes(caught.value)
    unanswered = world.answers_for(claim, "not_shown")
    denial = {"outcome": Outcome.DENY, "answers": unanswered, "amount_cents": 30_000_000}
    with pytest.raises(Blocked) as caught:
        _recommend(world, claim, **denial)
    assert _codes(caught.value) == {"clause_not_cited"}
    _recommend(world, claim, clauses=["waiting_period"], **denial)
    services.deny_claim(reference=claim.reference, actor=world.reviewer2, now=world.tick())
    assert Claim.objects.get(pk=claim.pk).state == State.DENIED


def test_inside_coverage_no_investigation_is_skipped(world: World) -> None:
    claim = world.filed()
    with pytest.raises(Blocked) as caught:
        CALLS["skip_investigation"](world, claim, world.reviewer)
    assert caught.value.code == "inside_coverage"


def _denied_outside(world: World, facts: list[str]) -> Claim:
    claim = world.outside()
    services.skip_investigation(
        reference=claim.reference,
        actor=world.reviewer,
        now=world.tick(),
        reason_code="waiting_period",
    )
    _recommend(
        world,
        claim,
        outcome=Outcome.DENY,
        answers=world.answers_for(claim, "not_shown"),
        clauses=["waiting_period"],
    )
    services.deny_claim(reference=claim.reference, actor=world.reviewer2, now=world.tick())
    return services.dispute_denial(
        reference=claim.reference,
        actor=world.claimant,
        now=world.tick(),
        grounds="是意外造成的。",
        facts_in_dispute=facts,
    )


def _hear(world: World, claim: Claim) -> Claim:
    return services.move_to_hearing(
        reference=claim.reference,
        actor=world.jury_officer,
        now=world.tick(),
        hearing_reference="H-TEST-0001",
    )


def _verdict(world: World, claim: Claim, outcome: str, found: dict[str, str]) -> Claim:
    return services.apply_verdict(
        reference=claim.reference,
        outcome=outcome,
        found_answers=world.answers_for(claim),
        found_facts=found,
        hearing_reference="H-TEST-0001",
        actor=CLOCK,
        now=world.tick(),
    )


def test_a_dispute_no_fact_of_which_could_help_gets_no_hearing(world: World) -> None:
    claim = _denied_outside(world, ["criteria"])
    with pytest.raises(Blocked) as caught:
        _hear(world, claim)
    assert caught.value.code == "no_fact_could_turn_it"


def test_a_jury_that_finds_an_accident_brings_the_claim_inside_coverage(world: World) -> None:
    claim = _denied_outside(world, ["accident"])
    _hear(world, claim)
    overturned = _verdict(world, claim, "overturn", {"accident": "yes"})
    assert (overturned.state, overturned.aid_cents) == (State.APPROVED, 30_000_000)
    newest = overturned.eligibility.latest("number")
    assert (newest.source, newest.is_eligible, newest.facts["accident"]) == ("verdict", True, "yes")


def test_a_verdict_that_leaves_it_outside_coverage_pays_nothing(world: World) -> None:
    claim = _denied_outside(world, ["accident"])
    _hear(world, claim)
    stood = _verdict(world, claim, "overturn", {})
    assert (stood.state, stood.aid_cents) == (State.DENIED_FINALLY, None)
    assert stood.events.latest("seq").reason_code == "still_outside_coverage"


def test_an_overturned_denial_is_due_what_its_recommendation_said(world: World) -> None:
    claim = world.claim_in(State.UNDER_REVIEW)
    _recommend(
        world,
        claim,
        outcome=Outcome.DENY,
        amount_cents=12_345_600,
        answers=world.answers_for(claim, "not_met"),
    )
    services.refer_to_jury(
        reference=claim.reference, actor=world.reviewer2, now=world.tick(), note="拿不准。"
    )
    overturned = _verdict(world, claim, "overturn", {})
    assert (overturned.state, overturned.aid_cents, overturned.revision) == (
        State.APPROVED,
        12_345_600,
        1,
    )


def test_one_hearing_and_one_rehearing_then_final(world: World) -> None:
    claim = world.claim_in(State.IN_HEARING)
    for round_number in (1, 2):
        assert hearings_held(claim) == round_number
        claim = _verdict(world, claim, "uphold", {})
        assert claim.state == State.DENIED_FINALLY
        if round_number == 2:
            break
        for actor in (world.reviewer3, world.ombudsman):
            CALLS["reopen"](world, claim, actor)
        claim = Claim.objects.get(pk=claim.pk)
        _recommend(world, claim, outcome=Outcome.DENY, answers=world.answers_for(claim, "not_met"))
        services.deny_claim(reference=claim.reference, actor=world.reviewer2, now=world.tick())
        CALLS["dispute"](world, claim, world.claimant)
        claim = _hear(world, claim)
    with pytest.raises(Blocked) as caught:
        CALLS["reopen"](world, claim, world.ombudsman)
    assert "hearings_used_up" in _codes(caught.value)


# Two people


def test_one_person_alone_does_not_halt_and_the_second_must_confirm_the_same(
    world: World,
) -> None:
    claim = world.claim_in(State.CLEARED)
    CALLS["halt"](world, claim, world.ombudsman)
    with pytest.raises(Blocked) as caught:
        CALLS["halt"](world, claim, world.ombudsman)
    assert caught.value.code == "second_person_needed"
    with pytest.raises(Blocked) as caught:
        services.halt_claim(
            reference=claim.reference,
            actor=world.reviewer3,
            now=world.tick(),
            reason_code="wrong_person",
            note="另一个理由。",
        )
    assert caught.value.code == "proposal_differs"
    CALLS["halt"](world, claim, world.reviewer3)
    assert Claim.objects.get(pk=claim.pk).state == State.UNDER_INVESTIGATION


def test_a_proposal_made_before_the_claim_moved_is_void(world: World) -> None:
    claim = world.claim_in(State.CLEARED)
    CALLS["halt"](world, claim, world.ombudsman)
    CALLS["fund"](world, claim, CLOCK)
    CALLS["halt"](world, claim, world.reviewer3)
    assert Claim.objects.get(pk=claim.pk).state == State.FUNDED
    CALLS["halt"](world, claim, world.ombudsman)
    assert Claim.objects.get(pk=claim.pk).state == State.UNDER_INVESTIGATION


def test_a_claim_is_handed_over_by_two_and_the_new_claimant_acts(world: World) -> None:
    claim = world.claim_in(State.DENIED)
    for actor in (world.reviewer3, world.ombudsman):
        CALLS["change_claimant"](world, claim, actor)
    moved = Claim.objects.get(pk=claim.pk)
    assert (moved.state, moved.claimant_id) == (State.DENIED, world.member.person_id)
    assert moved.due_at == claim.due_at
    with pytest.raises(NotAllowed):
        CALLS["dispute"](world, claim, world.claimant)
    assert CALLS["dispute"](world, claim, world.member).state == State.DISPUTED


def test_after_a_suspension_a_second_approval_is_a_new_revision(world: World) -> None:
    claim = world.claim_in(State.ON_NOTICE)
    CALLS["suspend"](world, claim, world.reviewer3)
    suspended = Claim.objects.get(pk=claim.pk)
    assert suspended.investigations.filter(closed_at__isnull=True).count() == 1
    sent = Actor(suspended.assigned_to_id, None, frozenset({"investigator"}))
    CALLS["report_findings"](world, suspended, sent)
    _recommend(world, suspended, amount_cents=20_000_000)
    again = CALLS["approve"](world, suspended, world.reviewer2)
    assert (again.aid_cents, again.revision) == (20_000_000, 2)
