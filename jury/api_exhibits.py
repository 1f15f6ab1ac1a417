"""Redacted evidence as API resources: listed, added, signed, withdrawn, read."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.evidence import storage
from core.actor import Actor
from core.api import StepEndpoint
from core.clock import now
from core.parsers import ShallowJSONParser
from core.requests import actor_of
from core.steps import Step
from jury import services
from jury.api import find_hearing
from jury.brief_page import shown_exhibit
from jury.exhibits.access import duty_on, reader_duty, staff_duty
from jury.exhibits.forms_of import documents_of, exhibit_form_kwargs
from jury.exhibits.queries import exhibits_of, labels_by_code, signed_exhibits_of
from jury.exhibits.steps import ADD, EXHIBIT_STEPS
from jury.forms.exhibits import WordsForm
from jury.models import Hearing, JuryExhibit
from jury.queries import OFFICER_ROLES
from jury.views.exhibits import find_exhibit, picture_response

PURPOSE = OpenApiParameter("purpose", OpenApiTypes.STR, description="Why; an auditor gives it.")


def exhibit_body(exhibit: JuryExhibit, numbers: Mapping[str, int]) -> dict[str, Any]:
    """Return what is said of an exhibit before it is opened."""
    return {
        **shown_exhibit(exhibit, numbers),
        "question_codes": exhibit.question_codes,
        "link": reverse("api_exhibit", args=[exhibit.reference]),
        "page_links": [
            reverse("api_exhibit_page", args=[exhibit.reference, number])
            for number in range(1, exhibit.pages + 1)
        ],
    }


class HearingExhibits(StepEndpoint):
    """A hearing's papers for jurors; POST adds one (multipart, the pages as `copy`)."""

    step = ADD
    success_status = 201
    parser_classes = (MultiPartParser, ShallowJSONParser)

    def may_open(self, actor: Actor) -> None:
        """Only for those who may know of the hearing."""
        self.hearing = find_hearing(str(self.kwargs["reference"]), actor)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the hearing's questions and, to its officers, the claim's documents."""
        kwargs = _form_kwargs(self.hearing, self.actor)
        is_officer = staff_duty(self.hearing, self.actor) is not None
        return {**kwargs, "documents": documents_of(self.hearing) if is_officer else []}

    def encode(self, result: JuryExhibit) -> Mapping[str, Any]:
        """Return the new exhibit."""
        return exhibit_body(result, labels_by_code(self.hearing.brief))

    def location(self, result: JuryExhibit) -> str:
        """Return its address."""
        return reverse("api_exhibit", args=[result.reference])

    @extend_schema(responses={200: dict})
    def get(self, request: Request, reference: str) -> Response:
        """List those the caller may read; staff see the unsigned ones as well."""
        actor = actor_of(request._request)
        hearing = find_hearing(reference, actor)
        numbers = labels_by_code(hearing.brief)
        return Response({"results": [exhibit_body(one, numbers) for one in _shown(hearing, actor)]})


def _form_kwargs(hearing: Hearing, actor: Actor) -> dict[str, Any]:
    """Return a form's questions and names; no names for whoever is not at work here.

    What such a person types would otherwise be searched for the claimant's name, and the answer
    would confirm a guess.
    """
    kwargs = exhibit_form_kwargs(hearing)
    return kwargs if staff_duty(hearing, actor) is not None else {**kwargs, "names": ()}


def _shown(hearing: Hearing, actor: Actor) -> list[JuryExhibit]:
    if reader_duty(hearing, actor) is not None:
        return signed_exhibits_of(hearing)
    return list(exhibits_of(hearing)) if staff_duty(hearing, actor) is not None else []


class ExhibitResource(APIView):
    """One exhibit with its text; that it is read is logged."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(parameters=[PURPOSE], responses={200: dict})
    def get(self, request: Request, reference: str) -> Response:
        """Show it."""
        exhibit, actor = _readable(request, reference)
        services.read_exhibit(
            reference=reference, actor=actor, now=now(), purpose=_purpose(request)
        )
        numbers = labels_by_code(exhibit.hearing.brief)
        return Response({**exhibit_body(exhibit, numbers), "text": exhibit.text})


class ExhibitPageResource(APIView):
    """One page of the redacted copy as a JPEG; the read is logged before the first byte."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(parameters=[PURPOSE], responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, reference: str, number: int) -> HttpResponseBase:
        """Serve it."""
        exhibit, actor = _readable(request, reference)
        if not 1 <= number <= exhibit.pages:
            raise Http404
        try:
            _exhibit, page = services.read_exhibit(
                reference=reference,
                actor=actor,
                now=now(),
                page=number,
                purpose=_purpose(request),
            )
        except (storage.DigestMismatch, FileNotFoundError) as changed:
            raise Http404 from changed
        assert page is not None  # asked for by its number
        return picture_response(page)


def _purpose(request: Request) -> str:
    return str(request.query_params.get("purpose", ""))[:300]


def _readable(request: Request, reference: str) -> tuple[JuryExhibit, Actor]:
    actor = actor_of(request._request)
    exhibit = find_exhibit(reference)
    if duty_on(exhibit, actor) is None:
        raise Http404
    return exhibit, actor


class ExhibitStep(StepEndpoint):
    """Sign, change or withdraw an exhibit."""

    def get_step(self) -> Step:
        """Return the step of the URL."""
        step = EXHIBIT_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self, actor: Actor) -> None:
        """Only for those who run or oversee hearings."""
        if not actor.has_any(OFFICER_ROLES):
            raise Http404
        self.exhibit = find_exhibit(str(self.kwargs["reference"]))

    def form_kwargs(self) -> Mapping[str, Any]:
        """Offer the questions where the words are changed."""
        is_words = self.get_step().form is WordsForm
        return _form_kwargs(self.exhibit.hearing, self.actor) if is_words else {}

    def encode(self, result: JuryExhibit) -> Mapping[str, Any]:
        """Return the exhibit as it now is."""
        return {
            **exhibit_body(result, labels_by_code(result.hearing.brief)),
            "is_withdrawn": result.withdrawn_at is not None,
        }
