"""The jury's API resources: the same services and forms as the pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.queries import claim_for
from core import gate
from core.actor import Actor
from core.api import StepEndpoint, answer_response, describe_form, validated
from core.clock import now
from core.problems import InvalidBody
from core.requests import actor_of, view_name
from core.steps import Step, StepOffer
from jury import services
from jury.api_officer import officer_body, officer_list
from jury.brief import question_codes
from jury.brief_page import shown_brief
from jury.casting_door import cast_by_api
from jury.exhibits.access import staff_duty
from jury.exhibits.queries import exhibits_of
from jury.forms.ballots import ANSWER_CHOICES, VOTE_CHOICES, BallotForm
from jury.forms.briefs import BriefForm
from jury.models import Hearing
from jury.parties import names_of
from jury.queries import OFFICER_ROLES, ballot_of, juror_view, juror_views, may_see, seat_of
from jury.services.voters import (
    EXPLANATION_LENGTH,
    NOTE_LENGTH,
    REASON_LENGTH,
    Receipt,
    Said,
)
from jury.steps import CLAIM_STEPS, HEARING_STEPS, hearing_offers


def find_hearing(reference: str, actor: Actor) -> Hearing:
    """Return a hearing the actor may know of; Http404 otherwise."""
    hearing = (
        Hearing.objects.select_related("claim__plan", "roll", "checkpoint")
        .filter(reference=reference)
        .first()
    )
    if hearing is None or not (
        may_see(hearing, actor) or seat_of(hearing, actor.person_id) is not None
    ):
        raise Http404
    return hearing


def offer_body(offer: StepOffer) -> dict[str, Any]:
    """Return a step as an API client sees it."""
    return {
        "name": offer.step.name,
        "label": str(offer.step.label),
        "link": offer.api_url,
        "fields": describe_form(offer.step.form),
        "blockers": [
            {"code": blocker.code, "message": str(blocker.message)} for blocker in offer.blockers
        ],
    }


def hearing_body(hearing: Hearing, actor: Actor) -> dict[str, Any]:
    """Return a hearing as the actor may see it; nothing in it tells how the vote stands."""
    at = now()
    body: dict[str, Any] = {
        "reference": hearing.reference,
        "sitting": hearing.sitting,
        "round": hearing.round,
        "state": str(hearing.state),
        "mode": hearing.mode,
        "panel_size": hearing.panel_size,
        "quorum": hearing.quorum,
        "draw_after_at": hearing.draw_after_at,
        "number_due_at": hearing.number_due_at,
        "opens_at": hearing.opens_at,
        "closes_at": hearing.closes_at,
        "link": reverse("api_hearing", args=[hearing.reference]),
        "available_steps": [offer_body(offer) for offer in hearing_offers(hearing, actor, at)],
    }
    is_officer = actor.has_any(OFFICER_ROLES)
    if is_officer:
        body["officer"] = officer_body(hearing)
    if is_officer or hearing.claim.claimant_id == actor.person_id:
        body["claim"] = hearing.claim.reference
    if is_officer or hearing.brief_signed_by_id is not None:
        papers = list(exhibits_of(hearing)) if is_officer else None
        body["brief"] = shown_brief(hearing, papers)
    if actor.person_id is not None and seat_of(hearing, actor.person_id) is not None:
        stands = juror_view(hearing, actor.person_id).stands
        body["stands"] = stands
        if stands in {"vote", "continue"}:
            body["ballot_form"] = ballot_form(hearing)
        body["ballot_link"] = reverse("api_ballot", args=[hearing.reference])
    return body


def ballot_form(hearing: Hearing) -> dict[str, Any]:
    """Return what a host needs for a ballot form of its own; the clause is in the brief.

    Where the answers do not lead to the vote (`brief.criteria`, `not_shown_counts_as`), the form
    asks for an explanation; it is never required.
    """
    return {
        "link": reverse("api_ballot", args=[hearing.reference]),
        "questions": question_codes(hearing.brief),
        "answers": [{"value": value, "label": str(label)} for value, label in ANSWER_CHOICES],
        "votes": [{"value": value, "label": str(label)} for value, label in VOTE_CHOICES],
        "not_shown_counts_as": hearing.not_shown_counts_as,
        "reason": {"max_length": REASON_LENGTH, "required": True},
        "note": {"max_length": NOTE_LENGTH, "required": False},
        "explanation": {"max_length": EXPLANATION_LENGTH, "required": False},
    }


class Hearings(APIView):
    """The hearings one has to do with: a juror's own, an officer's live ones."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={200: dict})
    def get(self, request: Request) -> Response:
        """List them; an officer's by what is due, `view` and `after` as on the console."""
        actor = actor_of(request._request)
        if actor.has_any(OFFICER_ROLES):
            asked = request.query_params
            return Response(officer_list(asked.get("view", ""), asked.get("after", "")))
        found = [view.hearing for view in juror_views(actor.person_id or 0)]
        found += list(
            Hearing.objects.select_related("claim__plan").filter(
                claim__claimant_id=actor.person_id or 0
            )
        )
        rows = [
            {
                "reference": hearing.reference,
                "state": str(hearing.state),
                "closes_at": hearing.closes_at,
                "link": reverse("api_hearing", args=[hearing.reference]),
            }
            for hearing in found
        ]
        return Response({"results": rows})


class HearingDetail(APIView):
    """One hearing."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={200: dict})
    def get(self, request: Request, reference: str) -> Response:
        """Show it with what one may do in it."""
        actor = actor_of(request._request)
        return Response(hearing_body(find_hearing(reference, actor), actor))


class BallotResource(APIView):
    """A juror's one ballot: cast it, or read the receipt."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={200: dict})
    def get(self, request: Request, reference: str) -> Response:
        """Show the receipt; it never says how one voted."""
        actor = actor_of(request._request)
        hearing = find_hearing(reference, actor)
        seat = seat_of(hearing, actor.person_id)
        ballot = ballot_of(seat) if seat is not None else None
        if ballot is None:
            raise Http404
        receipt = Receipt(reference, ballot.commitment, ballot.cast_at, is_repeat=True)
        return Response(receipt_body(receipt))

    @extend_schema(request=dict, responses={201: dict})
    def post(self, request: Request, reference: str) -> Response:
        """Cast it. The digest kept with an Idempotency-Key covers nothing of the content."""
        receipt = self._at_once(request, reference)
        if receipt is not None:
            link = reverse("api_ballot", args=[reference])
            return answer_response(gate.Answer(201, link, receipt_body(receipt)))
        actor = actor_of(request._request)
        find_hearing(reference, actor)
        form = validated(BallotForm, request.data)
        operation = view_name(request._request)
        answer = gate.perform(
            actor=actor,
            operation=operation,
            subject=reference,
            idempotency_key=request.headers.get("Idempotency-Key"),
            request_digest=gate.digest_of(operation, reference),
            call=lambda: services.cast_ballot(
                reference=reference, actor=actor, now=now(), **form.cleaned_data
            ),
            encode=lambda receipt: gate.Answer(
                201, reverse("api_ballot", args=[reference]), receipt_body(receipt)
            ),
        )
        return answer_response(answer)

    def _at_once(self, request: Request, reference: str) -> Receipt | None:
        """Cast it where nothing stands against it; None where something does."""
        try:
            form = validated(BallotForm, request.data)
        except InvalidBody:
            return None
        return cast_by_api(
            request._request,
            reference,
            request.user.pk or 0,
            request.headers.get("Idempotency-Key", ""),
            Said(**form.cleaned_data),
        )


def receipt_body(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt; equal for every repeat of the same cast."""
    return {
        "hearing": receipt.hearing,
        "receipt": receipt.commitment,
        "cast_at": receipt.cast_at.isoformat(timespec="microseconds"),
    }


class HearingStep(StepEndpoint):
    """A step on a hearing."""

    def get_step(self) -> Step:
        """Return the step of the URL."""
        step = HEARING_STEPS.get(str(self.kwargs["step"]))
        if step is None:
            raise Http404
        return step

    def may_open(self, actor: Actor) -> None:
        """Only for those who may know of the hearing."""
        self.hearing = find_hearing(str(self.kwargs["reference"]), actor)

    def form_kwargs(self) -> Mapping[str, Any]:
        """Return the brief's questions where the form asks about them."""
        if self.get_step().form is not BriefForm:
            return {}
        # Whoever may not write the brief learns nothing of the names it is searched for.
        is_writer = staff_duty(self.hearing, self.actor) is not None
        names = names_of(self.hearing.claim) if is_writer else ()
        return {"brief": self.hearing.brief, "names": names}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the service's arguments."""
        return form.cleaned_data

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the hearing as it now is."""
        hearing = Hearing.objects.select_related("claim__plan").get(
            reference=str(self.kwargs["reference"])
        )
        return {"reference": hearing.reference, "state": str(hearing.state)}


class ClaimStep(StepEndpoint):
    """A step of the jury on a claim: open a hearing, refer to the jury, withdraw the dispute."""

    def get_step(self) -> Step:
        """Return the step that the address names."""
        return CLAIM_STEPS[str(self.kwargs["step"])]

    def may_open(self, actor: Actor) -> None:
        """Only for those who may know of the claim."""
        claim_for(str(self.kwargs["reference"]), actor)

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the hearing that was opened, or the claim withdrawn."""
        if isinstance(result, Hearing):
            return {"hearing": result.reference, "state": str(result.claim.state)}
        return {"reference": result.reference, "state": str(result.state)}
