"""The exam under way: a question a page, the review, the result."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from core.actor import Actor
from core.steps import Step
from jury.exam_page import shown_question, shown_questions, shown_result
from jury.exam_queries import exam_blockers, exam_terms, live_pass
from jury.forms.exams import QuestionForm
from jury.juror_queries import standing_blockers
from jury.juror_steps import ANSWER_ATTEMPT, KEEP_CHOICE
from jury.models import ExamAttempt
from jury.views.exam import MemberPage, OwnStepPage, first_open


def own_attempt(reference: str, actor: Actor) -> ExamAttempt:
    """Return one's own attempt; Http404 for anybody else's."""
    found = (
        ExamAttempt.objects.select_related("rulebook_version")
        .filter(reference=reference, person_id=actor.person_id or 0)
        .first()
    )
    if found is None:
        raise Http404
    return found


class AttemptPage(OwnStepPage):
    """A page of an attempt; one that is handed in leads to its result."""

    def may_open(self) -> None:
        """Only for whoever takes this exam."""
        super().may_open()
        self.attempt = own_attempt(self.reference, self.actor)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page while the attempt is open."""
        self.may_open()
        if self.attempt.answered_at is not None:
            return redirect("jury_exam_result", reference=self.reference)
        return super().get(request, *args, **kwargs)


class QuestionPage(AttemptPage):
    """One question; each answer is kept at once."""

    template_name = "jury/exam_question.html"

    def get_step(self) -> Step:
        """Return the step with the form of one question."""
        return Step(KEEP_CHOICE.name, KEEP_CHOICE.label, KEEP_CHOICE.service, QuestionForm)

    def may_open(self) -> None:
        """Find the question of the address."""
        super().may_open()
        self.number = int(self.kwargs["number"])
        if not 1 <= self.number <= len(self.attempt.questions):
            raise Http404
        self.question = shown_question(self.attempt, self.number)

    def initial(self) -> Mapping[str, Any]:
        """Return what was chosen before."""
        return {"choice": self.question["chosen"]}

    def form_kwargs(self) -> Mapping[str, Any]:
        """Return the options in the attempt's order."""
        return {"options": [(one["key"], one["text"]) for one in self.question["options"]]}

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the question and the answer."""
        return {"code": self.question["code"], "choice": form.cleaned_data["choice"]}

    def page_context(self) -> Mapping[str, Any]:
        """Return where one stands."""
        before = "jury_exam_question" if self.number > 1 else "jury_exam"
        arguments = [self.reference, self.number - 1] if self.number > 1 else []
        return {
            "question": self.question,
            "number": self.number,
            "count": len(self.attempt.questions),
            "cancel_url": reverse(before, args=arguments),
        }

    def success_url(self, result: ExamAttempt) -> str:
        """Lead to the next question, or to the review."""
        is_last = self.number == len(result.questions)
        if is_last or self.request.GET.get("from") == "review":
            return reverse("jury_exam_review", args=[self.reference])
        return reverse("jury_exam_question", args=[self.reference, self.number + 1])


class ReviewPage(AttemptPage):
    """Every answer once more, and handing them in."""

    step = ANSWER_ATTEMPT
    template_name = "jury/exam_review.html"

    def page_context(self) -> Mapping[str, Any]:
        """Return the answers, each with its way back."""
        rows = []
        for question in shown_questions(self.attempt):
            chosen = [
                one["text"] for one in question["options"] if one["key"] == question["chosen"]
            ]
            url = reverse("jury_exam_question", args=[self.reference, question["number"]])
            label = question["question"]
            rows.append({"label": label, "lines": chosen, "change_url": f"{url}?from=review"})
        count = len(self.attempt.questions)
        return {
            "answers": rows,
            "missing": count - len(self.attempt.choices),
            "cancel_url": reverse("jury_exam_question", args=[self.reference, count]),
        }

    def success_url(self, result: Any) -> str:
        """Lead to the result."""
        return reverse("jury_exam_result", args=[self.reference])


class ResultPage(MemberPage):
    """What was right, what was not and why."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """Show it once the attempt is handed in."""
        attempt = own_attempt(reference, self.actor)
        if attempt.answered_at is None:
            return redirect("jury_exam_question", reference, first_open(attempt))
        terms = exam_terms(self.person.pk, self.at)
        blockers = [] if attempt.is_passed else exam_blockers(self.person, terms, self.at)
        context = {
            "attempt": attempt,
            "results": shown_result(attempt),
            "count": len(attempt.questions),
            "passed": live_pass(self.person.pk, self.at) if attempt.is_passed else None,
            "standing": standing_blockers(self.person, terms.plan, self.at) if terms else [],
            "blockers": blockers,
        }
        return render(request, "jury/exam_result.html", context)
