"""A world in which every page has something to show: by the services, without a browser."""

from datetime import timedelta

from claims.models import Claim
from core import clock
from core.actor import ANONYMOUS, BANK
from disclosure import services as disclosure_services
from disclosure.models import NoticeEntry, PublicCase
from disclosure.services.corrections import correctable
from jury.models import Hearing
from payouts import services as payout_services
from payouts.models import Payout
from sharing import services as sharing_services
from sharing.models import Round
from tests.journeys import world as worlds
from tests.journeys.stage import MINE, THEIRS, Scenery
from tests.journeys.world import JourneyWorld
from tests.worlds_jury import travel
from tests.worlds_money import JOINED_AT


def make_scenery(world: JourneyWorld) -> Scenery:
    """Three weeks of June: two notices, a closed round, payouts, three hearings."""
    scenery = Scenery(world)
    neighbour = world.disclosure.person()
    worlds.open_account(world, THEIRS, neighbour)
    assert world.membership is not None
    scenery.memberships = {
        MINE: world.membership,
        THEIRS: world.disclosure.money.base.member(neighbour, now=JOINED_AT),
    }
    first_notice(scenery)
    round_and_payouts(scenery)
    second_notice(scenery)
    correction(scenery)
    complaints(scenery)
    stations(scenery)
    return scenery


def first_notice(scenery: Scenery) -> None:
    """A hearing decided; twelve cases on notice; an objection answered."""
    found = scenery.found
    found["hearing_decided"] = scenery.decided_hearing(THEIRS)
    found["claim_paid"] = scenery.approved(MINE)
    notice_on = scenery.world.next_notice_day()
    found["notice_on"] = notice_on.isoformat()
    worlds.go_to_day(notice_on)
    entry = NoticeEntry.objects.get(claim__reference=found["claim_paid"])
    found["objection_theirs"] = object_to(scenery, THEIRS, entry)
    answer(scenery, found["objection_theirs"])
    worlds.go_to_day(worlds.notice_is_over(notice_on))


def object_to(scenery: Scenery, username: str, entry: NoticeEntry) -> str:
    """A member objects."""
    objection = disclosure_services.object_to_entry(
        **scenery.who(username, entry.reference),
        grounds="undisclosed",
        statement="我是他的邻居，他在加入前就住过院。",
    )
    return str(objection.reference)


def answer(scenery: Scenery, reference: str) -> None:
    """Two reviewers answer it."""
    disclosure_services.open_inquiry(**scenery.who("reviewer", reference))
    disclosure_services.draft_answer(
        **scenery.who("reviewer", reference),
        outcome="dismissed",
        answer="已向医院核实，加入之前没有住院记录。",
        board_answer="核实后未见加入前的病史。",
    )
    disclosure_services.dismiss(**scenery.who("reviewer2", reference))


def round_and_payouts(scenery: Scenery) -> None:
    """The round closed with failed debits; one payout settled, one returned, one batch waits."""
    found = scenery.found
    newest = Round.objects.get(state="proposed")
    found["round"] = newest.reference
    found["sharing_on"] = newest.sharing_on.isoformat()
    sharing_services.start_collecting(**scenery.who("finance", newest.reference))
    failed = [scenery.memberships[THEIRS].reference]
    sharing_services.record_failed_debits(
        **scenery.who("finance", newest.reference), memberships=failed
    )
    worlds.later(days=5)
    sharing_services.close_round(**scenery.who("finance", newest.reference))
    funded = list(
        Claim.objects.filter(state="funded").order_by("pk").values_list("reference", flat=True)
    )
    mine = found["claim_paid"]
    others = [reference for reference in funded if reference != mine]
    found["batch_approved"] = batch(scenery, [mine, others[0]], is_approved=True)
    found["batch"] = batch(scenery, others[1:3], is_approved=False)
    found["payout"] = Payout.objects.get(claim__reference=mine).reference
    payout_services.settle_payout(
        reference=found["payout"], bank_reference="BANK-1", actor=BANK, now=clock.now()
    )
    returned = Payout.objects.get(claim__reference=others[0])
    payout_services.return_payout(
        reference=returned.reference, reason_code="AC04", actor=BANK, now=clock.now()
    )
    found["payout_returned"] = returned.reference
    worlds.run_clock()


def batch(scenery: Scenery, claims: list[str], *, is_approved: bool) -> str:
    """A batch of payouts, approved by the second person or waiting."""
    made = payout_services.prepare_payouts(
        claims=claims, actor=scenery.actor("finance"), now=clock.now()
    )
    if is_approved:
        payout_services.approve_batch(**scenery.who("finance2", made.reference))
    return str(made.reference)


def second_notice(scenery: Scenery) -> None:
    """Cases on notice now, one objected to, and a hearing open to vote."""
    found = scenery.found
    found["claim_noticed"] = scenery.approved(MINE)
    theirs = scenery.approved(THEIRS)
    worlds.go_to_day(scenery.world.next_notice_day())
    mine = NoticeEntry.objects.get(claim__reference=found["claim_noticed"])
    found["entry_mine"] = mine.reference
    found["entry_theirs"] = NoticeEntry.objects.get(claim__reference=theirs).reference
    found["objection"] = object_to(scenery, "member", mine)
    found["hearing"] = scenery.open_hearing(MINE)
    scenery.vote(found["hearing"], 3)
    found["claim_heard"] = Hearing.objects.get(reference=found["hearing"]).claim.reference
    found["exhibit_mine"] = found[f"exhibit_{MINE}"]
    found["hearing_preparing"] = scenery.hearing(THEIRS)
    found["exhibit_theirs"] = found[f"exhibit_{THEIRS}"]


def correction(scenery: Scenery) -> None:
    """One correction published, one waits for its signature."""
    cases = PublicCase.objects.order_by("pk")
    for place, case in enumerate(cases[:2]):
        draft = disclosure_services.prepare_correction(
            **scenery.who("reviewer", case.reference),
            field=correctable(case.entries.order_by("-seq")[0])[0],
            replacement="病理结果与条款一致。",
            reason="原文多写了一句。",
        )
        if place == 0:
            disclosure_services.correct_entry(**scenery.who("reviewer2", str(draft.reference)))
        else:
            scenery.found["correction"] = str(draft.reference)
    scenery.found["case"] = cases[0].reference


def complaints(scenery: Scenery) -> None:
    """A complaint of the claimant's, and one of somebody without an account."""
    for name, actor in (("complaint", scenery.actor(MINE)), ("complaint_theirs", ANONYMOUS)):
        made = disclosure_services.file_complaint(
            actor=actor, now=clock.now(), category="time", text="一个多月没有结果。"
        )
        scenery.found[name] = made.reference


def stations(scenery: Scenery) -> None:
    """Claims at the stations before the decision, of the claimant's and of the neighbour's."""
    found = scenery.found
    found["draft_mine"] = scenery.draft(MINE)
    found["draft_theirs"] = scenery.draft(THEIRS)
    found["claim_mine"] = scenery.filed(MINE)
    found["claim_theirs"] = scenery.filed(THEIRS)
    found["claim_asked"] = scenery.asked(MINE)
    found["claim_investigated"] = scenery.investigated(THEIRS)
    found["claim_reported"] = scenery.reported(THEIRS)
    found["claim_recommended"] = scenery.recommended(THEIRS)
    found["claim_denied"] = scenery.denied(MINE)
    found["claim_disputed"] = scenery.disputed(THEIRS)
    found["claim_unsigned"] = scenery.approved(THEIRS, is_signed=False)
    worlds.run_clock()
    travel(clock.now() + timedelta(minutes=1))
    worlds.run_clock()
