"""How hearings end without a verdict, the rehearing and what is final, hearings open to all."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims import services as claim_services
from claims.models import Claim, Dispute
from claims.permissions import blockers as claim_blockers
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import Blocked, Refusal, WrongState
from core.zone import add_days, local_date
from jury import services
from jury.brief import question_codes
from jury.models import Ballot, BallotOpening, Hearing, Seat, Verdict
from jury.queries import may_vote_here
from jury.services.replacing import replace_juror
from members.models import Account, Person
from members.services import create_account
from record.queries import entries_for
from tests.worlds_jury import JuryWorld, make_jury_world, run_clock, travel

pytestmark = pytest.mark.django_db(transaction=True)


def _browser(actor: Actor) -> Client:
    account = Account.objects.filter(person_id=actor.person_id).first() or create_account(
        username=f"p{actor.person_id}",
        password="demo",
        person_id=actor.person_id,
        actor=SYSTEM,
        now=clock.now(),
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def _void_twice(world: JuryWorld) -> Hearing:
    hearing = world.preparing_hearing()
    who: dict[str, Any] = {"actor": world.jury_officer, "reason_code": "disturbed"}
    following = services.void_hearing(reference=hearing.reference, now=clock.now(), **who)
    run_clock(1)
    services.void_hearing(reference=following.reference, now=clock.now(), **who)
    return hearing


@pytest.mark.parametrize(
    ("rule", "state"),
    [("review", "under_review"), ("uphold", "denied_finally"), ("overturn", "approved")],
)
def test_a_second_void_round_ends_as_the_rulebook_says(
    transactional_db: None, rule: str, state: str
) -> None:
    world = make_jury_world(4, rules={"second_void": rule})
    hearing = _void_twice(world)
    claim = Claim.objects.get(pk=hearing.claim_id)
    assert claim.state == state
    dispute = Dispute.objects.get(claim=claim)
    assert dispute.closed_at is not None
    assert not BallotOpening.objects.exists()


def test_after_a_review_a_new_denial_is_heard_as_if_it_were_the_first(
    transactional_db: None,
) -> None:
    world = make_jury_world(14)
    hearing = _void_twice(world)
    claim = Claim.objects.get(pk=hearing.claim_id)
    again = world.denied_again(claim)
    fresh = world.drawn_hearing(again)
    assert (fresh.sitting, fresh.round, fresh.panel_size) == (1, 3, 9)
    opened = world.open_now(fresh)
    for juror in world.panel(opened):
        world.cast(opened, juror, "deny", "not_met")
    assert world.close(opened).state == "decided"
    assert Claim.objects.get(pk=claim.pk).state == "denied_finally"


def test_a_second_dispute_names_a_document_the_first_jury_could_not_see(
    transactional_db: None,
) -> None:
    world = make_jury_world(14)
    claim = _upheld(world)
    world.reopened(claim)
    world.recommend_denial(claim)
    who: dict[str, Any] = {"reference": claim.reference, "now": clock.now()}
    claim_services.deny_claim(**who, actor=world.reviewer2)
    claimant = world.claimant_of(claim)
    words = {"grounds": "原件已找到。", "facts_in_dispute": ["criteria"]}
    for named in ([], ["E-0000-0000"]):
        with pytest.raises(Blocked):
            claim_services.dispute_denial(**who, actor=claimant, **words, new_evidence=named)
    browser = _browser(claimant)
    page = browser.get(f"/me/claims/{claim.reference}/steps/dispute/").content.decode()
    assert "Which documents did the first jury not see?" in page
    paper = world.new_paper(claim)
    refused = browser.post(f"/me/claims/{claim.reference}/steps/dispute/", words)
    assert refused.status_code == 422
    done = browser.post(
        f"/me/claims/{claim.reference}/steps/dispute/", {**words, "new_evidence": [paper]}
    )
    assert done.status_code == 302
    newest = Dispute.objects.filter(claim=claim).order_by("-number")[0]
    assert newest.new_evidence == [paper]


def _upheld(world: JuryWorld) -> Claim:
    hearing = world.open_hearing()
    for juror in world.panel(hearing):
        world.cast(hearing, juror, "deny", "not_met")
    world.close(hearing)
    return Claim.objects.get(pk=hearing.claim_id)


def test_the_rehearing_to_its_end_by_the_pages_and_then_nothing_more(
    transactional_db: None,
) -> None:
    world = make_jury_world(40)
    claim = _upheld(world)
    first = set(Seat.objects.filter(claim=claim).values_list("person_id", flat=True))
    claim = world.disputed_again(claim)
    officer = _browser(world.jury_officer)
    opened = officer.post(f"/console/claims/{claim.reference}/steps/open_hearing/")
    assert opened.status_code == 302
    hearing = Hearing.objects.get(claim=claim, sitting=2)
    assert opened["Location"] == reverse("console_hearing", args=[hearing.reference])
    run_clock(1)
    world.sign(hearing)
    step = {"reference": hearing.reference}
    announced = officer.post(
        reverse("console_hearing_step", kwargs={**step, "step": "announce_draw"}),
        {"delay_minutes": "10"},
    )
    assert announced.status_code == 302
    world.later(minutes=11)
    run_clock(2)
    world.later(seconds=15)
    run_clock(2)
    number = _browser(world.claimant_of(claim)).post(
        reverse("claimant_number", args=[hearing.reference]), {"number": "271828"}
    )
    assert number.status_code == 302
    run_clock(2)
    page = officer.get(reverse("console_hearing", args=[hearing.reference])).content.decode()
    assert "0 of 19 jurors have accepted" in page
    assert "rehearing" in page
    panel = world.panel(hearing)
    assert len(panel) == 19
    assert not first & {juror.person_id for juror in panel}
    accepted = _browser(panel[0]).post(reverse("jury_step", kwargs={**step, "step": "accept_seat"}))
    assert accepted.status_code == 302
    voting = world.open_now(world.reload(hearing))
    assert voting.state == "open"
    for juror in world.panel(voting):
        world.cast(voting, juror, "deny", "not_met")
    assert world.close(voting).state == "decided"
    ended = Claim.objects.get(pk=claim.pk)
    assert ended.state == "denied_finally"
    for actor in (world.ombudsman, world.reviewer, world.reviewer2):
        codes = {one.code for one in claim_blockers("reopen", ended, actor, clock.now())}
        assert "hearings_used_up" in codes
        with pytest.raises(Refusal):
            claim_services.reopen_claim(
                reference=ended.reference,
                actor=actor,
                now=clock.now(),
                reason_code="new_evidence",
                note="再来一次",
            )
    with pytest.raises(Refusal):
        services.open_hearing(reference=ended.reference, actor=world.jury_officer, now=clock.now())


# Hearings open to every juror


def _open_mode(jurors: int = 12) -> JuryWorld:
    return make_jury_world(jurors, rules={"mode": "open", "quorum": 7})


def _announced(world: JuryWorld) -> Hearing:
    hearing = world.preparing_hearing()
    assert (hearing.mode, hearing.panel_size) == ("open", 0)
    services.announce_draw(
        reference=hearing.reference, actor=world.jury_officer, now=clock.now(), delay_minutes=10
    )
    return world.reload(hearing)


def test_an_open_hearing_goes_from_its_announcement_to_its_verdict(
    transactional_db: None,
) -> None:
    world = _open_mode()
    hearing = _announced(world)
    with pytest.raises(WrongState):
        services.accept_seat(reference=hearing.reference, actor=world.jurors[0], now=clock.now())
    officer = _browser(world.jury_officer)
    url = reverse("console_hearing", args=[hearing.reference])
    assert "Opens after" in officer.get(url).content.decode()
    world.later(minutes=11)
    run_clock(1)
    opened = world.reload(hearing)
    assert opened.state == "open"
    voter = _browser(world.jurors[0])
    assert hearing.reference in voter.get(reverse("jury_home")).content.decode()
    assert voter.get(reverse("jury_hearing", args=[hearing.reference])).status_code == 200
    for place, juror in enumerate(world.jurors[:9]):
        world.cast(opened, juror, "pay" if place < 6 else "deny")
    assert Seat.objects.filter(hearing=opened).count() == 9
    page = officer.get(url).content.decode()
    assert "9 ballots cast" in page
    assert "The panel by" not in page
    with pytest.raises(WrongState):
        replace_juror(
            reference=hearing.reference,
            actor=world.jury_officer,
            now=clock.now(),
            number=1,
            reason_code="asked",
        )
    assert world.close(opened).state == "decided"
    verdict = Verdict.objects.get(hearing=opened)
    assert (verdict.outcome, verdict.pay, verdict.deny) == ("overturn", 6, 3)
    assert not entries_for(hearing.reference, "panel_drawn").exists()


def test_in_an_open_hearing_the_close_person_and_the_stranger_do_not_vote(
    transactional_db: None,
) -> None:
    world = _open_mode()
    hearing = _announced(world)
    world.later(minutes=11)
    run_clock(1)
    close_one, stranger = world.jurors[0], world.new_reviewer()
    claim_services.declare_conflict(
        reference=hearing.claim.reference, actor=close_one, now=clock.now(), reason="邻居"
    )
    late = world.juror()
    for actor in (close_one, stranger, late, world.claimant_of(hearing.claim)):
        with pytest.raises(Refusal):
            world.cast(world.reload(hearing), actor)
    assert not Ballot.objects.exists()


def test_in_an_open_hearing_a_juror_suspended_since_the_roll_neither_reads_nor_votes(
    transactional_db: None,
) -> None:
    world = _open_mode()
    hearing = _announced(world)
    world.later(minutes=11)
    run_clock(1)
    juror = world.jurors[0]
    assert juror.person_id is not None
    assert may_vote_here(world.reload(hearing), juror.person_id)
    services.suspend_juror(
        reference=Person.objects.get(pk=juror.person_id).reference,
        cause="duty_neglected",
        until_on=add_days(local_date(clock.now()), 30),
        reasons="两次没有投票。",
        actor=world.jury_officer,
        now=clock.now(),
    )
    assert not may_vote_here(world.reload(hearing), juror.person_id)
    with pytest.raises(Refusal) as refused:
        world.cast(world.reload(hearing), juror)
    assert refused.value.status in (403, 409, 422)
    assert not Ballot.objects.exists()


def test_too_few_in_an_open_hearing_extend_it_once_then_it_is_void(
    transactional_db: None,
) -> None:
    world = _open_mode()
    hearing = _announced(world)
    world.later(minutes=11)
    run_clock(1)
    for juror in world.jurors[:3]:
        world.cast(world.reload(hearing), juror)
    extended = world.close(hearing)
    assert extended.state == "extended"
    assert world.close(extended).state == "void"
    (entry,) = entries_for(hearing.reference, "hearing_void")
    assert json.loads(entry.body)["reason"] == "no_quorum"


# Withdrawn, void, extended


@pytest.mark.parametrize("stage", ["preparing", "announced", "drawn", "open", "extended"])
def test_the_claimant_withdraws_at_every_stage_and_no_ballot_is_opened(
    transactional_db: None, stage: str
) -> None:
    world = make_jury_world(14)
    hearing = _at(world, stage)
    services.withdraw_hearing(
        reference=hearing.claim.reference,
        actor=world.claimant_of(hearing.claim),
        now=clock.now(),
    )
    assert world.reload(hearing).state == "withdrawn"
    travel(clock.now() + timedelta(days=4))
    run_clock(2)
    assert world.reload(hearing).state == "withdrawn"
    assert not BallotOpening.objects.exists()
    assert Claim.objects.get(pk=hearing.claim_id).state == "denied_finally"
    assert world.reload(hearing).due_at is None


@pytest.mark.parametrize("stage", ["preparing", "announced", "drawn", "open", "extended", "closed"])
def test_the_officer_voids_at_every_stage_and_a_new_round_follows(
    transactional_db: None, stage: str
) -> None:
    world = make_jury_world(14)
    hearing = _at(world, stage)
    following = services.void_hearing(
        reference=hearing.reference,
        actor=world.jury_officer,
        now=clock.now(),
        reason_code="disturbed",
    )
    assert world.reload(hearing).state == "void"
    assert (following.round, following.state) == (2, "preparing")
    assert following.due_at is not None
    run_clock(2)
    assert not BallotOpening.objects.exists()
    assert world.reload(following).seed_commitment


def _at(world: JuryWorld, stage: str) -> Hearing:
    if stage == "preparing":
        return world.preparing_hearing()
    if stage == "announced":
        return world.announced_hearing()
    hearing = world.drawn_hearing()
    if stage == "drawn":
        return hearing
    hearing = world.open_now(hearing)
    for juror in world.panel(hearing):
        world.cast(hearing, juror)
    if stage == "extended":
        services.extend_voting(
            reference=hearing.reference,
            actor=world.jury_officer,
            now=clock.now(),
            reason_code="outage",
        )
    if stage == "closed":
        assert hearing.closes_at is not None
        travel(hearing.closes_at)
        services.close_voting(reference=hearing.reference, now=clock.now())
    return world.reload(hearing)


def test_an_extension_comes_once_from_the_officer_and_moves_the_close(
    transactional_db: None,
) -> None:
    world = make_jury_world(14)
    hearing = world.open_hearing()
    who: dict[str, Any] = {"reference": hearing.reference, "reason_code": "turnout"}
    extended = services.extend_voting(**who, actor=world.jury_officer, now=clock.now())
    assert extended.closes_at == (hearing.closes_at or clock.now()) + timedelta(hours=24)
    with pytest.raises(WrongState):
        services.extend_voting(**who, actor=world.jury_officer, now=clock.now())
    world.cast(extended, world.panel(extended)[0])
    assert question_codes(extended.brief)
