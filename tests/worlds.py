"""The world most tests play in: a plan, people with roles, a member, a claim in any state."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from claims import services
from claims.models import Claim
from claims.queries import bound_rules, clause_of
from claims.states import State
from core.actor import SYSTEM, Actor
from core.zone import local_date
from members import services as members_services
from members.models import Agency, Membership, Person, Plan
from tests.members.world import World as MembersWorld
from tests.members.world import make_world as make_members_world
from tests.worlds_claims import AGENCY, drive

NOW = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
JOINED = datetime(2020, 1, 10, 4, 0, tzinfo=UTC)
DIAGNOSED_ON = date(2020, 5, 10)
IN_WAITING_PERIOD_ON = date(2020, 2, 10)
DISEASE = "acute-myocardial-infarction"
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
        return Person.objects.get(pk=self.actors[name].person_id or 0)

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
        return services.file_claim(reference=claim.reference, actor=self.claimant, now=self.tick())

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
        drive(self, claim.reference, state)
        return Claim.objects.get(pk=claim.pk)


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
            person_id=person_id,
            agency_code=AGENCY,
            agency_name="民信公估",
            actor=SYSTEM,
            now=JOINED,
        )
    claimant = members.person("张三", date(1985, 3, 2))
    kin = members.person("李四", date(1986, 4, 3))
    members_services.create_household(person_ids=[claimant.pk, kin.pk], actor=SYSTEM, now=JOINED)
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
