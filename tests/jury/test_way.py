"""The way of a hearing, from the dispute to the applied verdict."""

from random import Random
from typing import Any

import pytest
from django.db import connection

from claims.models import Claim
from core import clock
from jury import services, vault
from jury.models import BallotOpening, Seat, Verdict
from jury.public_page import counted_again, public_hearing
from jury.sealing import commitment_of
from tests.worlds_jury import JuryWorld, make_jury_world, run_clock

pytestmark = pytest.mark.django_db(transaction=True)


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
    counted = counted_again(page, clock.now())
    assert counted is not None
    assert counted[0] is True
    assert page["stage"] == "decided"


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


def test_a_rehearing_has_a_larger_panel_with_none_of_the_first_jurors() -> None:
    world = make_jury_world(30)
    hearing = world.open_hearing()
    first = {juror.person_id for juror in world.panel(hearing)}
    for juror in world.panel(hearing):
        world.cast(hearing, juror, "deny", "not_met")
    world.close(hearing)
    claim = Claim.objects.get(pk=hearing.claim_id)
    assert claim.state == "denied_finally"
    again = world.disputed_again(claim)
    rehearing = world.drawn_hearing(again)
    second = {juror.person_id for juror in world.panel(rehearing)}
    assert (rehearing.sitting, rehearing.panel_size, len(second)) == (2, 19, 19)
    assert not first & second
    assert rehearing.quorum == 15


def test_a_second_void_round_goes_back_to_review(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    who = {"actor": world.jury_officer, "reason_code": "brief_wrong", "note": "更正"}
    following = services.void_hearing(reference=hearing.reference, now=clock.now(), **who)
    run_clock(1)
    services.void_hearing(reference=following.reference, now=clock.now(), **who)
    assert world.reload(following).state == "void"
    assert Claim.objects.get(pk=hearing.claim_id).state == "under_review"
    run_clock(2)
    with pytest.raises(FileNotFoundError):
        vault.read(hearing.reference)


def test_a_roll_too_small_for_the_panel_makes_the_hearing_void(transactional_db: None) -> None:
    world = make_jury_world(8)
    hearing = world.drawn_hearing()
    assert hearing.state == "void"
    assert hearing.replaced_by.round == 2


def test_a_copied_ciphertext_is_counted_as_spoiled(world: JuryWorld) -> None:
    hearing = world.open_hearing()
    panel = world.panel(hearing)
    for juror in panel[:8]:
        world.cast(hearing, juror)
    seat = Seat.objects.get(hearing=hearing, person_id=panel[8].person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jury_ballot (hearing_id, round, seat_id, ciphertext, commitment) "
            "SELECT hearing_id, round, %s, ciphertext, repeat('f', 64) FROM jury_ballot LIMIT 1",
            [seat.pk],
        )
    closed = world.close(hearing)
    verdict = Verdict.objects.get(hearing=closed)
    assert (verdict.ballots, verdict.spoiled, verdict.pay) == (9, 1, 8)
    page = public_hearing(hearing.reference)
    assert page is not None
    counted = counted_again(page, clock.now())
    assert counted is not None
    assert counted[0] is True


def test_only_the_clock_opens_the_vault(world: JuryWorld, settings: Any) -> None:
    hearing = world.preparing_hearing()
    settings.MAY_OPEN_SECRETS = False
    with pytest.raises(vault.VaultClosed):
        vault.read(hearing.reference)


def test_pseudonyms_of_a_hundred_hearings_cannot_be_linked() -> None:
    """The name is the receipt's place among random receipts, so it follows nobody around."""
    random = Random(5)
    places = []
    for _hearing in range(100):
        receipts = [commitment_of(random.randbytes(32), b"{}") for _seat in range(9)]
        places.append(sorted(receipts).index(receipts[0]))
    assert len(set(places)) == 9, "one juror comes by every name"
    assert max(places.count(place) for place in set(places)) < 25
