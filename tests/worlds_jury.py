"""A world for the tests of the jury: a denied claim, jurors on a roll, and a clock to move."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from psycopg2.extensions import connection as Connection

from claims import services as claim_services
from claims.models import Claim
from claims.queries import clause_of, hearings_held
from core import clock
from core.actor import SYSTEM, Actor
from core.deadlines import sweep
from core.references import new_reference
from core.zone import local_date
from jury import services
from jury.brief import question_codes
from jury.exam.bank import bank
from jury.models import ExamAttempt, Hearing, JurorStanding, Seat
from jury.states import SITTING
from members import services as member_services
from members.models import Agency, Person
from record import sequencer
from record.keys import load_or_make_signer
from tests import databases
from tests.claims.papers import pdf, upload
from tests.members.world import World, make_world

JOINED_AT = datetime(2020, 1, 10, 2, 0, tzinfo=UTC)
START = datetime(2020, 6, 1, 4, 0, tzinfo=UTC)


def travel(to: datetime) -> None:
    """Make core_now() read an instant, as only the owner may; it runs on from there."""
    owner = databases.connect("owner")
    with owner, owner.cursor() as cursor:
        cursor.execute("UPDATE core_clock SET shift = %s - clock_timestamp()", [to])
    owner.close()


def run_clock(passes: int = 4) -> None:
    """Do what the clock process does: number and sign the record, perform what is due."""
    for _pass in range(passes):
        sequencer.sequence_all(load_or_make_signer())
        report = sweep()
        assert not report.failed, "a deadline failed; its traceback is in the log"


def run_raw(app: Connection, sql: str, *values: object) -> int:
    """Run raw SQL as the application's role and commit it; return the rows it touched."""
    try:
        with app.cursor() as cursor:
            cursor.execute(sql, values)
            touched: int = cursor.rowcount
        app.commit()
    finally:
        app.rollback()
    return touched


def switched_off(
    drop_guard: Callable[[str, str], AbstractContextManager[None]], table: str, trigger: str
) -> AbstractContextManager[None]:
    """Take a trigger away, as only the tables' owner can."""
    change = f"ALTER TABLE {table} {{}} TRIGGER {trigger}"
    return drop_guard(change.format("DISABLE"), change.format("ENABLE"))


@dataclass
class JuryWorld:
    """A plan, its staff, its jurors; claims and hearings on demand."""

    base: World
    reviewer: Actor
    reviewer2: Actor
    investigator: Actor
    jury_officer: Actor
    ombudsman: Actor
    jurors: list[Actor] = field(default_factory=list)

    def later(self, **delta: int) -> datetime:
        """Move the clock on and return the new time."""
        at = clock.now() + timedelta(**delta)
        travel(at)
        return at

    def juror(self) -> Actor:
        """One more qualified member; on the next roll."""
        person = self.base.person("陪审员")
        services.enrol_juror(person_id=person.pk, score=6, actor=SYSTEM, now=JOINED_AT)
        actor = self.base.actor(person)
        self.jurors.append(actor)
        return actor

    def candidate(self) -> Actor:
        """A verified member who has accepted the jury rules and not taken the exam."""
        actor = self.base.actor(self.base.person("候选"))
        services.accept_rules(version="1", language="zh-hans", actor=actor, now=clock.now())
        return actor

    def answer_exam(self, actor: Actor, wrong: int = 0) -> ExamAttempt:
        """Start the exam and hand it in with so many wrong answers."""
        attempt = services.start_attempt(actor=actor, now=clock.now())
        choices = {}
        for index, one in enumerate(attempt.questions):
            right = bank()[one["code"]].right
            others = [key for key in one["options"] if key != right]
            choices[one["code"]] = others[0] if index < wrong else right
        return services.answer_attempt(
            reference=attempt.reference, actor=actor, now=clock.now(), choices=choices
        )

    def person_reference(self, actor: Actor) -> str:
        """The reference of the person who acts."""
        return Person.objects.get(pk=actor.person_id).reference

    def suspend(self, juror: Actor, days: int = 10) -> JurorStanding:
        """Suspend a juror for so many days."""
        return services.suspend_juror(
            reference=self.person_reference(juror),
            cause="secrecy_broken",
            until_on=local_date(clock.now()) + timedelta(days=days),
            reasons="投票前在群里公开了自己的选择。",
            actor=self.jury_officer,
            now=clock.now(),
        )

    def disqualify(self, juror: Actor) -> JurorStanding:
        """Disqualify a juror."""
        return services.disqualify_juror(
            reference=self.person_reference(juror),
            cause="gift_taken",
            reasons="为投票收受礼物。",
            actor=self.jury_officer,
            now=clock.now(),
        )

    def recommended_claim(self, disease_code: str = "malignant-tumour") -> Claim:
        """A claim whose denial is recommended."""
        membership = self.base.member(now=JOINED_AT)
        claimant = self.base.actor(membership.person)
        at = clock.now()
        draft = claim_services.start_draft(membership_id=membership.pk, actor=claimant, now=at)
        who = {"reference": draft.reference, "now": at}
        claim_services.save_draft(
            **who,
            actor=claimant,
            disease_code=disease_code,
            accident=False,
            first_diagnosed_on=date(2020, 5, 20),
            hospital_name="湘雅医院",
            province="430000",
            city="长沙",
            story="体检发现，手术后病理确诊。",
            account_holder=membership.person.full_name,
            bank_account="6222020200112230",
        )
        claim = claim_services.file_claim(**who, actor=claimant)
        claim_services.open_investigation(
            **who,
            actor=self.reviewer,
            agency_code="agency",
            investigator_id=self.investigator.person_id,
            questions="病理报告是否真实？",
            due_on=date(2020, 6, 20),
        )
        codes = [listed.criterion.code for listed in clause_of(claim).criteria]
        claim_services.report_findings(
            **who,
            actor=self.investigator,
            findings=[
                {"criterion": code, "answer": "not_shown", "note": "未见原件", "evidence": ""}
                for code in codes
            ],
            cost_cents=100_000,
            summary="病理报告未见原件。",
        )
        claim_services.recommend(
            **who,
            actor=self.reviewer,
            outcome="deny",
            amount_cents=300_000_00,
            answers=dict.fromkeys(codes, "not_shown"),
            clauses=[clause_of(claim).number],
            reasons="病理报告未见原件，条件未能证实。",
        )
        return Claim.objects.get(reference=draft.reference)

    def disputed_claim(self) -> Claim:
        """A denied claim whose claimant disputes the denial."""
        return self._denied_and_disputed(self.recommended_claim())

    def disputed_again(self, claim: Claim) -> Claim:
        """A denial that stood, reopened on new evidence, denied and disputed again."""
        self.reopened(claim)
        return self.denied_again(claim)

    def reopened(self, claim: Claim) -> None:
        """Two people reopen a denial that stood."""
        who = {"reference": claim.reference, "reason_code": "new_evidence", "note": "原件已找到"}
        self.later(minutes=1)
        for actor in (self.ombudsman, self.new_reviewer()):
            claim_services.reopen_claim(**who, actor=actor, now=clock.now())

    def denied_again(self, claim: Claim) -> Claim:
        """A claim under review again, denied and disputed once more."""
        self.recommend_denial(claim)
        return self._denied_and_disputed(claim)

    def recommend_denial(self, claim: Claim) -> None:
        """Recommend to deny a claim under review."""
        codes = [listed.criterion.code for listed in clause_of(claim).criteria]
        claim_services.recommend(
            reference=claim.reference,
            actor=self.reviewer,
            now=clock.now(),
            outcome="deny",
            amount_cents=300_000_00,
            answers=dict.fromkeys(codes, "not_shown"),
            clauses=[clause_of(claim).number],
            reasons="原件仍未证实。",
        )

    def new_reviewer(self) -> Actor:
        """One more reviewer."""
        return _staff(self.base, "reviewer")

    def _denied_and_disputed(self, claim: Claim) -> Claim:
        who = {"reference": claim.reference, "now": clock.now()}
        claim_services.deny_claim(**who, actor=self.reviewer2)
        claim_services.dispute_denial(
            **who,
            actor=self.claimant_of(claim),
            grounds="原件在医院档案室，附有复印件盖章。",
            facts_in_dispute=["criteria"],
            new_evidence=[self.new_paper(claim)] if hearings_held(claim) else [],
        )
        return Claim.objects.get(pk=claim.pk)

    def new_paper(self, claim: Claim) -> str:
        """One more document of the claimant's; its reference."""
        version = claim_services.add_evidence(
            reference=claim.reference,
            kind="other",
            stored=claim_services.receive_file(upload(pdf(title=new_reference("X")))),
            actor=self.claimant_of(claim),
            now=clock.now(),
        )
        return version.evidence.reference

    def claimant_of(self, claim: Claim) -> Actor:
        """The claim's claimant."""
        return Actor(claim.claimant_id, None, frozenset())

    def preparing_hearing(self, claim: Claim | None = None) -> Hearing:
        """A hearing whose brief is signed and whose keys are made."""
        reference = (claim or self.disputed_claim()).reference
        hearing = services.open_hearing(
            reference=reference, actor=self.jury_officer, now=clock.now()
        )
        run_clock(1)
        self.sign(hearing)
        return self.reload(hearing)

    def sign(self, hearing: Hearing) -> None:
        """Prepare the brief and have the second person sign it."""
        answers = {"background": "一名成员体检发现肿瘤并手术。"}
        for index, _code in enumerate(question_codes(hearing.brief), start=1):
            answers[f"claimant_holds_{index}"] = "复印件盖有医院公章。"
            answers[f"reviewers_hold_{index}"] = "未见原件。"
        who = {"reference": hearing.reference, "now": clock.now()}
        services.prepare_brief(**who, actor=self.jury_officer, **answers)
        services.sign_brief(**who, actor=self.ombudsman)

    def announced_hearing(self, claim: Claim | None = None) -> Hearing:
        """A hearing whose draw waits for the claimant's number."""
        hearing = self.preparing_hearing(claim)
        services.announce_draw(
            reference=hearing.reference,
            actor=self.jury_officer,
            now=clock.now(),
            delay_minutes=10,
        )
        self.later(minutes=11)
        run_clock(2)
        self.later(seconds=15)
        run_clock(2)
        return self.reload(hearing)

    def drawn_hearing(self, claim: Claim | None = None) -> Hearing:
        """A hearing whose panel is seated."""
        hearing = self.announced_hearing(claim)
        services.enter_claimant_number(
            reference=hearing.reference,
            actor=self.claimant_of(hearing.claim),
            now=clock.now(),
            number=314159,
        )
        run_clock(2)
        return self.reload(hearing)

    def open_hearing(self) -> Hearing:
        """A hearing open to vote."""
        return self.open_now(self.drawn_hearing())

    def accept_all(self, hearing: Hearing) -> None:
        """Every juror who has not answered says yes."""
        for seat in Seat.objects.filter(hearing=hearing, state="invited").order_by("number"):
            who = {"reference": hearing.reference, "actor": self.actor_of(seat)}
            services.accept_seat(**who, now=clock.now())

    def open_now(self, hearing: Hearing) -> Hearing:
        """Let every juror accept, the acceptance window pass, and the clock open the vote."""
        self.accept_all(hearing)
        assert hearing.opens_at is not None
        travel(hearing.opens_at + timedelta(seconds=1))
        run_clock(1)
        return self.reload(hearing)

    def panel(self, hearing: Hearing) -> list[Actor]:
        """Those who sit now."""
        seats = Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING)).order_by("number")
        return [Actor(seat.person_id, None, frozenset()) for seat in seats]

    @staticmethod
    def actor_of(seat: Seat) -> Actor:
        """Whoever holds a seat."""
        return Actor(seat.person_id, None, frozenset())

    def cast(
        self, hearing: Hearing, juror: Actor, vote: str = "pay", answer: str = "met"
    ) -> services.Receipt:
        """Cast a juror's ballot."""
        return services.cast_ballot(
            reference=hearing.reference,
            actor=juror,
            now=clock.now(),
            vote=vote,
            answers=dict.fromkeys(question_codes(hearing.brief), answer),
            reason="复印件盖章可信。",
        )

    def close(self, hearing: Hearing) -> Hearing:
        """Let the voting time pass and the clock count."""
        found = self.reload(hearing)
        assert found.closes_at is not None
        travel(found.closes_at + timedelta(seconds=1))
        run_clock(2)
        self.later(seconds=10)
        run_clock(2)
        return self.reload(hearing)

    def run_clock(self, passes: int = 4) -> None:
        """Do what the clock process does."""
        run_clock(passes)

    def reload(self, hearing: Hearing) -> Hearing:
        """The hearing as it now is."""
        return Hearing.objects.select_related("claim").get(pk=hearing.pk)


def make_jury_world(
    jurors: int = 14, at: datetime = START, rules: Mapping[str, object] | None = None
) -> JuryWorld:
    """The plan with its rules, the staff, and so many jurors; `rules` replaces jury rules."""
    travel(at)
    base = make_world(rules)
    Agency.objects.create(code="agency", name="公估机构")
    staff = {
        name: _staff(base, role)
        for name, role in (
            ("reviewer", "reviewer"),
            ("reviewer2", "reviewer"),
            ("investigator", "investigator"),
            ("jury_officer", "jury_officer"),
            ("ombudsman", "ombudsman"),
        )
    }
    member_services.join_agency(
        person_id=staff["investigator"].person_id or 0,
        agency_code="agency",
        actor=SYSTEM,
        now=JOINED_AT,
    )
    world = JuryWorld(base, **staff)
    for _index in range(jurors):
        world.juror()
    return world


def _staff(base: World, role: str) -> Actor:
    person = base.person(role)
    member_services.grant_role(
        person_id=person.pk, role=role, actor=SYSTEM, now=JOINED_AT, reason="test"
    )
    return base.actor(person, role)
