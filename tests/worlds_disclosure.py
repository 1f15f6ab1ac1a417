"""A world for the tests of notice and board: cases driven there by the production services."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from claims import services as claim_services
from claims.models import Claim
from claims.queries import clause_of, recommendation_of
from core import deadlines
from core.actor import CLOCK, SYSTEM, Actor
from core.zone import add_days, start_of_day
from disclosure import services
from disclosure.models import NoticeEntry, Objection
from disclosure.queries import publishable
from members import services as member_services
from members.identity import compose_identity
from members.models import Person
from tests import databases
from tests.members.world import PLAN
from tests.worlds_money import FILED_AT, JOINED_AT, MoneyWorld, make_money_world

NOTICE_ON = date(2020, 6, 7)
OPENS_AT = start_of_day(NOTICE_ON)
PERIOD = f"{PLAN}:{NOTICE_ON.isoformat()}"
STORY = "体检发现异常，手术后病理确诊，家中有老人和孩子。"
SUMMARY = "住院记录与病理报告均已核实，公估机构走访了医院。"
BOARD = "病理结果与条款一致，未见加入前的病史。"
CANARY = "肯娜瑞"


def set_clock(at: datetime | None) -> None:
    """Shift the database's clock so that it reads `at`; None sets it back."""
    connection = databases.connect("owner")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            if at is None:
                cursor.execute("UPDATE core_clock SET shift = interval '0'")
            else:
                cursor.execute("UPDATE core_clock SET shift = %s - clock_timestamp()", [at])
    finally:
        connection.close()


@dataclass
class DisclosureWorld:
    """The money world, with cases of every kind on their way to notice and board."""

    money: MoneyWorld
    serial: "count[int]"

    @property
    def reviewer(self) -> Actor:
        """Recommends and prepares."""
        return self.money.reviewer

    @property
    def reviewer2(self) -> Actor:
        """Decides and signs."""
        return self.money.reviewer2

    def person(
        self, *, born_on: date = date(1985, 3, 2), sex: str = "male", region: str = "430103"
    ) -> Person:
        """A verified person whose name is a canary."""
        number = next(self.serial) * 2 + (1 if sex == "male" else 0)
        return member_services.register_person(
            full_name=f"{CANARY}{number}",
            born_on=born_on,
            sex=sex,
            identity_number=compose_identity(region, born_on, number),
            actor=SYSTEM,
            now=JOINED_AT,
        )

    def approved(
        self,
        *,
        disease: str = "malignant-tumour",
        born_on: date = date(1985, 3, 2),
        sex: str = "male",
        region: str = "430103",
        is_signed: bool = True,
        outcome: str = "approve",
    ) -> Claim:
        """A claim decided by two reviewers; its redaction signed unless said otherwise."""
        membership = self.money.base.member(
            self.person(born_on=born_on, sex=sex, region=region), now=JOINED_AT
        )
        claimant = self.money.base.actor(membership.person)
        draft = claim_services.start_draft(
            membership_id=membership.pk, actor=claimant, now=FILED_AT
        )
        who = {"reference": draft.reference, "now": FILED_AT}
        claim_services.save_draft(
            **who,
            actor=claimant,
            disease_code=disease,
            accident=False,
            first_diagnosed_on=date(2020, 5, 20),
            hospital_name="湘雅医院",
            province=f"{region[:2]}0000",
            city="长沙",
            story=STORY,
            account_holder=membership.person.full_name,
            bank_account="6222020200112230",
        )
        claim = claim_services.file_claim(**who, actor=claimant)
        claim_services.open_investigation(
            **who,
            actor=self.reviewer,
            agency_code="agency",
            investigator_id=self.money.investigator.person_id,
            questions="病理报告是否真实？",
            due_on=date(2020, 6, 5),
        )
        self._decide(claim, outcome)
        if is_signed:
            self.redact(claim)
        return Claim.objects.get(pk=claim.pk)

    def _decide(self, claim: Claim, outcome: str) -> None:
        who = {"reference": claim.reference, "now": FILED_AT}
        clause = clause_of(claim)
        value = "met" if outcome == "approve" else "not_met"
        answers = {listed.criterion.code: value for listed in clause.criteria}
        claim_services.report_findings(
            **who,
            actor=self.money.investigator,
            findings=[
                {"criterion": code, "answer": value, "note": "已核实", "evidence": ""}
                for code in answers
            ],
            cost_cents=100_000,
            summary=SUMMARY,
        )
        snapshot = claim.eligibility.order_by("-number")[0]
        claim_services.recommend(
            **who,
            actor=self.reviewer,
            outcome=outcome,
            amount_cents=snapshot.amount_cents,
            answers=answers,
            clauses=[clause.number],
            reasons="病理报告显示恶性肿瘤，各项条件均已逐条核对。",
        )
        if outcome == "approve":
            found = recommendation_of(claim)
            assert found is not None
            claim_services.approve_claim(
                **who, actor=self.reviewer2, amount_cents=found.amount_cents
            )
        else:
            claim_services.deny_claim(**who, actor=self.reviewer2, note="")

    def redact(self, claim: Claim, at: datetime = FILED_AT) -> None:
        """Prepare and sign the redaction for the claim's next publication."""
        services.prepare_redaction(
            reference=claim.reference,
            actor=self.reviewer,
            now=at,
            story=STORY,
            investigation_summary=SUMMARY,
            board_summary=BOARD,
        )
        services.sign_redaction(reference=claim.reference, actor=self.reviewer2, now=at)

    def open_period(self, at: datetime = OPENS_AT) -> None:
        """Plan and open the period of NOTICE_ON, and put every signed claim on notice."""
        services.plan_periods(plan_code=PLAN, actor=CLOCK, now=FILED_AT)
        services.open_period(key=PERIOD, actor=CLOCK, now=at)
        for reference in list(publishable(self.money.plan.pk).values_list("reference", flat=True)):
            services.publish_entry(reference=reference, actor=CLOCK, now=at)

    def publish(self, at: datetime = OPENS_AT) -> int:
        """Publish the period's batch on the board; return how many cases it has."""
        return len(services.publish_batch(key=PERIOD, actor=CLOCK, now=at))

    def noticed(self, **how: object) -> NoticeEntry:
        """One entry on notice."""
        claim = self.approved(**how)  # type: ignore[arg-type] # the same keywords
        self.open_period()
        return NoticeEntry.objects.get(claim=claim)

    def objector(self) -> Actor:
        """A verified member of the plan who has nothing to do with any case."""
        return self.money.base.actor(self.money.base.member(self.person(), now=JOINED_AT).person)

    def objection(self, entry: NoticeEntry, at: datetime | None = None) -> Objection:
        """An objection received in the entry's time."""
        moment = at or entry.opens_at + timedelta(hours=1)
        set_clock(moment)
        return services.object_to_entry(
            reference=entry.reference,
            actor=self.objector(),
            now=moment,
            grounds="undisclosed",
            statement="我是他的邻居，他在加入前就住过院。",
        )

    def answer(self, objection: Objection, outcome: str, at: datetime) -> Objection:
        """An objection looked into by one reviewer and answered by another."""
        who = {"reference": objection.reference, "now": at}
        services.open_inquiry(**who, actor=self.reviewer)
        services.draft_answer(
            **who,
            actor=self.reviewer,
            outcome=outcome,
            answer="已向医院核实，加入之前没有住院记录。",
            board_answer="核实后未见加入前的病史。",
        )
        step = services.dismiss if outcome == "dismissed" else services.sustain
        return step(**who, actor=self.reviewer2)


def sweep_until_quiet(at: datetime) -> None:
    """Perform everything due at an instant, follow-on rows included."""
    set_clock(at)
    for _pass in range(10):
        report = deadlines.sweep(now=at)
        assert not report.failed
        if not report.done:
            return


def make_disclosure_world() -> DisclosureWorld:
    """The world on the day before the notice opens."""
    assert add_days(NOTICE_ON, 7) == date(2020, 6, 14)
    assert datetime(2020, 6, 6, 16, tzinfo=UTC) == OPENS_AT
    return DisclosureWorld(make_money_world(), count(5))
