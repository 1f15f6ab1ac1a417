"""The practice case: the same pages as a ballot; the answers travel in the address alone."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from core import gate
from core.requests import view_name
from jury import services
from jury.brief_page import criteria_tree
from jury.contradictions import contradiction_text, leads_to
from jury.forms.ballots import AnswerForm, WholeForm
from jury.practice.case import (
    AGREED,
    BACKGROUND,
    CLAUSE,
    QUESTIONS,
    TREE,
    shown_question,
    shown_terms,
)
from jury.rules import ANSWERS, VOTES
from jury.views.juror import JurorView

VOTE, REVIEW, RESULT = "vote", "review", "result"
PAGES = (*(str(number) for number in range(1, len(QUESTIONS) + 1)), VOTE, REVIEW, RESULT)


class PracticeStart(JurorView):
    """What is practised, and the made-up brief."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        context = {
            "background": BACKGROUND,
            "agreed": AGREED,
            "clause": CLAUSE,
            "terms": shown_terms(),
            "criteria": criteria_tree(TREE, {one.code: at for at, one in enumerate(QUESTIONS, 1)}),
            "first_url": page_url("1", {}, next_of(request.GET)),
            "next": next_of(request.GET),
        }
        return render(request, "jury/practice_start.html", context)


class PracticePage(JurorView):
    """A question, the whole, the review, or how it would have counted."""

    def get(self, request: HttpRequest, page: str) -> HttpResponseBase:
        """Show the page; with what was chosen on it, go on to the next."""
        if page not in PAGES:
            raise Http404
        self.answers, self.next = answers_in(request.GET), next_of(request.GET)
        gap = self._gap(page)
        if gap:
            return redirect(page_url(gap, self.answers, self.next))
        if page == REVIEW:
            return self._review()
        if page == RESULT:
            return self._result()
        return self._ask(page)

    def post(self, request: HttpRequest, page: str) -> HttpResponseBase:
        """Cast the practice ballot: only that this juror has practised is kept."""
        if page != REVIEW:
            raise Http404
        gate.perform(
            actor=self.actor,
            operation=view_name(request),
            subject="practice",
            call=lambda: services.finish_practice(actor=self.actor, now=self.at),
            encode=lambda _first: gate.Answer(303),
        )
        return redirect(page_url(RESULT, answers_in(request.POST), next_of(request.POST)))

    def _gap(self, page: str) -> str:
        """Return the first page before this one that is not answered."""
        needed = PAGES[: PAGES.index(page)] if page in (REVIEW, RESULT) else ()
        return next((one for one in needed if one not in (*self.answers, REVIEW)), "")

    def _ask(self, page: str) -> HttpResponseBase:
        name = "vote" if page == VOTE else "answer"
        form_class = WholeForm if page == VOTE else AnswerForm
        if "go" not in self.request.GET:
            return self._show(page, form_class(initial={name: self.answers.get(page, "")}), 200)
        form = form_class(data=self.request.GET)
        if not form.is_valid():
            return self._show(page, form, 422)
        self.answers[page] = form.cleaned_data[name]
        following = PAGES[PAGES.index(page) + 1]
        if self.request.GET.get("from") == REVIEW:
            following = REVIEW
        return redirect(page_url(following, self.answers, self.next))

    def _show(self, page: str, form: forms.Form, status: int) -> HttpResponse:
        number = int(page) if page != VOTE else 0
        at = PAGES.index(page)
        others = {key: value for key, value in self.answers.items() if key != page}
        hidden = [(f"a{key}", value) for key, value in others.items()]
        if self.request.GET.get("from") == REVIEW:
            hidden.append(("from", REVIEW))
        context = {
            "form": form,
            "page": page,
            "index": number,
            "count": len(QUESTIONS),
            "question": shown_question(number) if number else None,
            "paper": QUESTIONS[number - 1] if number else None,
            "clause": CLAUSE,
            "terms": shown_terms(),
            "hidden": hidden,
            "next": self.next,
            "next_number": number + 1 if 0 < number < len(QUESTIONS) else 0,
            "back_url": page_url(PAGES[at - 1], self.answers, self.next)
            if at
            else f"{reverse('jury_practice')}?{urlencode({'next': self.next})}",
        }
        return render(self.request, "jury/practice_page.html", context, status=status)

    def _contradiction(self) -> tuple[str, str]:
        given = {one.code: self.answers.get(str(at), "") for at, one in enumerate(QUESTIONS, 1)}
        leading = leads_to(TREE, given, {}, "not_met")
        return leading, contradiction_text(leading, self.answers.get(VOTE, ""))

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "number": at,
                "text": str(one.text),
                "answer": self.answers.get(str(at), ""),
                "careful": one.answer,
                "is_same": self.answers.get(str(at), "") == one.answer,
                "why": str(one.why),
                "url": page_url(str(at), self.answers, self.next, came_from=REVIEW),
            }
            for at, one in enumerate(QUESTIONS, start=1)
        ]

    def _review(self) -> HttpResponse:
        _leading, contradiction = self._contradiction()
        context = {
            "rows": self._rows(),
            "vote": self.answers[VOTE],
            "vote_url": page_url(VOTE, self.answers, self.next, came_from=REVIEW),
            "contradiction": contradiction,
            "hidden": [(f"a{key}", value) for key, value in self.answers.items()],
            "next": self.next,
        }
        return render(self.request, "jury/practice_review.html", context)

    def _result(self) -> HttpResponse:
        leading, contradiction = self._contradiction()
        context = {
            "rows": self._rows(),
            "vote": self.answers[VOTE],
            "leading": leading,
            "contradiction": contradiction,
            "next": self.next,
        }
        return render(self.request, "jury/practice_result.html", context)


def answers_in(query: QueryDict) -> dict[str, str]:
    """Return the answers that came along, by page; whatever is none is left out."""
    found = {}
    for page in PAGES[: PAGES.index(REVIEW)]:
        value = query.get(f"a{page}", "")
        if value in (VOTES if page == VOTE else ANSWERS):
            found[page] = value
    return found


def next_of(query: QueryDict) -> str:
    """Return the hearing that waits for the practised juror; nothing that is no reference."""
    given = query.get("next", "")
    plain = given.replace("-", "")
    return given if len(given) <= 16 and plain.isascii() and plain.isalnum() else ""


def page_url(page: str, answers: dict[str, str], following: str, came_from: str = "") -> str:
    """Return a page's address with the answers so far."""
    query = {f"a{key}": value for key, value in answers.items()}
    if following:
        query["next"] = following
    if came_from:
        query["from"] = came_from
    address = reverse("jury_practice_page", args=[page])
    return f"{address}?{urlencode(query)}" if query else address
