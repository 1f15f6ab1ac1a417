"""A small world for the members' tests, made by the production services."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from core.actor import SYSTEM, Actor
from members import rulebooks, services
from members.identity import compose_identity
from members.models import Membership, Person, Plan, RulebookVersion
from members.queries import rulebook_for
from members.rulebook import parse

NOW = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
PLAN = "critical-illness"


@dataclass
class World:
    """A plan with two versions, and people on demand."""

    plan: Plan
    versions: list[RulebookVersion]
    now: datetime = NOW
    serial: "count[int]" = field(default_factory=lambda: count(2))

    def person(self, name: str = "张三", born_on: date = date(1985, 3, 2)) -> Person:
        """A verified person; each has another identity number."""
        number = next(self.serial)
        return services.register_person(
            full_name=name,
            born_on=born_on,
            sex="male" if number % 2 else "female",
            identity_number=compose_identity("430103", born_on, number),
            actor=SYSTEM,
            now=self.now,
        )

    def actor(self, person: Person, *roles: str) -> Actor:
        """The person as an actor with roles."""
        return Actor(person.pk, None, frozenset(roles))

    def admin(self) -> Actor:
        """An administrator."""
        return self.actor(self.person("管理"), "admin")

    def answers(self) -> dict[str, str]:
        """A health statement that lets its writer join."""
        rules = rulebook_for(self.plan, date(2020, 6, 1))
        return {question.code: question.accepted_answer for question in rules.health_questions}

    def member(
        self, person: Person | None = None, now: datetime | None = None, tier: str = "standard"
    ) -> Membership:
        """A member who joined by themselves."""
        joining = person or self.person()
        return services.enrol(
            person_id=joining.pk,
            plan_code=self.plan.code,
            tier=tier,
            answers=self.answers(),
            actor=self.actor(joining),
            now=now or self.now,
        )


def make_world(jury: Mapping[str, object] | None = None) -> World:
    """The critical illness plan, its first version in force since 2018, its second since 2020.

    `jury` replaces fields of the rulebooks' part on hearings.
    """
    plan = services.create_plan(
        code=PLAN,
        name_en="Critical illness mutual aid",
        name_zh="重大疾病互助计划",
        actor=SYSTEM,
        now=NOW,
    )
    versions = []
    for name in ("critical-illness-1", "critical-illness-2"):
        effective_on = date.fromisoformat(rulebooks.SHIPPED[name])
        at = datetime.combine(effective_on, datetime.min.time(), UTC)
        body = rulebooks.load(name)
        body["jury"] = {**body["jury"], **(jury or {})}
        drafted = services.draft_rulebook(plan_code=PLAN, body=body, actor=SYSTEM, now=at)
        announce(drafted, effective_on)
        versions.append(services.put_in_force(version_id=drafted.pk, actor=SYSTEM, now=at))
    return World(plan, versions)


def announce(version: RulebookVersion, effective_on: date) -> RulebookVersion:
    """Take a draft through consultation to its announcement, in time for its day."""
    days = parse(version.body)
    at = datetime.combine(effective_on, datetime.min.time(), UTC)
    early = at - timedelta(days=days.rule_notice_days + days.rule_comment_days)
    services.open_consultation(version_id=version.pk, actor=SYSTEM, now=early)
    return services.announce_rulebook(
        version_id=version.pk,
        effective_on=effective_on,
        actor=SYSTEM,
        now=at - timedelta(days=days.rule_notice_days),
    )
