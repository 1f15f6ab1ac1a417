"""Becoming a juror: who may, the jury rules, starting the exam."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from core.actor import Actor
from core.clock import now
from core.errors import Blocker
from core.formats import day
from core.pages import StepPage
from core.requests import actor_of
from jury.exam.rules import rules_sections, rules_versions
from jury.exam_page import language
from jury.exam_queries import (
    ExamTerms,
    attempts_of,
    exam_allowance,
    exam_blockers,
    exam_terms,
    has_accepted,
    live_pass,
    open_attempt_of,
)
from jury.juror_queries import affiliations_of, standing_blockers
from jury.juror_steps import ACCEPT_RULES, START_ATTEMPT
from jury.models import ExamAttempt
from members.models import Person


def person_of(actor: Actor) -> Person:
    """Return the person who acts; Http404 for an account without one."""
    person = Person.objects.filter(pk=actor.person_id or 0).first()
    if person is None:
        raise Http404
    return person


@method_decorator(never_cache, name="dispatch")
class MemberPage(View):
    """A page of a signed-in person's own affairs as a juror."""

    actor: Actor
    person: Person
    at: datetime

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find who reads; ask a stranger to sign in first."""
        self.actor, self.at = actor_of(request), now()
        if self.actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        self.person = person_of(self.actor)
        return super().dispatch(request, *args, **kwargs)


class ExamHome(MemberPage):
    """Who may become a juror, and what there is to do next."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the way to the roll, with everything that stands in it."""
        terms = exam_terms(self.person.pk, self.at)
        passed = live_pass(self.person.pk, self.at)
        blockers = standing_blockers(self.person, terms.plan, self.at) if terms else []
        context = {
            "terms": terms,
            "jury": terms.jury if terms else None,
            "may_serve": terms is not None and not blockers,
            "blockers": blockers,
            "tasks": self._tasks(terms) if terms else [],
            "attempts": attempts_of(self.person.pk),
            "passed": passed,
        }
        return render(request, "jury/exam_home.html", context)

    def _tasks(self, terms: ExamTerms) -> list[dict[str, Any]]:
        version = terms.jury.juror_rules_version
        accepted = has_accepted(self.person.pk, version)
        hospitals = affiliations_of(self.person.pk).count()
        rules = {
            "label": _("Read and accept the jury rules"),
            "url": reverse("jury_rules"),
            "is_done": accepted is not None,
            "status": _("accepted %(day)s") % {"day": day(accepted.accepted_at)}
            if accepted
            else "",
        }
        ties = {
            "label": _("Name the hospitals you work at or are treated in"),
            "url": reverse("jury_record"),
            "hint": _("So that you are never drawn for a claim too close to you."),
            "is_done": hospitals > 0,
            "status": "" if hospitals else _("if there are any"),
        }
        return [rules, self._exam_task(terms), ties]

    def _exam_task(self, terms: ExamTerms) -> dict[str, Any]:
        task: dict[str, Any] = {"label": _("Take the exam")}
        open_one = open_attempt_of(self.person.pk)
        passed = live_pass(self.person.pk, self.at)
        blockers = exam_blockers(self.person, terms, self.at)
        if open_one is not None:
            url = reverse("jury_exam_question", args=[open_one.reference, first_open(open_one)])
            return task | {"label": _("Continue the exam"), "url": url}
        if passed is not None and any(one.code == "jury_exam_passed" for one in blockers):
            until = _("counts until %(day)s") % {"day": day(passed.expires_at)}
            return task | {"is_done": True, "status": until}
        if blockers:
            hints = " ".join(str(one.message) for one in blockers)
            return task | {"is_waiting": True, "status": _("not yet"), "hint": hints}
        return task | {"url": reverse("jury_exam_start")}


def first_open(attempt: ExamAttempt) -> int:
    """Return the number of the first question without an answer, else the last."""
    codes = [one["code"] for one in attempt.questions]
    waiting = [index for index, code in enumerate(codes, start=1) if code not in attempt.choices]
    return waiting[0] if waiting else len(codes)


class OwnStepPage(StepPage):
    """A step on one's own affairs as a juror."""

    template_name = "jury/juror_step.html"

    def may_open(self) -> None:
        """Only for a person."""
        self.person = person_of(self.actor)

    def page_context(self) -> Mapping[str, Any]:
        """Say where to go back to."""
        return {"cancel_url": reverse("jury_exam")}

    def success_url(self, result: Any) -> str:
        """Lead back to the way to the roll."""
        return reverse("jury_exam")


class RulesPage(OwnStepPage):
    """The jury rules in force, and accepting them."""

    step = ACCEPT_RULES
    template_name = "jury/exam_rules.html"

    def may_open(self) -> None:
        """Find the version in force for this person."""
        super().may_open()
        terms = exam_terms(self.person.pk, now())
        version = terms.jury.juror_rules_version if terms else ""
        if version not in rules_versions():
            raise Http404
        self.version = version

    def initial(self) -> Mapping[str, Any]:
        """Name the version shown."""
        return {"version": self.version}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the version that was shown and the language it was read in."""
        return {"version": form.cleaned_data["version"], "language": language()}

    def page_context(self) -> Mapping[str, Any]:
        """Return the text."""
        return {
            **super().page_context(),
            "version": self.version,
            "sections": rules_sections(self.version, language()),
            "accepted": has_accepted(self.person.pk, self.version),
        }


class StartPage(OwnStepPage):
    """What the exam asks, and starting it."""

    step = START_ATTEMPT
    template_name = "jury/exam_start.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, or lead on to the exam that is under way."""
        self.may_open()
        open_one = open_attempt_of(self.person.pk)
        if open_one is not None:
            return redirect(self.success_url(open_one))
        return super().get(request, *args, **kwargs)

    def may_open(self) -> None:
        """Find the rules of the exam."""
        super().may_open()
        self.terms = exam_terms(self.person.pk, now())

    def blockers(self) -> list[Blocker]:
        """Return everything that keeps the exam from being taken now."""
        return exam_blockers(self.person, self.terms, now())

    def page_context(self) -> Mapping[str, Any]:
        """Return the exam's figures."""
        jury = self.terms.jury if self.terms else None
        left = exam_allowance(self.person.pk, jury, now()).left if jury else 0
        return {**super().page_context(), "jury": jury, "left": left}

    def success_url(self, result: Any) -> str:
        """Lead to the first open question."""
        return reverse("jury_exam_question", args=[result.reference, first_open(result)])
