"""Documents and redacted copies for the tests of the jury."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from claims import services as claim_services
from claims.models import Claim, EvidenceVersion
from core import clock
from core.actor import Actor
from jury import services
from jury.brief import question_codes
from jury.exhibits.copies import receive_copy
from jury.models import Hearing, JuryExhibit
from tests.worlds_jury import JuryWorld, run_clock


def picture(
    words: str = "08:00  4 / 15", size: tuple[int, int] = (900, 1200), **save: Any
) -> bytes:
    """A page as a JPEG, with a black bar where a name would stand."""
    page = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((80, 80, 420, 130), fill="black")
    for row in range(6):
        pen.text((80, 220 + row * 90), f"{row + 1}.  {words}", fill="black", font_size=44)
    written = io.BytesIO()
    page.save(written, "JPEG", **save)
    return written.getvalue()


def upload(data: bytes, name: str = "护理记录.jpg") -> "SimpleUploadedFile":
    """The bytes as a form sends them."""
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def add_document(world: JuryWorld, claim: Claim, data: bytes | None = None) -> EvidenceVersion:
    """A document the claimant files with a disputed claim."""
    stored = claim_services.receive_file(upload(data or picture("original 张三")))
    return claim_services.add_evidence(
        reference=claim.reference,
        kind="medical_record",
        stored=stored,
        actor=world.claimant_of(claim),
        now=clock.now(),
    )


def unsigned_hearing(
    world: JuryWorld, claim: Claim | None = None
) -> tuple[Hearing, EvidenceVersion]:
    """A hearing being prepared, with keys and a document, whose brief nobody has written."""
    claim = claim or world.disputed_claim()
    version = add_document(world, claim)
    hearing = services.open_hearing(
        reference=claim.reference, actor=world.jury_officer, now=clock.now()
    )
    run_clock(1)
    return world.reload(hearing), version


def add_exhibit(
    world: JuryWorld, hearing: Hearing, version: EvidenceVersion, pages: int = 2, **words: Any
) -> JuryExhibit:
    """A redacted copy of the document, as the officer adds it."""
    copies = [upload(picture(f"page {number}")) for number in range(pages)]
    return services.add_exhibit(
        reference=hearing.reference,
        actor=world.jury_officer,
        now=clock.now(),
        evidence=version.evidence.reference,
        pages=receive_copy(copies),
        **{
            "label": "第一天护理记录",
            "question_codes": question_codes(hearing.brief)[:1],
            "text": "8 时：昏迷评分 4 分。",
            **words,
        },
    )


def look_at(exhibit: JuryExhibit, actor: Actor) -> None:
    """Open the original and every page, as a signer must."""
    who = {"reference": exhibit.reference, "actor": actor, "now": clock.now()}
    services.read_exhibit_original(**who)
    for page in range(1, exhibit.pages + 1):
        services.read_exhibit(**who, page=page)


def sign_exhibit(world: JuryWorld, exhibit: JuryExhibit) -> JuryExhibit:
    """The second person compares copy and original, and signs."""
    look_at(exhibit, world.ombudsman)
    return services.sign_exhibit(
        reference=exhibit.reference, actor=world.ombudsman, now=clock.now()
    )


def hearing_with_exhibit(world: JuryWorld) -> tuple[Hearing, JuryExhibit]:
    """A hearing whose brief is signed with one exhibit; its draw is not announced."""
    hearing, version = unsigned_hearing(world)
    exhibit = sign_exhibit(world, add_exhibit(world, hearing, version))
    world.sign(hearing)
    return world.reload(hearing), exhibit


def drawn_from(world: JuryWorld, hearing: Hearing) -> Hearing:
    """The signed hearing announced and its panel drawn."""
    who = {"reference": hearing.reference}
    services.announce_draw(**who, actor=world.jury_officer, now=clock.now(), delay_minutes=10)
    world.later(minutes=11)
    run_clock(2)
    world.later(seconds=15)
    run_clock(2)
    services.enter_claimant_number(
        **who, actor=world.claimant_of(hearing.claim), now=clock.now(), number=314159
    )
    run_clock(2)
    return world.reload(hearing)
