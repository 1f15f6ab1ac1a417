"""What the scenery is made with: claims and hearings at every station, by the services."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import services as claim_services
from claims.models import Claim
from claims.queries import clause_of, recommendation_of
from core import clock
from core.actor import Actor
from core.zone import add_days, local_date
from disclosure import services as disclosure_services
from jury import services as jury_services
from jury.brief import question_codes
from jury.exhibits.copies import receive_copy
from jury.models import Hearing
from members.models import Membership
from tests.journeys import world as worlds
from tests.journeys.world import CARD, PAPERS, JourneyWorld
from tests.worlds_disclosure import BOARD, STORY, SUMMARY
from tests.worlds_exhibits import look_at, picture, upload

MINE, THEIRS = "claimant", "neighbour"


@dataclass
class Scenery:
    """The world and the references of what stands in it, by what it is."""

    world: JourneyWorld
    memberships: dict[str, Membership] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)

    def actor(self, username: str) -> Actor:
        """Who acts under a username."""
        return self.world.actor(username)

    def who(self, username: str, reference: str) -> dict[str, Any]:
        """What every step's service is told."""
        return {"reference": reference, "actor": self.actor(username), "now": clock.now()}

    def claim(self, reference: str) -> Claim:
        """A claim as it now is."""
        return self.world.claim(reference)

    def draft(self, username: str, disease: str = "malignant-tumour") -> str:
        """A complete draft with its four papers."""
        claim = claim_services.start_draft(
            membership_id=self.memberships[username].pk,
            actor=self.actor(username),
            now=clock.now(),
        )
        claim_services.save_draft(
            **self.who(username, claim.reference),
            disease_code=disease,
            accident=False,
            first_diagnosed_on=date(2020, 5, 20),
            hospital_name="湘雅医院",
            hospital_level="3",
            province="430000",
            city="长沙",
            story=STORY,
            account_holder=self.world.people[username].full_name,
            bank_account=CARD,
        )
        uploads = [SimpleUploadedFile(name, data, kind) for _code, name, data, kind in PAPERS]
        stored = claim_services.receive_files(uploads)
        for (code, _name, _data, _kind), one in zip(PAPERS, stored, strict=True):
            claim_services.add_evidence(
                **self.who(username, claim.reference), kind=code, stored=one
            )
        return str(claim.reference)

    def filed(self, username: str) -> str:
        """A claim that was handed in."""
        reference = self.draft(username)
        claim_services.file_claim(**self.who(username, reference))
        return reference

    def investigated(self, username: str) -> str:
        """A claim at an investigator's."""
        reference = self.filed(username)
        claim_services.open_investigation(
            **self.who("reviewer", reference),
            agency_code="agency",
            investigator_id=self.world.people["investigator"].pk,
            questions="病理报告是否真实？",
            due_on=add_days(local_date(clock.now(), self.world.plan.zone), 4),
        )
        return reference

    def reported(self, username: str, answer: str = "met") -> str:
        """A claim whose investigation is reported."""
        reference = self.investigated(username)
        codes = [one.criterion.code for one in clause_of(self.claim(reference)).criteria]
        claim_services.report_findings(
            **self.who("investigator", reference),
            findings=[
                {"criterion": code, "answer": answer, "note": "病历第三页", "evidence": ""}
                for code in codes
            ],
            cost_cents=100_000,
            summary=SUMMARY,
        )
        return reference

    def recommended(self, username: str, outcome: str = "approve") -> str:
        """A claim that waits for the second reviewer."""
        answer = "met" if outcome == "approve" else "not_shown"
        reference = self.reported(username, answer)
        claim = self.claim(reference)
        codes = [one.criterion.code for one in clause_of(claim).criteria]
        claim_services.recommend(
            **self.who("reviewer", reference),
            outcome=outcome,
            amount_cents=300_000_00,
            answers=dict.fromkeys(codes, answer),
            clauses=[clause_of(claim).number],
            reasons="逐条核对给付条件后得出此结论，各项依据均写在病理报告里。",
        )
        return reference

    def denied(self, username: str) -> str:
        """A claim that was denied."""
        reference = self.recommended(username, "deny")
        claim_services.deny_claim(**self.who("reviewer2", reference), note="")
        return reference

    def disputed(self, username: str) -> str:
        """A denial that is disputed."""
        reference = self.denied(username)
        claim_services.dispute_denial(
            **self.who(username, reference),
            grounds="原件在医院档案室，附有复印件盖章。",
            facts_in_dispute=["criteria"],
        )
        return reference

    def approved(self, username: str, *, is_signed: bool = True) -> str:
        """An approved claim, its redaction signed unless said otherwise."""
        reference = self.recommended(username)
        found = recommendation_of(self.claim(reference))
        assert found is not None
        claim_services.approve_claim(
            **self.who("reviewer2", reference), amount_cents=found.amount_cents
        )
        disclosure_services.prepare_redaction(
            **self.who("reviewer", reference),
            story=STORY,
            investigation_summary=SUMMARY,
            board_summary=BOARD,
        )
        if is_signed:
            disclosure_services.sign_redaction(**self.who("reviewer2", reference))
        return reference

    def asked(self, username: str) -> str:
        """A claim whose claimant is asked for papers."""
        reference = self.filed(username)
        claim_services.request_information(
            **self.who("reviewer", reference),
            questions="请补充病理报告。",
            documents="病理报告原件的照片",
            deadline_on=add_days(local_date(clock.now(), self.world.plan.zone), 30),
        )
        return reference

    # Hearings

    def hearing(self, username: str) -> str:
        """A hearing that is opened, its brief prepared and signed."""
        claim = self.disputed(username)
        original = claim_services.add_evidence(
            **self.who(username, claim),
            kind="medical_record",
            stored=claim_services.receive_file(upload(picture("original"))),
        )
        hearing = jury_services.open_hearing(**self.who("jury_officer", claim))
        worlds.run_clock(1)
        self.found[f"exhibit_{username}"] = self.exhibit(hearing, original.evidence.reference)
        answers = {"background": "一名成员体检发现肿瘤并手术。"}
        for number, _code in enumerate(question_codes(hearing.brief), start=1):
            answers[f"claimant_holds_{number}"] = "复印件盖有医院公章。"
            answers[f"reviewers_hold_{number}"] = "未见原件。"
        jury_services.prepare_brief(**self.who("jury_officer", hearing.reference), **answers)
        jury_services.sign_brief(**self.who("ombudsman", hearing.reference))
        return str(hearing.reference)

    def exhibit(self, hearing: Hearing, document: str) -> str:
        """A redacted copy of a document, signed by a second person."""
        made = jury_services.add_exhibit(
            **self.who("jury_officer", hearing.reference),
            label="第一天护理记录",
            question_codes=[],
            evidence=document,
            pages=receive_copy([upload(picture("copy"))]),
        )
        look_at(made, self.actor("ombudsman"))
        jury_services.sign_exhibit(**self.who("ombudsman", made.reference))
        return str(made.reference)

    def open_hearing(self, username: str) -> str:
        """A hearing open to vote."""
        reference = self.hearing(username)
        jury_services.announce_draw(**self.who("jury_officer", reference), delay_minutes=10)
        worlds.later(minutes=11)
        worlds.later(seconds=15)
        jury_services.enter_claimant_number(**self.who(username, reference), number=314159)
        worlds.run_clock()
        hearing = Hearing.objects.get(reference=reference)
        for juror in self.world.panel(hearing):
            jury_services.accept_seat(**self.who(juror, reference))
        opens_at = Hearing.objects.get(reference=reference).opens_at
        assert opens_at is not None
        worlds.go_to(opens_at)
        return reference

    def vote(self, reference: str, count: int) -> None:
        """So many jurors vote, most of them for payment."""
        hearing = Hearing.objects.get(reference=reference)
        for place, juror in enumerate(self.world.panel(hearing)[:count]):
            jury_services.cast_ballot(
                **self.who(juror, reference),
                vote="pay" if place % 3 else "deny",
                answers=dict.fromkeys(question_codes(hearing.brief), "met"),
                reason="复印件盖章可信。",
            )

    def decided_hearing(self, username: str) -> str:
        """A hearing that has come to its verdict."""
        reference = self.open_hearing(username)
        self.vote(reference, 9)
        closes_at = Hearing.objects.get(reference=reference).closes_at
        assert closes_at is not None
        worlds.go_to(closes_at)
        worlds.later(seconds=10)
        return reference
