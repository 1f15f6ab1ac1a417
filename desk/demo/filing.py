"""Files invented claims: drafts with answers and papers, through the filing services."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from claims import services
from claims.services.evidence import StoredFile
from desk.demo import invented
from desk.demo.papers import Paper, Press
from desk.demo.plot import Plot
from members.ages import age_on

SCANS = 24
LEVELS = ("3", "3", "2", "1")
BATCH = 80
FILE_NAMES = {
    "identity": "身份证.jpg",
    "diagnosis": "诊断证明.jpg",
    "medical_record": "出院小结.pdf",
    "bank_card": "银行卡.jpg",
}


@dataclass(slots=True)
class Filer:
    """Starts drafts, answers their questions, uploads their papers."""

    press: Press
    random: Random
    scans: dict[str, list[bytes]]
    stored: dict[int, list[tuple[str, StoredFile]]] = field(default_factory=dict)

    @classmethod
    def with_scans(cls, press: Press, random: Random) -> "Filer":
        """Prepare a stock of scans of the papers that look alike everywhere."""
        titles = {
            "identity": "居民身份证（样张）",
            "diagnosis": "诊断证明书",
            "bank_card": "银行卡（样张）",
        }
        scans = {
            kind: [press.scan_jpeg(_sample(title, number), random) for number in range(SCANS // 3)]
            for kind, title in titles.items()
        }
        return cls(press, random, scans)

    def prepare(self, plots: Sequence[Plot]) -> None:
        """Make and check the papers of all plots, many at a time."""
        wanted = [(plot, kind, data) for plot in plots for kind, data in self._papers(plot)]
        for start in range(0, len(wanted), BATCH):
            part = wanted[start : start + BATCH]
            uploads = [SimpleUploadedFile(FILE_NAMES[kind], data) for _plot, kind, data in part]
            for (plot, kind, _data), stored in zip(
                part, services.receive_files(uploads), strict=True
            ):
                self.stored.setdefault(id(plot), []).append((kind, stored))

    def draft(self, plot: Plot, now: datetime) -> str:
        """Return the reference of a complete draft with its four papers."""
        claim = services.start_draft(membership_id=plot.membership.pk, actor=plot.claimant, now=now)
        services.save_draft(
            reference=claim.reference,
            actor=plot.claimant,
            now=now,
            disease_code=plot.illness.code,
            accident=plot.illness.accident,
            first_diagnosed_on=plot.diagnosed_on,
            hospital_name=plot.hospital,
            hospital_level=self.random.choice(LEVELS),
            province=plot.membership.person.province,
            city=plot.hospital.partition("市")[0],
            story=plot.illness.story,
            account_holder=plot.membership.person.full_name,
            bank_account=invented.card_number(self.random),
        )
        for kind, stored in self.stored.pop(id(plot), []):
            services.add_evidence(
                reference=claim.reference, kind=kind, stored=stored, actor=plot.claimant, now=now
            )
        return claim.reference

    def _papers(self, plot: Plot) -> Iterator[tuple[str, bytes]]:
        person = plot.membership.person
        paper = Paper(
            title="出院小结",
            hospital=plot.hospital,
            name=person.full_name,
            sex={"female": "女", "male": "男"}[person.sex],
            age=age_on(person.born_on, plot.diagnosed_on),
            ward=plot.illness.ward,
            number=f"ZY{plot.diagnosed_on:%Y}{self.random.randint(0, 9999):04d}",
            day_label="确诊日期",
            day=plot.diagnosed_on.isoformat(),
            doctor=self.random.choice(invented.SURNAMES) + "医生",
            paragraphs=(
                ("出院诊断", plot.illness.diagnosis),
                ("诊疗经过", plot.illness.course),
                ("出院医嘱", "按期复查，不适随诊。"),
            ),
        )
        yield "medical_record", self.press.summary_pdf(paper)
        for kind, stock in self.scans.items():
            if kind == "diagnosis" or plot.has_all_papers:
                yield kind, self.random.choice(stock)


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
