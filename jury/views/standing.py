"""A juror's own page: standing, place on the roll, service, hospitals, qualifications, appeal."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core.errors import Blocker, WrongState
from jury.causes import CAUSES, cause_label
from jury.exam_queries import exam_terms, live_pass
from jury.juror_queries import (
    affiliations_of,
    qualifications_of,
    roll_places,
    seats_served,
    service_of,
    standing_blockers,
    standing_events,
    standing_of,
)
from jury.juror_steps import (
    CLAIM_QUALIFICATION,
    END_AFFILIATION,
    FILE_APPEAL,
    STATE_AFFILIATION,
)
from jury.models import JurorAffiliation, Seat, StandingEvent
from jury.services.standing import appeal_refusal
from jury.states import EVENT_OF_STANDING, HearingState, SeatState
from jury.views.exam import MemberPage, OwnStepPage


class RecordPage(MemberPage):
    """Everything about oneself as a juror, and what one can do."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        terms = exam_terms(self.person.pk, self.at)
        standing = standing_of(self.person.pk)
        context = {
            "standing": standing,
            "cause": CAUSES.get(standing.reason_code) if standing else None,
            "events": [event_row(one) for one in standing_events(standing)] if standing else [],
            "may_appeal": standing is not None and appeal_refusal(standing) is None,
            "blockers": standing_blockers(self.person, terms.plan, self.at) if terms else [],
            "places": roll_places(self.person.pk, self.at),
            "passed": live_pass(self.person.pk, self.at),
            "service": service_of(self.person.pk),
            "seats": [seat_row(seat) for seat in seats_served(self.person.pk)],
            "hospitals": affiliations_of(self.person.pk),
            "qualifications": qualifications_of(self.person.pk),
        }
        return render(request, "jury/juror_record.html", context)


def event_row(event: StandingEvent) -> dict[str, Any]:
    """Return a row of a juror's log as the pages show it."""
    appeal = getattr(event, "appeal", None)
    return {
        "event": event,
        "label": EVENT_OF_STANDING.get(event.event, event.event),
        "cause": cause_label(event.cause) if event.cause else "",
        "appeal": appeal,
        "answer": getattr(appeal, "answer", None) if appeal is not None else None,
    }


def seat_row(seat: Seat) -> dict[str, Any]:
    """Return a seat as a record of service: what became of it, never how its juror voted."""
    if seat.state != SeatState.ACCEPTED:
        became = "" if seat.state == SeatState.INVITED else str(seat.get_state_display())
    elif seat.hearing.state in (HearingState.VOID, HearingState.WITHDRAWN):
        became = str(seat.hearing.get_state_display())
    else:
        became = "voted" if vars(seat)["has_cast"] else "open"
        if became == "open" and seat.hearing.state in (HearingState.CLOSED, HearingState.DECIDED):
            became = "missed"
    return {"seat": seat, "became": became}


class RecordStepPage(OwnStepPage):
    """A step that leads back to the juror's own page."""

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to."""
        return {"cancel_url": reverse("jury_record")}

    def success_url(self, result: Any) -> str:
        """Lead back to the juror's own page."""
        return reverse("jury_record")


class AffiliationPage(RecordStepPage):
    """Name a hospital."""

    step = STATE_AFFILIATION


class EndAffiliationPage(RecordStepPage):
    """Take a hospital off the list."""

    step = END_AFFILIATION

    def may_open(self) -> None:
        """Only for whoever named it."""
        super().may_open()
        own = JurorAffiliation.objects.filter(reference=self.reference, person=self.person)
        found = own.first()
        if found is None:
            raise Http404
        self.affiliation = found

    def page_context(self) -> Mapping[str, Any]:
        """Name the hospital."""
        return {**super().page_context(), "about": self.affiliation.hospital_name}


class QualificationPage(RecordStepPage):
    """Name a qualification."""

    step = CLAIM_QUALIFICATION


class StandingAppealPage(RecordStepPage):
    """Appeal against the decision in force."""

    step = FILE_APPEAL

    def blockers(self) -> list[Blocker]:
        """Return why there is nothing to appeal against, if there is not."""
        standing = standing_of(self.person.pk)
        refusal: WrongState | None = appeal_refusal(standing)
        return [Blocker(refusal.code, refusal.message)] if refusal else []
