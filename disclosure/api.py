"""Disclosure's resources: the public board, the members' notice, objections, redactions."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.queries import claim_for
from core import clock
from core.actor import Actor
from core.api import StepEndpoint
from core.pages import NoQuestions
from core.requests import actor_of
from core.steps import Step
from disclosure import board_queries, steps
from disclosure.models import NoticeEntry, Objection, Redaction
from disclosure.permissions import objection_blockers
from disclosure.queries import (
    entry_for,
    names_involved,
    noticed_now,
    objection_desk,
    objections_of_member,
    period_key,
)
from disclosure.states import EntryState
from disclosure.views.console import READERS
from disclosure.views.lists import LICENCE, filter_of

Data = dict[str, Any]
MOST = 100
ANSWER = extend_schema(responses={200: OpenApiTypes.OBJECT})


class _Public(APIView):
    """A resource anyone may read; caches may keep it for some seconds."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def finish(self, data: Data) -> Response:
        """Answer with the cache's headers and the licence."""
        return Response(data, headers={"Cache-Control": "public, max-age=10", "X-Licence": LICENCE})


class BoardCases(_Public):
    """The published cases, newest first, paged by cursor; filters as on the page."""

    @ANSWER
    def get(self, request: Request) -> Response:
        """Answer a page of statements as the record has them."""
        narrow = filter_of(request._request)
        page = board_queries.page_of_cases(narrow, request.query_params.get("before", "")[:16])
        bodies = board_queries.latest_bodies(page.cases)
        following = ""
        if page.has_older:
            query = request.query_params.copy()
            query["before"] = page.cases[-1].reference
            following = f"{reverse('api_board_cases')}?{query.urlencode()}"
        return self.finish({"results": [bodies[case.pk] for case in page.cases], "next": following})


class BoardCase(_Public):
    """One published case with every entry about it."""

    @ANSWER
    def get(self, request: Request, reference: str) -> Response:
        """Answer the statement and its history."""
        found = board_queries.case_with_entries(reference)
        if found is None:
            raise Http404
        _case, entries = found
        history = []
        for entry in entries:
            leaf = getattr(entry.entry, "leaf", None)
            history.append(
                {
                    "seq": entry.seq,
                    "kind": entry.kind,
                    "published_at": entry.published_at.isoformat(),
                    "record_index": leaf.index if leaf is not None else None,
                    "statement": json.loads(entry.entry.body),
                }
            )
        return self.finish({"case": reference, "entries": history})


class BoardPeriods(_Public):
    """The notice periods with their totals, newest first, paged by cursor."""

    @ANSWER
    def get(self, request: Request) -> Response:
        """Answer a page of periods."""
        rows = board_queries.published_periods()
        before = request.query_params.get("before", "")
        if before.isascii() and before.isdigit():
            rows = rows.filter(pk__lt=int(before[:18]))
        found = list(rows.order_by("-id")[: MOST + 1])
        totals = board_queries.totals_of([period_key(period) for period in found])
        results = [
            {
                "period": period_key(period),
                "plan": period.plan.code,
                "notice_on": period.notice_on.isoformat(),
                "sharing_on": period.sharing_on.isoformat() if period.sharing_on else "",
                "state": period.state,
                "totals": totals.get(period_key(period), {}),
            }
            for period in found[:MOST]
        ]
        following = ""
        if len(found) > MOST:
            following = f"{reverse('api_board_periods')}?before={found[MOST - 1].pk}"
        return self.finish({"results": results, "next": following})


class NoticeEntries(APIView):
    """The cases on notice now, for signed-in members."""

    permission_classes = (IsAuthenticated,)

    @ANSWER
    def get(self, request: Request) -> Response:
        """Answer the masked cards."""
        entries = noticed_now(clock.now())[:MOST]
        return Response({"results": [entry_data(entry) for entry in entries]})


def entry_data(entry: NoticeEntry) -> Data:
    """Return an entry as members may read it."""
    return {
        "reference": entry.reference,
        "period": period_key(entry.period),
        "state": entry.state,
        "card": entry.card,
        "opens_at": entry.opens_at.isoformat(),
        "closes_at": entry.closes_at.isoformat(),
    }


class NoticeEntryDetail(APIView):
    """One noticed case with its redacted texts."""

    permission_classes = (IsAuthenticated,)

    @ANSWER
    def get(self, request: Request, reference: str) -> Response:
        """Answer the case, and what keeps the reader from objecting."""
        actor = actor_of(request._request)
        now = clock.now()
        entry = _entry(reference)
        blockers = objection_blockers(entry, actor.person_id, now)
        return Response(
            {
                **entry_data(entry),
                "story": entry.redaction.story,
                "investigation_summary": entry.redaction.investigation_summary,
                "object": {
                    "link": reverse("api_object", args=[reference]),
                    "blockers": [
                        {"code": one.code, "message": str(one.message)} for one in blockers
                    ],
                },
            }
        )


def _entry(reference: str) -> NoticeEntry:
    try:
        entry = entry_for(reference)
    except NoticeEntry.DoesNotExist as error:
        raise Http404 from error
    if entry.state == EntryState.WITHDRAWN:
        raise Http404
    return entry


def objection_data(objection: Objection) -> Data:
    """Return an objection as its member and the staff may read it."""
    return {
        "reference": objection.reference,
        "entry": objection.entry.reference,
        "grounds": objection.grounds,
        "state": objection.state,
        "received_at": objection.received_at.isoformat(),
        "due_at": objection.due_at.isoformat(),
        "owner": objection.owner.full_name if objection.owner else "",
        "answer": objection.answer if objection.answered_at else "",
    }


@extend_schema(request=OpenApiTypes.OBJECT, responses={201: OpenApiTypes.OBJECT})
class ObjectEndpoint(StepEndpoint):
    """Object to a noticed case."""

    step = steps.OBJECT
    success_status = 201

    def may_open(self, actor: Actor) -> None:
        """Hide entries that are not on notice to anybody."""
        _entry(str(self.kwargs["reference"]))

    def encode(self, result: Objection) -> Mapping[str, Any]:
        """Answer the objection with its number, owner and deadline."""
        return objection_data(result)

    def location(self, result: Objection) -> str:
        """Return the objection's own address."""
        return reverse("api_objection", args=[result.reference])


class Objections(APIView):
    """One's own objections; for reviewers, those that wait for an answer."""

    permission_classes = (IsAuthenticated,)

    @ANSWER
    def get(self, request: Request) -> Response:
        """Answer the list."""
        actor = actor_of(request._request)
        rows = objection_desk() if actor.has_any(READERS) else _mine(actor)
        return Response({"results": [objection_data(one) for one in rows[:MOST]]})


def _mine(actor: Actor) -> Any:
    return objections_of_member(actor.person_id) if actor.person_id else Objection.objects.none()


class ObjectionDetail(APIView):
    """One objection, for its member and the staff, with the steps open on it."""

    permission_classes = (IsAuthenticated,)

    @ANSWER
    def get(self, request: Request, reference: str) -> Response:
        """Answer the objection."""
        actor = actor_of(request._request)
        is_staff = actor.has_any(READERS)
        rows = (
            Objection.objects.select_related("entry__claim", "owner") if is_staff else _mine(actor)
        )
        objection = rows.filter(reference=reference).first()
        if objection is None:
            raise Http404
        offers = steps.objection_offers(objection, actor) if is_staff else []
        return Response(
            {
                **objection_data(objection),
                **({"statement": objection.statement} if is_staff else {}),
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


class _NamedStep(StepEndpoint):
    """A step whose name stands in the address."""

    known: Mapping[str, Step] = {}

    def get_step(self) -> Step:
        """Return the step; Http404 for a name there is none for."""
        found = self.known.get(str(self.kwargs["step"]))
        if found is None:
            raise Http404
        return found

    def may_open(self, actor: Actor) -> None:
        """Hide the row from everybody but the staff."""
        self.get_step()
        if not actor.has_any(READERS):
            raise Http404

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Leave out the question that is only for the form."""
        return {name: value for name, value in form.cleaned_data.items() if name != "has_checked"}


@extend_schema(request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT})
class ObjectionEndpoint(_NamedStep):
    """A step on an objection."""

    known = steps.OBJECTION_STEPS

    def may_open(self, actor: Actor) -> None:
        """Find the objection."""
        super().may_open(actor)
        rows = Objection.objects.select_related("entry__claim", "member")
        found = rows.filter(reference=self.kwargs["reference"]).first()
        if found is None:
            raise Http404
        self.objection = found

    def form_kwargs(self) -> Mapping[str, Any]:
        """Tell the form whose names must not stand in an answer."""
        if self.get_step() is not steps.DRAFT_ANSWER:
            return {}
        names = names_involved(self.objection.entry.claim)
        return {"names": [*names, self.objection.member.full_name]}

    def encode(self, result: Objection) -> Mapping[str, Any]:
        """Answer the objection as it is now."""
        return objection_data(result)


@extend_schema(request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT})
class RedactionEndpoint(_NamedStep):
    """A step on a claim's redaction."""

    known = steps.REDACTION_STEPS

    def may_open(self, actor: Actor) -> None:
        """Find the claim."""
        super().may_open(actor)
        self.claim = claim_for(str(self.kwargs["reference"]), actor)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Tell the form whose names must not stand in the texts."""
        if (self.get_step().form or NoQuestions) is steps.PREPARE_REDACTION.form:
            return {"names": names_involved(self.claim)}
        return {}

    def encode(self, result: Redaction) -> Mapping[str, Any]:
        """Answer the redaction's standing."""
        return {
            "claim": self.claim.reference,
            "notice_number": result.notice_number,
            "is_signed": result.is_signed,
            "warning_count": result.warning_count,
            "story": result.story,
            "investigation_summary": result.investigation_summary,
            "board_summary": result.board_summary,
        }
