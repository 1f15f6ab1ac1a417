"""A world of complaints: officers, and complaints driven to any state by the services."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.actor import ANONYMOUS, SYSTEM, Actor
from disclosure import services
from disclosure.models import Complaint
from disclosure.states import ComplaintState
from members import services as member_services
from tests.worlds_disclosure import OPENS_AT, DisclosureWorld, set_clock
from tests.worlds_money import JOINED_AT

DAY = timedelta(days=1)
WORDS = "康纳瑞投诉原文"
CONTACT = "canary-contact-13900007777"
ANSWER = "我们查过了，确实太久，已经请审核员今天处理。"


@dataclass
class ComplaintWorld:
    """Officers and complaints."""

    around: DisclosureWorld
    ombudsman: Actor
    second: Actor

    def officer(self, role: str) -> Actor:
        """A person with a role."""
        person = self.around.person()
        member_services.grant_role(
            person_id=person.pk, role=role, actor=SYSTEM, now=JOINED_AT, reason="test"
        )
        return self.around.money.base.actor(person, role)

    def filed(self, at: datetime = OPENS_AT, actor: Actor = ANONYMOUS, **how: str) -> Complaint:
        """A complaint received at an instant."""
        set_clock(at)
        asked = {"category": "time", "text": WORDS, "contact": CONTACT, "page": "/board/", **how}
        made = services.file_complaint(actor=actor, now=at, **asked)
        return Complaint.objects.get(pk=made.pk)

    def answered(
        self, at: datetime, days: int = 3, outcome: str = "upheld", category: str = "time"
    ) -> Complaint:
        """A complaint received at an instant and answered so many days later."""
        found = self.filed(at, category=category)
        return services.answer_complaint(
            reference=found.reference,
            actor=self.ombudsman,
            now=at + timedelta(days=days) - timedelta(hours=1),
            outcome=outcome,
            answer=ANSWER,
        )

    def in_state(self, state: str, at: datetime = OPENS_AT) -> Complaint:
        """A complaint driven to a state."""
        found = self.filed(at)
        who = {"reference": found.reference, "actor": self.ombudsman, "now": at + DAY}
        if state == ComplaintState.UNDER_EXAMINATION:
            services.examine_complaint(**who)
        elif state == ComplaintState.ANSWERED:
            services.answer_complaint(**who, outcome="upheld", answer=ANSWER)
        return Complaint.objects.get(pk=found.pk)


def make_complaint_world(around: DisclosureWorld) -> ComplaintWorld:
    """Two ombudsmen in the world of notice and board."""
    made = ComplaintWorld(around, SYSTEM, SYSTEM)
    made.ombudsman = made.officer("ombudsman")
    made.second = made.officer("ombudsman")
    return made
