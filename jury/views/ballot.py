"""The ballot, page by page: a question of the clause at a time, then the whole."""

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from core import gate
from core.clock import now
from core.errors import Refusal
from core.pages import problem_of, stale_page, without_validation
from core.requests import actor_of, view_name
from jury import services
from jury.ballot_pages import EXPLAIN, VOTE, BallotPages, merged, part_of
from jury.brief_page import shown_brief
from jury.contradictions import contradiction_of
from jury.draft_cookie import draft_key, keep_draft_key
from jury.drafts import Draft, draft_of
from jury.exhibits.queries import for_question, signed_exhibits_of
from jury.exhibits.reading import open_texts
from jury.forms.ballots import ExplainForm, QuestionForm, VoteForm
from jury.permissions import voting_blockers
from jury.queries import ballot_of, seat_of
from jury.stands import left_text
from jury.views.juror import JurorView, hearing_for_juror

FORMS: dict[str, type[forms.Form]] = {VOTE: VoteForm, EXPLAIN: ExplainForm}


class BallotPage(JurorView):
    """One page of the ballot: a question of the clause, the whole, or why the two differ."""

    def get(self, request: HttpRequest, reference: str, page: str) -> HttpResponseBase:
        """Show the page with what the draft holds."""
        away = self._away(page)
        if away is not None:
            return away
        form = self._form_class(page)(initial=part_of(self.draft.content, self.pages.code_of(page)))
        return self._show(page, form, 200)

    def post(self, request: HttpRequest, reference: str, page: str) -> HttpResponseBase:
        """Save the page in the draft and go on to the next."""
        away = self._away(page)
        if away is not None:
            return away
        form_class = self._form_class(page)
        if "_language" in request.POST:
            return self._show(page, without_validation(form_class, data=request.POST), 200)
        form = form_class(data=request.POST)
        if not form.is_valid():
            return self._show(page, form, 422)
        key = draft_key(request) or secrets.token_bytes(32)
        changed = merged(self.draft.content, self.pages.code_of(page), form.cleaned_data)
        try:
            gate.perform(
                actor=self.actor,
                operation=view_name(request),
                subject=reference,
                call=lambda: services.save_draft_ballot(
                    reference=reference, actor=self.actor, now=self.at, draft=changed, key=key
                ),
                encode=lambda _saved: gate.Answer(303),
            )
        except Refusal as refusal:
            return self._show(page, form, refusal.status, refusal)
        response = redirect(self._next(page, changed))
        keep_draft_key(response, key)
        return response

    def show_again(self, request: HttpRequest, reference: str, page: str) -> HttpResponseBase:
        """Show what was typed with a fresh token, after one that did not fit; save nothing."""
        self.setup(request, reference=reference, page=page)
        self.actor, self.at = actor_of(request), now()
        self.hearing = hearing_for_juror(reference, self.actor)
        away = self._away(page)
        if away is not None:
            return away
        form = without_validation(self._form_class(page), data=request.POST)
        return self._show(page, form, 403, stale_page())

    def _away(self, page: str) -> HttpResponseBase | None:
        """Lead away whoever cannot vote here now; otherwise read the draft."""
        self.pages = BallotPages.of(self.hearing)
        if not self.pages.has(page):
            raise Http404
        seat = seat_of(self.hearing, self.actor.person_id)
        if seat is not None and ballot_of(seat) is not None:
            return redirect("jury_receipt", reference=self.hearing.reference)
        if voting_blockers(self.hearing, self.actor, self.at):
            return redirect("jury_hearing", reference=self.hearing.reference)
        self.draft: Draft = draft_of(self.request, self.hearing, self.actor)
        return None

    def _form_class(self, page: str) -> type[forms.Form]:
        return FORMS.get(page, QuestionForm)

    def _contradiction(self, draft: Mapping[str, Any]) -> str:
        return contradiction_of(self.hearing, draft.get("answers", {}), str(draft.get("vote", "")))

    def _next(self, page: str, draft: Mapping[str, Any]) -> str:
        """Return the page that follows; a vote the answers do not lead to is asked about once."""
        reference = self.hearing.reference
        is_from_review = self.request.GET.get("from") == "review"
        if page != EXPLAIN and (page == VOTE or is_from_review):
            if self._contradiction(draft) and "explanation" not in draft:
                return reverse("jury_ballot", args=[reference, EXPLAIN])
            return reverse("jury_review", args=[reference])
        following = self.pages.after(page)
        if following:
            return reverse("jury_ballot", args=[reference, following])
        return reverse("jury_review", args=[reference])

    def _show(
        self, page: str, form: forms.Form, status: int, refusal: Refusal | None = None
    ) -> HttpResponse:
        index = self.pages.number_of(page)
        brief = shown_brief(self.hearing)
        context = {
            "hearing": self.hearing,
            "form": form,
            "page_form": True,
            "page": page,
            "index": index,
            "count": self.pages.count,
            "left": left_text(self.hearing, self.at),
            "question": brief["questions"][index - 1] if index else None,
            "texts": self._texts(index),
            "brief": brief,
            "contradiction": self._contradiction(self.draft.content) if page == EXPLAIN else "",
            "next_number": index + 1 if 0 < index < self.pages.count else 0,
            "is_from_review": self.request.GET.get("from") == "review",
            "draft": self.draft,
            "problem": problem_of(refusal) if refusal else None,
            "has_errors": bool(refusal),
            "back_url": self._back(page),
        }
        return render(self.request, "jury/ballot_page.html", context, status=status)

    def _texts(self, index: int) -> list[dict[str, Any]]:
        """Return the texts of the question's exhibits; that they were given is logged first."""
        if not index:
            return []
        code = self.pages.codes[index - 1]
        found = for_question(signed_exhibits_of(self.hearing), code)
        return open_texts(self.hearing, found, self.actor, self.at)

    def _back(self, page: str) -> str:
        reference = self.hearing.reference
        if self.request.GET.get("from") == "review":
            return reverse("jury_review", args=[reference])
        before = self.pages.before(page)
        if before:
            return reverse("jury_ballot", args=[reference, before])
        return reverse("jury_hearing", args=[reference])
