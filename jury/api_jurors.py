"""Jurors as API resources: one's own record, the officer's list and decisions, appeals."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.api import StepEndpoint
from core.clock import now
from core.requests import actor_of
from core.steps import Step
from jury.api_exams import OwnStep, blocker_rows
from jury.exam_queries import exam_terms, live_pass
from jury.juror_queries import (
    JurorFilter,
    affiliations_of,
    appeal_rows,
    juror_rows,
    qualifications_of,
    roll_places,
    service_of,
    standing_blockers,
    standing_events,
    standing_of,
)
from jury.juror_serializers import (
    AffiliationRow,
    AppealRow,
    AppealRows,
    JurorBody,
    JurorRows,
    QualificationRow,
)
from jury.juror_steps import (
    ANSWER_APPEAL,
    CLAIM_QUALIFICATION,
    END_AFFILIATION,
    FILE_APPEAL,
    JUROR_STEPS,
    QUALIFICATION_STEPS,
    STATE_AFFILIATION,
)
from jury.models import JurorAffiliation, JurorStanding, StandingAppeal
from jury.queries import OFFICER_ROLES
from jury.views.exam import person_of
from jury.views.jurors import appeal_for_officer, juror_for_officer, qualification_for_officer


def juror_body(person_id: int) -> dict[str, Any]:
    """Return a person as a juror."""
    at = now()
    standing, passed = standing_of(person_id), live_pass(person_id, at)
    until = standing.suspended_until if standing else None
    places = [
        {
            "roll": place.roll.reference,
            "plan": place.roll.plan.code,
            "number": place.number,
            "size": place.roll.size,
            "valid_from": place.roll.valid_from,
            "valid_until": place.roll.valid_until,
            "experts": place.experts,
        }
        for place in roll_places(person_id, at)
    ]
    return {
        "state": standing.state if standing else "",
        "cause": standing.reason_code if standing else "",
        "suspended_until": until,
        "blockers": [],
        "passed_until": passed.expires_at if passed else None,
        "rolls": places,
        "service": service_of(person_id),
        "events": standing_events(standing) if standing else [],
        "hospitals": affiliations_of(person_id),
        "qualifications": qualifications_of(person_id),
    }


class RecordResource(APIView):
    """One's own record as a juror."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="Read one's own record as a juror", responses={200: JurorBody})
    def get(self, request: Request) -> Response:
        """Return it."""
        person = person_of(actor_of(request._request))
        terms = exam_terms(person.pk, now())
        blockers = standing_blockers(person, terms.plan, now()) if terms else []
        body = {**juror_body(person.pk), "blockers": blocker_rows(blockers)}
        return Response(JurorBody(body).data)


class StateAffiliation(OwnStep):
    """Name a hospital."""

    step = STATE_AFFILIATION
    success_status = 201

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return it."""
        return dict(AffiliationRow(result).data)


class EndAffiliation(OwnStep):
    """Take a hospital off one's list."""

    step = END_AFFILIATION

    def may_open(self, actor: Actor) -> None:
        """Only for whoever named it."""
        super().may_open(actor)
        reference = str(self.kwargs["reference"])
        if not JurorAffiliation.objects.filter(reference=reference, person=self.person).exists():
            raise Http404

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return it."""
        return dict(AffiliationRow(result).data)


class ClaimQualification(OwnStep):
    """Name a qualification."""

    step = CLAIM_QUALIFICATION
    success_status = 201

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return it."""
        return dict(QualificationRow(result).data)


class FileAppeal(OwnStep):
    """Appeal against the decision in force on one's standing."""

    step = FILE_APPEAL
    success_status = 201

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the appeal."""
        return dict(AppealRow(appeal_row(result)).data)


def appeal_row(appeal: StandingAppeal) -> dict[str, Any]:
    """Return an appeal as an API client sees it."""
    answer = getattr(appeal, "answer", None)
    return {
        "reference": appeal.reference,
        "juror": appeal.event.standing.person.reference,
        "event": appeal.event.event,
        "cause": appeal.event.cause,
        "grounds": appeal.grounds,
        "filed_at": appeal.filed_at,
        "due_at": appeal.due_at,
        "outcome": answer.outcome if answer else "",
        "reasons": answer.reasons if answer else "",
    }


def require_officer(actor: Actor) -> None:
    """Raise Http404 for anybody but those who run or oversee hearings."""
    if not actor.has_any(OFFICER_ROLES):
        raise Http404


class Jurors(APIView):
    """The jurors, for those who run or oversee hearings."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        summary="List the jurors",
        parameters=[
            OpenApiParameter("state", str, description="A standing, or `qualification`."),
            OpenApiParameter("words", str, description="A person's reference or full name."),
            OpenApiParameter("after", str, description="The cursor `next` of the page before."),
        ],
        responses={200: JurorRows},
    )
    def get(self, request: Request) -> Response:
        """Return a page of them."""
        require_officer(actor_of(request._request))
        query = request.query_params
        wanted = JurorFilter(
            query.get("state", "")[:20], query.get("words", "")[:100], query.get("after", "")[:400]
        )
        page = juror_rows(wanted)
        rows = [
            {
                "reference": row.person.reference,
                "name": row.person.full_name,
                "state": row.state,
                "since": row.state_entered_at,
                "link": reverse("api_juror", args=[row.person.reference]),
            }
            for row in page.rows
        ]
        return Response(JurorRows({"results": rows, "next": page.next_cursor}).data)


class JurorDetail(APIView):
    """One juror, for those who run or oversee hearings."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="Read a juror", responses={200: JurorBody})
    def get(self, request: Request, reference: str) -> Response:
        """Return the juror."""
        standing = juror_for_officer(reference, actor_of(request._request))
        return Response(JurorBody(juror_body(standing.person_id)).data)


class JurorStep(StepEndpoint):
    """Suspend or disqualify a juror."""

    def get_step(self) -> Step:
        """Return the step of the address."""
        step = JUROR_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self, actor: Actor) -> None:
        """Only for those who run or oversee hearings."""
        juror_for_officer(str(self.kwargs["reference"]), actor)

    def encode(self, result: JurorStanding) -> Mapping[str, Any]:
        """Return where the juror now stands."""
        return {"reference": str(self.kwargs["reference"]), "state": str(result.state)}


class QualificationStep(StepEndpoint):
    """Verify a claimed qualification, or say why not."""

    def get_step(self) -> Step:
        """Return the step of the address."""
        step = QUALIFICATION_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self, actor: Actor) -> None:
        """Only for those who run or oversee hearings."""
        qualification_for_officer(str(self.kwargs["reference"]), actor)

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the service's arguments."""
        return form.cleaned_data

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return it."""
        return dict(QualificationRow(result).data)


class Appeals(APIView):
    """The appeals of jurors, for those who run or oversee hearings."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="List the appeals of jurors", responses={200: AppealRows})
    def get(self, request: Request) -> Response:
        """Return them."""
        require_officer(actor_of(request._request))
        rows = [appeal_row(one) for one in appeal_rows()]
        return Response(AppealRows({"results": rows}).data)


class AppealDetail(APIView):
    """One appeal."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="Read a juror's appeal", responses={200: AppealRow})
    def get(self, request: Request, reference: str) -> Response:
        """Return it."""
        appeal = appeal_for_officer(reference, actor_of(request._request))
        return Response(AppealRow(appeal_row(appeal)).data)


class AnswerAppeal(StepEndpoint):
    """Uphold or reverse the decision an appeal is against."""

    step = ANSWER_APPEAL

    def may_open(self, actor: Actor) -> None:
        """Only for those who run or oversee hearings."""
        appeal_for_officer(str(self.kwargs["reference"]), actor)

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return what is recorded."""
        return {"reference": str(self.kwargs["reference"]), "outcome": str(result.outcome)}
