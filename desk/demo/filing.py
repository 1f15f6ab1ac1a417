"""Files invented claims: drafts with answers and papers, through the filing services."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import services
from claims.models import Claim
from core.zone import local_date
from desk.demo import invented
from desk.demo.papers import Paper, Press
from members.ages import age_on

if TYPE_CHECKING:
    from desk.demo.lives import Plot

SCANS = 24
LEVELS = ("3", "3", "2", "1")


@dataclass(slots=True)
class Filer:
    """Starts drafts, answers their questions, uploads their papers."""

    press: Press
    random: Random
    scans: dict[str, list[bytes]]

    @classmethod
    def with_scans(cls, press: Press, random: Random) -> "Filer":
        """Prepare a stock of scans of the papers that look alike everywhere."""
        titles = {"identity": "居民身份证（样张）", "diagnosis": "诊断证明书", "bank_card": "银行卡（样张）"}
        scans = {
            kind: [
                press.scan_jpeg(_sample(title, number), random) for number in range(SCANS // 3)
            ]
            for kind, title in titles.items()
        }
        return cls(press, random, scans)

    def draft(self, plot: "Plot", now: datetime) -> str:
        """Return the reference of a complete draft with its four papers."""
        claim = services.start_draft(membership_id=plot.membership.pk, actor=plot.claimant, now=now)
        province = plot.membership.person.province
        city = self.random.choice(invented.CITIES[province])
        diagnosed_on = local_date(now) - timedelta(days=self.random.randint(12, 100))
        if plot.outside:
            diagnosed_on = plot.membership.starts_on + timedelta(days=self.random.randint(5, 60))
        hospital = f"{city}市第{self.random.choice('一二三')}人民医院"
        services.save_draft(
            reference=claim.reference,
            actor=plot.claimant,
            now=now,
            disease_code=plot.illness.code,
            accident=plot.illness.accident,
            first_diagnosed_on=diagnosed_on,
            hospital_name=hospital,
            hospital_level=self.random.choice(LEVELS),
            province=province,
            city=city,
            story=plot.illness.story,
            account_holder=plot.membership.person.full_name,
            bank_account=invented.card_number(self.random),
        )
        self._papers(claim, plot, hospital, now)
        return claim.reference

    def _papers(self, claim: Claim, plot: "Plot", hospital: str, now: datetime) -> None:
        person = plot.membership.person
        paper = Paper(
            title="出院小结",
            hospital=hospital,
            name=person.full_name,
            sex={"female": "女", "male": "男"}[person.sex],
            age=age_on(person.born_on, local_date(now)),
            ward=plot.illness.ward,
            number=f"ZY{local_date(now):%Y}{self.random.randint(0, 9999):04d}",
            day_label="出院日期",
            day=local_date(now).isoformat(),
            doctor=self.random.choice(invented.SURNAMES) + "医生",
            paragraphs=(
                ("出院诊断", plot.illness.diagnosis),
                ("诊疗经过", plot.illness.course),
                ("出院医嘱", "按期复查，不适随诊。"),
            ),
        )
        files = [("medical_record", "出院小结.pdf", self.press.summary_pdf(paper))]
        for kind, stock in self.scans.items():
            files.append((kind, f"{kind}.jpg", self.random.choice(stock)))
        uploads = [SimpleUploadedFile(name, data) for _kind, name, data in files]
        for (kind, _name, _data), stored in zip(
            files, services.receive_files(uploads), strict=True
        ):
            services.add_evidence(
                reference=claim.reference,
                kind=kind,
                stored=stored,
                actor=plot.claimant,
                now=now,
            )


def _sample(title: str, number: int) -> Paper:
    return Paper(
        title=title,
        hospital="演示样张",
        name="样张",
        sex="—",
        age=0,
        ward="—",
        number=f"YZ{number:04d}",
        day_label="日期",
        day="—",
        doctor="—",
        paragraphs=(("说明", f"{title}，第 {number + 1} 号。此件为演示而作，不对应任何真人。"),),
    )
