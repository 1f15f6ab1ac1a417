"""A world to walk through: everybody with an account, alike cases beside the one that is walked."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO

import pikepdf
from PIL import Image

from claims.models import Claim
from core import clock, deadlines
from core.actor import SYSTEM, Actor
from core.zone import add_days, local_date, start_of_day
from jury import services as jury_services
from jury.models import Hearing, Seat
from jury.states import SITTING
from members import services as member_services
from members.calendar import next_notice_day
from members.models import Membership, Person, Plan
from members.queries import rulebook_for
from tests.worlds_disclosure import DisclosureWorld, make_disclosure_world
from tests.worlds_jury import travel
from tests.worlds_money import FILED_AT, JOINED_AT

PASSWORD = "demo"
DIAGNOSED_ON = date(2020, 5, 20)
CARD = "6222020200112230"
BORN_ON = date(1980, 7, 1)
ALIKE = 11
JURORS = 14
NOON = timedelta(hours=12)

# Those who are not in the money world yet, with their roles.
MORE_STAFF = (
    ("jury_officer", "苏敏"),
    ("ombudsman", "周公允"),
    ("admin", "王建"),
)
STAFF_OF_MONEY = ("reviewer", "reviewer2", "investigator", "finance", "finance2", "auditor")


@dataclass
class JourneyWorld:
    """People with accounts under the names of the demo, and the days they act on."""

    disclosure: DisclosureWorld
    people: dict[str, Person] = field(default_factory=dict)
    membership: Membership | None = None

    @property
    def plan(self) -> Plan:
        """The critical illness plan."""
        return self.disclosure.money.plan

    def actor(self, username: str) -> Actor:
        """Who acts under a username, with the roles held now."""
        from members.queries import live_roles

        person = self.people[username]
        return Actor(person.pk, None, live_roles(person.pk))

    def next_notice_day(self) -> date:
        """The next day on which cases go on notice."""
        today = local_date(clock.now(), self.plan.zone)
        return next_notice_day(rulebook_for(self.plan, today), today)

    def claim(self, reference: str) -> Claim:
        """A claim as it now is."""
        return Claim.objects.select_related("plan").get(reference=reference)

    def hearing(self, reference: str) -> Hearing:
        """The hearing of a claim as it now is."""
        return Hearing.objects.select_related("claim").get(claim__reference=reference)

    def panel(self, hearing: Hearing) -> list[str]:
        """The usernames of those who sit, in the order of their numbers."""
        seats = Seat.objects.filter(hearing=hearing, state__in=sorted(SITTING)).order_by("number")
        by_person = {person.pk: username for username, person in self.people.items()}
        return [by_person[seat.person_id] for seat in seats]

    def make_alike(self, count: int = ALIKE) -> None:
        """File, decide and redact cases like the walked one, by the services."""
        for _number in range(count):
            self.disclosure.approved()


def open_account(world: JourneyWorld, username: str, person: Person) -> None:
    """Open a person's account with the password of the demo."""
    member_services.create_account(
        username=username, password=PASSWORD, person_id=person.pk, actor=SYSTEM, now=JOINED_AT
    )
    world.people[username] = person


def make_journey_world(alike: int = ALIKE, jurors: int = JURORS) -> JourneyWorld:
    """The plan, everybody with an account, jurors, and cases alike that wait for their notice."""
    travel(FILED_AT)
    disclosure = make_disclosure_world()
    world = JourneyWorld(disclosure)
    for username in STAFF_OF_MONEY:
        actor: Actor = getattr(disclosure.money, username)
        open_account(world, username, Person.objects.get(pk=actor.person_id))
    for role, name in MORE_STAFF:
        person = disclosure.money.base.person(name, BORN_ON)
        member_services.grant_role(
            person_id=person.pk, role=role, actor=SYSTEM, now=JOINED_AT, reason="test"
        )
        open_account(world, role, person)
    for username in ("claimant", "member"):
        person = disclosure.person()
        open_account(world, username, person)
        membership = disclosure.money.base.member(person, now=JOINED_AT)
        if username == "claimant":
            world.membership = membership
    for number in range(1, jurors + 1):
        person = disclosure.money.base.person(f"陪审{number}", BORN_ON)
        open_account(world, f"juror{number}", person)
        jury_services.enrol_juror(person_id=person.pk, score=6, actor=SYSTEM, now=JOINED_AT)
    world.make_alike(alike)
    travel(FILED_AT)
    return world


def run_clock(passes: int = 2) -> None:
    """Do what `manage.py clock` does: every periodic task and all that is due."""
    for _pass in range(passes):
        for task in deadlines.periodic_tasks():
            task.call(clock.now())
        report = deadlines.sweep()
        assert not report.failed, "a deadline failed; its traceback is in the log"


def later(**delta: float) -> datetime:
    """Move the database's clock on, and let the clock process act."""
    at = clock.now() + timedelta(**delta)
    travel(at)
    run_clock()
    return at


def go_to(at: datetime) -> None:
    """Move the database's clock to an instant to come, and let the clock process act."""
    travel(max(at, clock.now()))
    run_clock(3)


def go_to_day(day: date) -> None:
    """Move to the noon of a day of the plan's zone; whatever is due before comes first."""
    go_to(start_of_day(day) + timedelta(minutes=1))
    travel(start_of_day(day) + NOON)
    run_clock()


def notice_is_over(notice_on: date) -> date:
    """Return the day after a notice of seven days."""
    return add_days(notice_on, 7)


# Papers that open: a PDF with text, a photo in JPEG.


def pdf(words: str) -> bytes:
    """A one-page PDF whose bytes depend on the words."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(300, 400))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    page.Contents = made.make_stream(f"BT /F1 12 Tf 20 350 Td ({words}) Tj ET".encode())
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def jpeg(number: int) -> bytes:
    """A small photo; each number gives other bytes."""
    out = BytesIO()
    colour = (40 + number * 37 % 200, 90, 200 - number * 23 % 150)
    Image.new("RGB", (320, 200), colour).save(out, "JPEG")
    return out.getvalue()


PAPERS = (
    ("identity", "身份证.jpg", jpeg(1), "image/jpeg"),
    ("diagnosis", "诊断证明（第一页）.pdf", pdf("diagnosis"), "application/pdf"),
    ("medical_record", "出院小结.pdf", pdf("record"), "application/pdf"),
    ("bank_card", "银行卡.jpg", jpeg(2), "image/jpeg"),
)
