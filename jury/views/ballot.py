"""The ballot, page by page: a question of the clause at a time, then the whole."""

import secrets
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from core import gate
from core.errors import Refusal
from core.pages import problem_of, without_validation
from core.requests import view_name
from jury import services
from jury.brief import question_codes
from jury.brief_page import shown_brief, shown_question
from jury.draft_cookie import draft_key, keep_draft_key, read_draft_of
from jury.forms.ballots import QuestionForm, VoteForm
from jury.permissions import voting_blockers
from jury.queries import ballot_of, seat_of
from jury.views.juror import JurorView, remaining

VOTE_PAGE = "vote"


class BallotPage(JurorView):
    """One page of the ballot: a question of the clause, or the whole at the end."""

    def get(self, request: HttpRequest, reference: str, page: str) -> HttpResponseBase:
        """Show the page with what the draft holds."""
        away = self._away()
        if away is not None:
            return away
        draft = self._draft()
        form = self._form_class(page)(initial=self._initial(page, draft))
        return self._show(page, form, draft, 200)

    def post(self, request: HttpRequest, reference: str, page: str) -> HttpResponseBase:
        """Save the page in the draft and go on to the next."""
        away = self._away()
        if away is not None:
            return away
        draft = self._draft()
        form_class = self._form_class(page)
        if "_language" in request.POST:
            return self._show(page, without_validation(form_class, data=request.POST), draft, 200)
        form = form_class(data=request.POST)
        if not form.is_valid():
            return self._show(page, form, draft, 422)
        key = draft_key(request) or secrets.token_bytes(32)
        changed = self._with_page(page, draft, form.cleaned_data)
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
            return self._show(page, form, draft, refusal.status, refusal)
        response = redirect(self._next(page))
        keep_draft_key(response, key)
        return response

    def _away(self) -> HttpResponseBase | None:
        seat = seat_of(self.hearing, self.actor.person_id)
        if seat is not None and ballot_of(seat) is not None:
            return redirect("jury_receipt", reference=self.hearing.reference)
        if voting_blockers(self.hearing, self.actor, self.at):
            return redirect("jury_hearing", reference=self.hearing.reference)
        return None

    def _codes(self) -> list[str]:
        return question_codes(self.hearing.brief)

    def _index(self, page: str) -> int:
        """Return the question's number from 1, or 0 for the whole; Http404 for neither."""
        if page == VOTE_PAGE:
            return 0
        if not (page.isascii() and page.isdigit()) or not 1 <= int(page) <= len(self._codes()):
            raise Http404
        return int(page)

    def _form_class(self, page: str) -> type[forms.Form]:
        return VoteForm if self._index(page) == 0 else QuestionForm

    def _draft(self) -> dict[str, Any]:
        return read_draft_of(self.request, self.hearing, self.actor)

    def _initial(self, page: str, draft: Mapping[str, Any]) -> dict[str, Any]:
        index = self._index(page)
        if index == 0:
            return {"vote": draft.get("vote", ""), "reason": draft.get("reason", "")}
        code = self._codes()[index - 1]
        return {
            "answer": draft.get("answers", {}).get(code, ""),
            "note": draft.get("notes", {}).get(code, ""),
        }

    def _with_page(
        self, page: str, draft: Mapping[str, Any], entered: Mapping[str, Any]
    ) -> dict[str, Any]:
        index = self._index(page)
        if index == 0:
            return {**draft, "vote": entered["vote"], "reason": entered["reason"]}
        code = self._codes()[index - 1]
        return {
            **draft,
            "answers": {**draft.get("answers", {}), code: entered["answer"]},
            "notes": {**draft.get("notes", {}), code: entered["note"]},
        }

    def _next(self, page: str) -> str:
        reference = self.hearing.reference
        if self._index(page) == 0 or self.request.GET.get("from") == "review":
            return reverse("jury_review", args=[reference])
        index = self._index(page)
        following = str(index + 1) if index < len(self._codes()) else VOTE_PAGE
        return reverse("jury_ballot", args=[reference, following])

    def _show(
        self,
        page: str,
        form: forms.Form,
        draft: Mapping[str, Any],
        status: int,
        refusal: Refusal | None = None,
    ) -> HttpResponse:
        index, codes = self._index(page), self._codes()
        brief = self.hearing.brief
        context = {
            "hearing": self.hearing,
            "form": form,
            "page_form": True,
            "index": index,
            "count": len(codes),
            "remaining": remaining(self.hearing, self.at),
            "question": shown_question(brief["questions"][index - 1], index) if index else None,
            "brief": shown_brief(self.hearing),
            "is_last": index == len(codes),
            "next_number": index + 1,
            "has_draft": bool(draft),
            "problem": problem_of(refusal) if refusal else None,
            "has_errors": bool(refusal),
            "back_url": self._back(index),
        }
        return render(self.request, "jury/ballot_page.html", context, status=status)

    def _back(self, index: int) -> str:
        reference = self.hearing.reference
        if index == 1:
            return reverse("jury_hearing", args=[reference])
        before = len(self._codes()) if index == 0 else index - 1
        return reverse("jury_ballot", args=[reference, str(before)])
