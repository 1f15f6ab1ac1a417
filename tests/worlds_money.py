"""A world for the tests of rounds and payouts: claims driven there by the production services."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import connection

from claims import services as claim_services
from claims.models import Claim
from claims.queries import clause_of, recommendation_of
from core.actor import CLOCK, SYSTEM, Actor
from members import services as member_services
from members.models import Agency, Membership, Person
from payouts import services as payout_services
from payouts.models import Payout, PayoutBatch
from sharing import services as sharing_services
from sharing.models import Round
from tests.members.world import PLAN, World, make_world

JOINED_AT = datetime(2020, 1, 10, 2, 0, tzinfo=UTC)
FILED_AT = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)
NOTICE_ON = date(2020, 6, 7)
SHARING_AT = datetime(2020, 6, 14, 2, 0, tzinfo=UTC)
CLOSING_AT = datetime(2020, 6, 19, 2, 0, tzinfo=UTC)
PAYING_AT = datetime(2020, 6, 20, 2, 0, tzinfo=UTC)
CARD = "6222020200112230"
OTHER_CARD = "6222020200112248"


@dataclass
class MoneyWorld:
    """A plan, its members, and everybody who has a part in paying."""

    base: World
    finance: Actor
    finance2: Actor
    reviewer: Actor
    reviewer2: Actor
    investigator: Actor
    auditor: Actor
    members: list[Membership] = field(default_factory=list)

    @property
    def plan(self):
        """The critical illness plan."""
        return self.base.plan

    def person(self, name: str = "张三") -> Person:
        """A verified person."""
        return self.base.person(name)

    def member(self, joined_at: datetime = JOINED_AT) -> Membership:
        """A member since January."""
        membership = self.base.member(now=joined_at)
        self.members.append(membership)
        return membership

    def cleared_claim(self) -> Claim:
        """A claim that has passed its notice: cleared, 300,000 yuan."""
        reference = self.approved_claim().reference
        entry = f"N-TEST-{reference[-4:]}"
        claim_services.publish_claim(
            reference=reference, entry_reference=entry, actor=CLOCK, now=FILED_AT
        )
        claim_services.clear_claim(
            reference=reference, entry_reference=entry, actor=CLOCK, now=SHARING_AT
        )
        return Claim.objects.get(reference=reference)

    def approved_claim(self) -> Claim:
        """A claim approved by two reviewers after an investigation."""
        membership = self.member()
        claimant = self.base.actor(membership.person)
        draft = claim_services.start_draft(
            membership_id=membership.pk, actor=claimant, now=FILED_AT
        )
        who = {"reference": draft.reference, "now": FILED_AT}
        claim_services.save_draft(
            **who,
            actor=claimant,
            disease_code="malignant-tumour",
            accident=False,
            first_diagnosed_on=date(2020, 5, 20),
            hospital_name="湘雅医院",
            province="430000",
            city="长沙",
            story="体检发现，手术后病理确诊。",
            account_holder=membership.person.full_name,
            bank_account=CARD,
        )
        claim = claim_services.file_claim(**who, actor=claimant)
        claim_services.open_investigation(
            **who,
            actor=self.reviewer,
            agency_code="agency",
            investigator_id=self.investigator.person_id,
            questions="病理报告是否真实？",
            due_on=date(2020, 6, 5),
        )
        answers = {listed.criterion.code: "met" for listed in clause_of(claim).criteria}
        claim_services.report_findings(
            **who,
            actor=self.investigator,
            findings=[
                {"criterion": code, "answer": "met", "note": "已核实", "evidence": ""}
                for code in answers
            ],
            cost_cents=100_000,
            summary="住院记录与病理报告均已核实。",
        )
        claim_services.recommend(
            **who,
            actor=self.reviewer,
            outcome="approve",
            amount_cents=300_000_00,
            answers=answers,
            clauses=[clause_of(claim).number],
            reasons="病理报告显示恶性肿瘤，各项条件均符合。",
        )
        found = recommendation_of(claim)
        assert found is not None
        claim_services.approve_claim(**who, actor=self.reviewer2, amount_cents=found.amount_cents)
        return Claim.objects.get(reference=draft.reference)

    def open_round(self, notice_on: date = NOTICE_ON, at: datetime = SHARING_AT) -> Round:
        """The round of a notice day."""
        return sharing_services.open_round(plan_code=PLAN, notice_on=notice_on, actor=CLOCK, now=at)

    def collecting_round(self) -> Round:
        """A proposed round whose shares are being debited."""
        found = self.open_round()
        who = {"reference": found.reference, "now": SHARING_AT}
        sharing_services.propose_round(**who, actor=CLOCK)
        return sharing_services.start_collecting(**who, actor=self.finance)

    def closed_round(self) -> Round:
        """A round that is closed; its claims are funded."""
        found = self.collecting_round()
        return sharing_services.close_round(
            reference=found.reference, actor=self.finance, now=CLOSING_AT
        )

    def funded_claim(self) -> Claim:
        """A claim that waits for its payout."""
        claim = self.cleared_claim()
        self.closed_round()
        return Claim.objects.get(pk=claim.pk)

    def prepared_batch(self, *claims: Claim) -> PayoutBatch:
        """A batch that waits for its second person."""
        wanted = claims or (self.funded_claim(),)
        return payout_services.prepare_payouts(
            claims=[claim.reference for claim in wanted], actor=self.finance, now=PAYING_AT
        )

    def approved_payout(self, claim: Claim | None = None) -> Payout:
        """A payout approved by two finance people, in the outbox."""
        batch = self.prepared_batch(*([claim] if claim else []))
        payout_services.approve_batch(reference=batch.reference, actor=self.finance2, now=PAYING_AT)
        return batch.payouts.get()


def make_money_world() -> MoneyWorld:
    """The plan with its rules and everybody who has a part."""
    base = make_world()
    Agency.objects.create(code="agency", name="公估机构")
    staff = {
        name: _staff(base, role)
        for name, role in (
            ("finance", "finance"),
            ("finance2", "finance"),
            ("reviewer", "reviewer"),
            ("reviewer2", "reviewer"),
            ("investigator", "investigator"),
            ("auditor", "auditor"),
        )
    }
    member_services.join_agency(
        person_id=staff["investigator"].person_id or 0,
        agency_code="agency",
        actor=SYSTEM,
        now=JOINED_AT,
    )
    return MoneyWorld(base, **staff)


def _staff(base: World, role: str) -> Actor:
    person = base.person(role)
    member_services.grant_role(
        person_id=person.pk, role=role, actor=SYSTEM, now=JOINED_AT, reason="test"
    )
    return base.actor(person, role)


def later(at: datetime, **delta: int) -> datetime:
    """An instant that many hours, minutes or seconds later."""
    return at + timedelta(**delta)


def sql(statement: str, *values: object) -> list[tuple[object, ...]]:
    """Run raw SQL as the app role; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return list(cursor.fetchall()) if cursor.description else []
