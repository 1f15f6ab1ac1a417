"""Everything once more, the one final act, and the receipt."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.clock import now
from core.errors import Blocker
from core.pages import StepPage
from core.steps import Step
from jury import services
from jury.ballot_pages import EXPLAIN, VOTE, BallotPages, missing_from
from jury.brief_page import shown_question
from jury.casting_door import cast_by_page
from jury.contradictions import contradiction_of
from jury.drafts import draft_of
from jury.models import Ballot
from jury.permissions import voting_blockers
from jury.queries import ballot_of, seat_of
from jury.receipt_pdf import receipt_pdf
from jury.receipts import qr_of
from jury.services.casting import short_receipt
from jury.services.voters import Receipt, said_in
from jury.stands import left_text
from jury.views.juror import JurorView, hearing_for_juror


def _cast_draft(
    *, reference: str, actor: Actor, now: datetime, draft: Mapping[str, Any], explanation: str
) -> Receipt:
    """Cast what the draft holds; whoever has voted already gets the first receipt again."""
    said = said_in(draft, explanation)
    return services.cast_ballot(
        reference=reference,
        actor=actor,
        now=now,
        vote=said.vote,
        answers=said.answers,
        reason=said.reason,
        notes=said.notes,
        explanation=said.explanation,
    )


CAST = Step("cast_ballot", _("Cast my ballot"), _cast_draft)


class ReviewPage(StepPage):
    """Everything once more, and the one final act."""

    step = CAST
    template_name = "jury/ballot_review.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Cast at once where nothing stands against it; else go the way of every step's page."""
        done = cast_by_page(request, str(kwargs["reference"])) if request.method == "POST" else None
        return super().dispatch(request, *args, **kwargs) if done is None else done

    def may_open(self) -> None:
        """Only for whoever may vote here."""
        self.hearing = hearing_for_juror(self.reference, self.actor)
        self.pages = BallotPages.of(self.hearing)
        self.draft = draft_of(self.request, self.hearing, self.actor)
        self.content = self.draft.content
        self.contradiction = contradiction_of(
            self.hearing, self.content.get("answers", {}), str(self.content.get("vote", ""))
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the review; whoever has voted is led to the receipt, a gap to its page."""
        self.may_open()
        seat = seat_of(self.hearing, self.actor.person_id)
        if seat is not None and ballot_of(seat) is not None:
            return redirect("jury_receipt", reference=self.reference)
        if voting_blockers(self.hearing, self.actor, now()):
            return redirect("jury_hearing", reference=self.reference)
        missing = missing_from(self.content, self.pages.codes)
        if missing:
            return redirect("jury_ballot", self.reference, self.pages.page_of(missing[0]))
        return super().get(request, *args, **kwargs)

    def service_kwargs(self, form: forms.Form) -> Mapping[str, Any]:
        """Return the draft, which the form itself never carries."""
        explanation = str(self.content.get("explanation", "")) if self.contradiction else ""
        return {"draft": self.content, "explanation": explanation}

    def blockers(self) -> list[Blocker]:
        """Say what keeps the ballot from being cast."""
        return voting_blockers(self.hearing, self.actor, now())

    def page_context(self) -> Mapping[str, Any]:
        """Return the answers, each with a way back to change it."""
        answers, notes = self.content.get("answers", {}), self.content.get("notes", {})
        rows = [
            {
                **shown_question(question, number),
                "answer": answers.get(question["code"], ""),
                "note": notes.get(question["code"], ""),
                "url": self._change(str(number)),
            }
            for number, question in enumerate(self.hearing.brief["questions"], start=1)
        ]
        return {
            "hearing": self.hearing,
            "rows": rows,
            "vote": self.content.get("vote", ""),
            "reason": self.content.get("reason", ""),
            "explanation": self.content.get("explanation", ""),
            "vote_url": self._change(VOTE),
            "explain_url": self._change(EXPLAIN),
            "contradiction": self.contradiction,
            "left": left_text(self.hearing, now()),
            "draft": self.draft,
        }

    def _change(self, page: str) -> str:
        return reverse("jury_ballot", args=[self.reference, page]) + "?from=review"

    def success_url(self, result: Any) -> str:
        """Lead to the receipt."""
        return reverse("jury_receipt", args=[self.reference])


class ReceiptPage(JurorView):
    """The receipt; it never says how one voted."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it, or lead back to the hearing where there is none."""
        ballot = self._ballot()
        if ballot is None:
            return redirect("jury_hearing", reference=reference)
        public = self._public_address(ballot)
        context = {
            "hearing": self.hearing,
            "receipt": ballot.commitment,
            "short": short_receipt(ballot.commitment),
            "cast_at": ballot.cast_at,
            "qr": qr_of(public),
            "public_url": public,
        }
        return render(request, "jury/ballot_receipt.html", context)

    def _ballot(self) -> Ballot | None:
        seat = seat_of(self.hearing, self.actor.person_id)
        return ballot_of(seat) if seat is not None else None

    def _public_address(self, ballot: Ballot) -> str:
        path = reverse("public_hearing", args=[self.hearing.reference])
        return self.request.build_absolute_uri(f"{path}?receipt={ballot.commitment}#find")


class ReceiptFile(ReceiptPage):
    """The receipt as a PDF to keep."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Serve it as a download."""
        ballot = self._ballot()
        if ballot is None:
            return redirect("jury_hearing", reference=reference)
        made = receipt_pdf(
            hearing=reference,
            receipt=ballot.commitment,
            cast_at=ballot.cast_at,
            closes_at=self.hearing.closes_at,
            address=self._public_address(ballot),
        )
        return HttpResponse(
            made,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{reference}.pdf"'},
        )
