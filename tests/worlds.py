"""The world most tests play in: a plan, people with roles, a member, a claim in any state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from claims import services
from claims.models import Claim
from claims.queries import bound_rules, clause_of, lock_claim, recommendation_of
from claims.states import State
from core.actor import BANK, CLOCK, SYSTEM, Actor
from core.zone import add_days, local_date
from members import services as members_services
from members.models import Agency, Membership, Person, Plan
from tests.members.world import World as MembersWorld
from tests.members.world import make_world as make_members_world

NOW = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
JOINED = datetime(2020, 1, 10, 4, 0, tzinfo=UTC)
DIAGNOSED_ON = date(2020, 5, 10)
IN_WAITING_PERIOD_ON = date(2020, 2, 10)
DISEASE = "acute-myocardial-infarction"
AGENCY = "minxin"
CARD = "6222020000000000008"

STAFF: tuple[tuple[str, str, str], ...] = (
    ("reviewer", "reviewer", "方晓"),
    ("reviewer2", "reviewer", "何静"),
    ("reviewer3", "reviewer", "罗平"),
    ("investigator", "investigator", "赵勇"),
    ("investigator2", "investigator", "钱进"),
    ("jury_officer", "jury_officer", "孙丽"),
    ("finance", "finance", "周敏"),
    ("finance2", "finance", "吴迪"),
    ("ombudsman", "ombudsman", "郑凯"),
    ("auditor", "auditor", "冯雪"),
    ("admin", "admin", "陈明"),
)


@dataclass
class World:
    """A plan with two rulebook versions, its staff, a claimant who is a member, and a clock."""

    members: MembersWorld
    actors: dict[str, Actor]
    membership: Membership
    now: datetime = NOW
    serial: int = field(default=0)

    @property
    def plan(self) -> Plan:
        """The critical illness plan."""
        return self.members.plan

    def __getattr__(self, name: str) -> Actor:
        actors: dict[str, Actor] = self.__dict__["actors"]
        if name in actors:
            return actors[name]
        raise AttributeError(name)

    def tick(self, hours: int = 1) -> datetime:
        """The time, some hours later than it was last asked for."""
        self.now += timedelta(hours=hours)
        return self.now

    def today(self) -> date:
        """The day in the plan's zone."""
        return local_date(self.now, self.plan.zone)

    def person(self, name: str) -> Person:
        """One of the people by their part in the world."""
        return Person.objects.get(pk=self.actors[name].person_id)

    # Claims

    def draft(self, **answers: Any) -> Claim:
        """A draft of the claimant's with every question answered; `answers` change some."""
        claim = services.start_draft(
            membership_id=self.membership.pk, actor=self.claimant, now=self.tick()
        )
        filled: dict[str, Any] = {
            "disease_code": DISEASE,
            "accident": False,
            "first_diagnosed_on": DIAGNOSED_ON,
            "hospital_name": "湘雅医院",
            "hospital_level": "3",
            "province": "43",
            "city": "长沙",
            "story": "五月十日胸痛入院，诊断为急性心肌梗塞。",
            "account_holder": "张三",
            "bank_account": CARD,
            **answers,
        }
        return services.save_draft(
            reference=claim.reference, actor=self.claimant, now=self.tick(), **filled
        )

    def filed(self, **answers: Any) -> Claim:
        """A claim that has been handed in."""
        claim = self.draft(**answers)
        return services.file_claim(
            reference=claim.reference, actor=self.claimant, now=self.tick()
        )

    def outside(self) -> Claim:
        """A filed claim whose diagnosis lies in the waiting period."""
        return self.filed(first_diagnosed_on=IN_WAITING_PERIOD_ON)

    def answers_for(self, claim: Claim, answer: str = "met") -> dict[str, str]:
        """One answer to every criterion of the claim's clause."""
        return {listed.criterion.code: answer for listed in clause_of(claim).criteria}

    def claim_in(self, state: str) -> Claim:
        """A new claim driven to a state by the production services."""
        if state == State.DRAFT:
            return self.draft()
        claim = self.filed()
        for step in ROUTES[state]:
            STEPS[step](self, claim.reference)
        return Claim.objects.get(pk=claim.pk)


Drive = Callable[[World, str], Any]


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


def make_world() -> World:
    """The plan, its staff with real grants, an agency, and a claimant who joined in January."""
    members = make_members_world()
    actors: dict[str, Actor] = {}
    for key, role, name in STAFF:
        person = members.person(name)
        members_services.grant_role(person_id=person.pk, role=role, actor=SYSTEM, now=JOINED)
        actors[key] = Actor(person.pk, None, frozenset({role}), "person", key)
    for key in ("investigator", "investigator2"):
        person_id = actors[key].person_id
        assert person_id is not None
        members_services.join_agency(
            person_id=person_id, agency_code=AGENCY, agency_name="民信公估", actor=SYSTEM, now=JOINED
        )
    claimant = members.person("张三", date(1985, 3, 2))
    kin = members.person("李四", date(1986, 4, 3))
    members_services.create_household(
        person_ids=[claimant.pk, kin.pk], actor=SYSTEM, now=JOINED
    )
    stranger = members.person("王五", date(1990, 5, 4))
    actors["claimant"] = Actor(claimant.pk, None, frozenset(), "person", "claimant")
    actors["kin"] = Actor(kin.pk, None, frozenset({"reviewer"}), "person", "kin")
    members_services.grant_role(person_id=kin.pk, role="reviewer", actor=SYSTEM, now=JOINED)
    actors["member"] = Actor(stranger.pk, None, frozenset(), "person", "member")
    membership = members.member(claimant, now=JOINED)
    assert Agency.objects.filter(code=AGENCY).exists()
    return World(members, actors, membership)


def claim_in(state: str, world: World | None = None) -> Claim:
    """A claim in a state, in a world of its own unless one is given."""
    return (world or make_world()).claim_in(state)


def dispute_days(claim: Claim) -> int:
    """The rulebook's days to dispute."""
    return bound_rules(claim).dispute_days
