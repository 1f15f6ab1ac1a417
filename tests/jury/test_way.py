"""The way of a hearing, from the dispute to the applied verdict."""

from claims.models import Claim
from core import clock
from jury import services
from jury.models import BallotOpening, Seat, Verdict
from jury.public_page import public_hearing
from tests.worlds_jury import JuryWorld, run_clock


def test_a_dispute_is_heard_and_the_denial_overturned(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    assert hearing.state == "open"
    panel = world.panel(hearing)
    assert len(panel) == hearing.panel_size == 9
    for place, juror in enumerate(panel):
        world.cast(hearing, juror, "pay" if place < 6 else "deny", "met")
    closed = world.close(hearing)
    assert closed.state == "decided"
    verdict = Verdict.objects.get(hearing=closed)
    assert (verdict.pay, verdict.deny, verdict.outcome, verdict.basis) == (6, 3, "overturn", "vote")
    assert BallotOpening.objects.filter(hearing=closed).count() == 9
    claim = Claim.objects.get(pk=hearing.claim_id)
    assert (claim.state, claim.aid_cents) == ("approved", 300_000_00)
    page = public_hearing(hearing.reference)
    assert page is not None
    assert page["is_draw_right"] is True
    assert page["is_count_right"] is True
    assert page["stage"] == "decided"
    assert len(page["ballots"]) == 9


def test_a_majority_against_payment_leaves_the_denial_standing(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror, "deny", "not_shown")
    world.close(hearing)
    assert Claim.objects.get(pk=hearing.claim_id).state == "denied_finally"


def test_a_claim_is_referred_by_a_second_reviewer_who_is_unsure(world: JuryWorld) -> None:
    claim = world.recommended_claim()
    hearing = services.refer_to_jury(
        reference=claim.reference, actor=world.reviewer2, now=clock.now(), note="未能确定"
    )
    assert Claim.objects.get(pk=claim.pk).state == "in_hearing"
    assert hearing.state == "preparing"


def test_without_a_number_the_fallback_takes_its_place(world: JuryWorld) -> None:
    hearing = world.announced_hearing()
    assert hearing.contribution == ""
    world.later(hours=25)
    run_clock(2)
    world.later(seconds=15)
    run_clock(2)
    drawn = world.reload(hearing)
    assert drawn.state == "drawn"
    assert drawn.contribution.startswith("fallback:next-checkpoint:")


def test_a_juror_who_declines_is_replaced_by_the_next_in_order(world: JuryWorld) -> None:
    hearing = world.drawn_hearing()
    leaving = world.panel(hearing)[0]
    services.decline_seat(reference=hearing.reference, actor=leaving, now=clock.now())
    panel = world.panel(hearing)
    assert len(panel) == 9
    assert leaving.person_id not in {juror.person_id for juror in panel}
    assert public_hearing(hearing.reference)["changes"]


def test_a_juror_with_a_conflict_steps_down_and_never_sits_on_the_claim(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    leaving = world.panel(hearing)[0]
    services.recuse(
        reference=hearing.reference,
        actor=leaving,
        now=clock.now(),
        reason_code="conflict",
        note="同事",
    )
    assert Seat.objects.get(hearing=hearing, person_id=leaving.person_id).state == "recused"
    assert len(world.panel(hearing)) == 9


def test_too_few_ballots_extend_once_then_a_new_round_follows(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing)[:3]:
        world.cast(hearing, juror)
    extended = world.close(hearing)
    assert extended.state == "extended"
    void = world.close(extended)
    assert void.state == "void"
    assert not BallotOpening.objects.filter(hearing=void).exists()
    following = void.replaced_by
    assert (following.round, following.sitting, following.state) == (2, 1, "preparing")
    assert Claim.objects.get(pk=hearing.claim_id).state == "in_hearing"


def test_a_withdrawn_hearing_opens_no_ballot(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror)
    services.withdraw_hearing(
        reference=hearing.claim.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
    )
    run_clock(2)
    ended = world.close(hearing)
    assert ended.state == "withdrawn"
    assert not BallotOpening.objects.exists()
    assert Claim.objects.get(pk=hearing.claim_id).state == "denied_finally"


def test_casting_again_returns_the_first_receipt(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    juror = world.panel(hearing)[0]
    first = world.cast(hearing, juror, "pay")
    second = world.cast(hearing, juror, "deny", "not_met")
    assert second.commitment == first.commitment
    assert second.is_repeat
