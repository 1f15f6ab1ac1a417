"""Complaints and published figures as resources."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.api import StepEndpoint
from core.requests import actor_of
from core.steps import Step
from disclosure import complaint_steps
from disclosure.complaint_queries import complaint_desk, complaints_of
from disclosure.complaint_rules import READERS, code_of, is_complainant, may_read
from disclosure.figure_queries import AGENCIES, COMPLAINTS, TIMES, months_of
from disclosure.models import Complaint
from disclosure.views.complaint_desk import assign_choices
from disclosure.views.complaints import (
    address_of,
    complaint_by_code,
    count_one,
    found_or_404,
    refuse_beyond,
)
from disclosure.views.lists import LICENCE

Data = dict[str, Any]
MOST = 100
ANSWER = extend_schema(responses={200: OpenApiTypes.OBJECT})
CODE = OpenApiParameter(
    "Complaint-Code",
    str,
    OpenApiParameter.HEADER,
    description="Opens a complaint to its complainant without an account.",
)


def complaint_data(complaint: Complaint) -> Data:
    """Return a complaint as its complainant reads it."""
    return {
        "reference": complaint.reference,
        "category": complaint.category,
        "state": complaint.state,
        "received_at": complaint.received_at.isoformat(),
        "due_at": complaint.due_at.isoformat(),
        "is_overdue": complaint.is_overdue,
        "outcome": complaint.outcome,
        "answer": complaint.answer,
        "answered_at": complaint.answered_at.isoformat() if complaint.answered_at else "",
    }


class Complaints(StepEndpoint):
    """Complain, with or without an account; list one's own."""

    permission_classes = (AllowAny,)  # type: ignore[assignment] # open to all
    step = complaint_steps.FILE_COMPLAINT
    success_status = 201

    @ANSWER
    def get(self, request: Request) -> Response:
        """Answer one's own complaints; to their readers those that wait for them."""
        actor = actor_of(request._request)
        if actor.account_id is None:
            raise NotAuthenticated
        own = complaints_of(actor.person_id) if actor.person_id is not None else ()
        waiting = complaint_desk(actor).order_by("due_at", "id") if actor.has_any(READERS) else ()
        return Response(
            {
                "results": [complaint_data(one) for one in own[:MOST]],
                "to_answer": [
                    {"reference": one.reference, "due_at": one.due_at.isoformat()}
                    for one in waiting[:MOST]
                ],
            }
        )

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Receive the complaint; the code is told here and stored nowhere."""
        answer = super().post(request, *args, **kwargs)
        count_one("file", address_of(request._request))
        return Response(
            {**answer.data, "code": code_of(answer.data["reference"])},
            status=answer.status_code,
            headers=dict(answer.headers),
        )

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Refuse a flood from one address before anything is written."""
        refuse_beyond("file", address_of(self.request._request))
        return form.cleaned_data

    def encode(self, result: Complaint) -> Mapping[str, Any]:
        """Answer the number and by when an answer comes."""
        return {"reference": result.reference, "due_at": result.due_at.isoformat()}

    def location(self, result: Complaint) -> str:
        """Return where it is followed."""
        return reverse("api_complaint", args=[result.reference])


class ComplaintDetail(APIView):
    """One complaint, for its complainant and for those who answer it."""

    permission_classes = (AllowAny,)

    @extend_schema(parameters=[CODE], responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request, reference: str) -> Response:
        """Answer where it stands, and its answer; to the staff also what was written."""
        actor = actor_of(request._request)
        code = request.headers.get("Complaint-Code", "")
        if code:
            address = address_of(request._request)
            return Response(complaint_data(complaint_by_code(reference, code[:40], address)))
        if actor.account_id is None:
            raise Http404
        complaint = found_or_404(reference)
        if is_complainant(complaint, actor):
            return Response(complaint_data(complaint))
        if not may_read(complaint, actor):
            raise Http404
        offers = complaint_steps.complaint_offers(complaint, actor)
        return Response(
            {
                **complaint_data(complaint),
                "text": complaint.text,
                "contact": complaint.contact,
                "page": complaint.page,
                "available_steps": [
                    {
                        "name": offer.step.name,
                        "link": offer.api_url,
                        "blockers": [
                            {"code": one.code, "message": str(one.message)}
                            for one in offer.blockers
                        ],
                    }
                    for offer in offers
                ],
            }
        )


@extend_schema(request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT})
class ComplaintEndpoint(StepEndpoint):
    """A step on a complaint."""

    def get_step(self) -> Step:
        """Return the step; Http404 for a name there is none for."""
        found = complaint_steps.COMPLAINT_STEPS.get(str(self.kwargs["step"]))
        if found is None:
            raise Http404
        return found

    def may_open(self, actor: Actor) -> None:
        """Hide complaints from everybody but their owner, the ombudsman and the auditor."""
        self.get_step()
        if not actor.has_any(READERS):
            raise Http404
        self.complaint = found_or_404(str(self.kwargs["reference"]))
        if not may_read(self.complaint, actor):
            raise Http404

    def form_kwargs(self) -> Mapping[str, Any]:
        """Tell the form to whom a complaint may be given."""
        return assign_choices(self.get_step(), self.complaint)

    def encode(self, result: Complaint) -> Mapping[str, Any]:
        """Answer the complaint as it is now."""
        return complaint_data(result)


class Figures(APIView):
    """The months of a register's figures, as the record's entries have them."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    @ANSWER
    def get(self, request: Request, name: str) -> Response:
        """Answer every month's entry, oldest first: complaints, times or agencies."""
        kind = {"complaints": COMPLAINTS, "times": TIMES, "agencies": AGENCIES}.get(name)
        if kind is None:
            raise Http404
        headers = {"Cache-Control": "public, max-age=10", "X-Licence": LICENCE}
        return Response({"results": months_of(kind)}, headers=headers)
