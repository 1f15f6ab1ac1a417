"""The exam and the jury rules as API resources: the same services and forms as the pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.actor import Actor
from core.api import StepEndpoint
from core.clock import now
from core.errors import Blocker
from core.requests import actor_of
from jury.exam.rules import rules_sections, rules_versions
from jury.exam_page import language, shown_questions, shown_result
from jury.exam_queries import (
    attempts_of,
    exam_allowance,
    exam_blockers,
    exam_terms,
    has_accepted,
    live_pass,
    open_attempt_of,
)
from jury.juror_serializers import BlockerRow
from jury.juror_steps import ACCEPT_RULES, ANSWER_ATTEMPT, KEEP_CHOICE, START_ATTEMPT
from jury.models import ExamAttempt
from jury.views.attempt import own_attempt
from jury.views.exam import person_of


class AttemptRow(serializers.Serializer[Any]):
    """An attempt in a list."""

    reference = serializers.CharField()
    started_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    score = serializers.IntegerField(allow_null=True)
    is_passed = serializers.BooleanField(allow_null=True)
    link = serializers.CharField()


class ExamState(serializers.Serializer[Any]):
    """What the exam asks of the person who asks, what blocks it, and what they did before."""

    questions = serializers.IntegerField()
    pass_mark = serializers.IntegerField()
    attempts_left = serializers.IntegerField()
    blockers = BlockerRow(many=True)
    open_attempt = serializers.CharField(allow_blank=True)
    passed_until = serializers.DateTimeField(allow_null=True)
    attempts = AttemptRow(many=True)


class OptionRow(serializers.Serializer[Any]):
    """One answer to choose."""

    key = serializers.CharField()
    text = serializers.CharField()


class QuestionRow(serializers.Serializer[Any]):
    """One question as it is asked."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    facts = serializers.CharField(allow_blank=True)
    question = serializers.CharField()
    options = OptionRow(many=True)
    chosen = serializers.CharField(allow_blank=True)


class ResultRow(serializers.Serializer[Any]):
    """One question of an exam handed in, with the right answer and why."""

    code = serializers.CharField()
    number = serializers.IntegerField()
    facts = serializers.CharField(allow_blank=True)
    question = serializers.CharField()
    chosen = serializers.CharField()
    right = serializers.CharField()
    is_right = serializers.BooleanField()
    why = serializers.CharField()
    basis = serializers.CharField()


class AttemptBody(AttemptRow):
    """An attempt: its questions while it is open, its results once it is handed in."""

    pass_mark = serializers.IntegerField()
    questions = QuestionRow(many=True)
    results = ResultRow(many=True)


class RulesSectionRow(serializers.Serializer[Any]):
    """A section of the jury rules."""

    title = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


class RulesBody(serializers.Serializer[Any]):
    """The jury rules in force, and when the person accepted them."""

    version = serializers.CharField()
    sections = RulesSectionRow(many=True)
    accepted_at = serializers.DateTimeField(allow_null=True)


def blocker_rows(blockers: list[Blocker]) -> list[dict[str, str]]:
    """Return blockers as an API client sees them."""
    return [{"code": one.code, "message": str(one.message)} for one in blockers]


def attempt_row(attempt: ExamAttempt) -> dict[str, Any]:
    """Return an attempt as it stands in a list."""
    return {
        "reference": attempt.reference,
        "started_at": attempt.started_at,
        "answered_at": attempt.answered_at,
        "score": attempt.score,
        "is_passed": attempt.is_passed,
        "link": reverse("api_exam_attempt", args=[attempt.reference]),
    }


def attempt_body(attempt: ExamAttempt) -> dict[str, Any]:
    """Return an attempt; before it is handed in nothing in it tells which answer is right."""
    is_open = attempt.answered_at is None
    body = {
        **attempt_row(attempt),
        "pass_mark": attempt.pass_mark,
        "questions": shown_questions(attempt) if is_open else [],
        "results": [] if is_open else shown_result(attempt),
    }
    return dict(AttemptBody(body).data)


class ExamResource(APIView):
    """What the exam asks and what one did before."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="Read what the exam asks", responses={200: ExamState})
    def get(self, request: Request) -> Response:
        """Return it."""
        actor, at = actor_of(request._request), now()
        person = person_of(actor)
        terms = exam_terms(person.pk, at)
        open_one, passed = open_attempt_of(person.pk), live_pass(person.pk, at)
        body = {
            "questions": terms.jury.exam_questions if terms else 0,
            "pass_mark": terms.jury.exam_pass_mark if terms else 0,
            "attempts_left": exam_allowance(person.pk, terms.jury, at).left if terms else 0,
            "blockers": blocker_rows(exam_blockers(person, terms, at)),
            "open_attempt": open_one.reference if open_one else "",
            "passed_until": passed.expires_at if passed else None,
            "attempts": [attempt_row(one) for one in attempts_of(person.pk)],
        }
        return Response(ExamState(body).data)


class AttemptResource(APIView):
    """One's own attempt."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="Read an attempt at the exam", responses={200: AttemptBody})
    def get(self, request: Request, reference: str) -> Response:
        """Return its questions, or its results."""
        return Response(attempt_body(own_attempt(reference, actor_of(request._request))))


class RulesResource(APIView):
    """The jury rules in force."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(summary="Read the jury rules", responses={200: RulesBody})
    def get(self, request: Request) -> Response:
        """Return them with when they were accepted."""
        person = person_of(actor_of(request._request))
        terms = exam_terms(person.pk, now())
        version = terms.jury.juror_rules_version if terms else ""
        if version not in rules_versions():
            raise Http404
        accepted = has_accepted(person.pk, version)
        sections = [
            {"title": section.title, "lines": list(section.lines)}
            for section in rules_sections(version, language())
        ]
        body = {
            "version": version,
            "sections": sections,
            "accepted_at": accepted.accepted_at if accepted else None,
        }
        return Response(RulesBody(body).data)


class OwnStep(StepEndpoint):
    """A step on one's own affairs as a juror."""

    def may_open(self, actor: Actor) -> None:
        """Only for a person."""
        self.person = person_of(actor)


class AcceptRules(OwnStep):
    """Accept the jury rules."""

    step = ACCEPT_RULES

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the version and the language it was read in."""
        return {"version": form.cleaned_data["version"], "language": language()}

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return what is recorded."""
        return {"version": result.version, "accepted_at": result.accepted_at.isoformat()}


class StartAttempt(OwnStep):
    """Start the exam, or go on with the open one."""

    step = START_ATTEMPT
    success_status = 201

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the attempt's questions."""
        return attempt_body(result)

    def location(self, result: Any) -> str:
        """Return the attempt's address."""
        return reverse("api_exam_attempt", args=[result.reference])


class AttemptStep(OwnStep):
    """A step on one's own attempt."""

    def may_open(self, actor: Actor) -> None:
        """Only for whoever takes this exam."""
        own_attempt(str(self.kwargs["reference"]), actor)

    def encode(self, result: Any) -> Mapping[str, Any]:
        """Return the attempt as it now is."""
        return attempt_body(result)


class KeepChoice(AttemptStep):
    """Keep one answer."""

    step = KEEP_CHOICE


class AnswerAttempt(AttemptStep):
    """Hand the exam in; the answer holds what was right and why."""

    step = ANSWER_ATTEMPT
