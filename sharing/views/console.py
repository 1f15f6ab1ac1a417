"""The console's pages of rounds: all of them, and one with the sum that adds up."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from core.actor import Actor
from core.clock import now
from core.pages import StepPage
from core.requests import actor_of
from core.steps import Step
from members.queries import rulebook_of
from sharing import presenting
from sharing.models import Round
from sharing.permissions import READERS
from sharing.queries import entries_about, latest_rounds, round_for, shares_in_order
from sharing.states import Account, EntryKind
from sharing.steps import STEPS, offers

PER_PAGE = 50
MOST_SHOWN = 100


@method_decorator(never_cache, name="dispatch")
class ReadersPage(View):
    """A page for finance, the ombudsman and auditors."""

    readers = READERS

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask a stranger to sign in; tell others whose page this is."""
        self.actor: Actor = actor_of(request)
        if self.actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        if not self.actor.has_any(self.readers):
            return render(request, "403.html", status=403)
        return super().dispatch(request, *args, **kwargs)


def round_or_404(reference: str) -> Round:
    """Return a round; Http404 where there is none."""
    try:
        return round_for(reference)
    except Round.DoesNotExist as error:
        raise Http404 from error


class RoundsPage(ReadersPage):
    """All rounds, the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page of them."""
        text = request.GET.get("page", "1")
        page = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
        page = max(page, 1)
        first = (page - 1) * PER_PAGE
        rows = list(latest_rounds()[first : first + PER_PAGE + 1])
        context = {
            "table": presenting.rounds_table(rows[:PER_PAGE]),
            "is_empty": not rows,
            "previous_url": f"?page={page - 1}" if page > 1 else "",
            "next_url": f"?page={page + 1}" if len(rows) > PER_PAGE else "",
        }
        return render(request, "sharing/round_list.html", context)


class RoundPage(ReadersPage):
    """One round with its sum, its cohorts, its claims, its failed debits, its bookings."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it."""
        found = round_or_404(reference)
        cases = found.cases.select_related("claim").order_by("id")
        debits = found.failed_debits.select_related("membership").order_by("id")
        context = {
            "round": found,
            "heading": presenting.heading(found),
            "facts": presenting.facts_of(found),
            "sum": presenting.sum_of(found),
            "collection": presenting.collection_of(found) if found.closed_at else None,
            "shares": presenting.shares_table(
                shares_in_order(found), rulebook_of(found.rulebook_version)
            ),
            "cases": presenting.cases_table(list(cases[:MOST_SHOWN])),
            "debits": presenting.debits_table(debits[:MOST_SHOWN]),
            "has_cases": cases.exists(),
            "has_debits": debits.exists(),
            "bookings": [booking(entry) for entry in entries_about(found.reference)],
            "steps": offers(found, self.actor, now()),
            "crumbs": [
                {"label": _("Rounds"), "url": reverse("rounds")},
                {"label": found.reference},
            ],
        }
        return render(request, "sharing/round_detail.html", context)


def booking(entry: Any) -> dict[str, Any]:
    """Return a journal entry as the sum component shows it."""
    rows = [
        {
            "label": Account(line.account).label,
            "amount_cents": line.debit_cents - line.credit_cents,
        }
        for line in entry.lines.all()
    ]
    rows.append({"label": _("Balance"), "amount_cents": 0, "text": "0.00", "rule_above": True})
    return {"caption": EntryKind(entry.kind).label, "rows": rows}


class RoundStepPage(StepPage):
    """One step of a round."""

    template_name = "sharing/round_step.html"
    success_message = gettext_lazy("Done. The round is as shown below.")

    def get_step(self) -> Step:
        """Return the step of the address; Http404 where there is none such."""
        try:
            return STEPS[self.kwargs["step"]]
        except KeyError as error:
            raise Http404 from error

    def may_open(self) -> None:
        """Only who may read rounds knows of them."""
        if not self.actor.has_any(READERS):
            raise Http404
        round_or_404(self.reference)

    def page_context(self) -> dict[str, Any]:
        """Show the round's sum beside the question."""
        found = round_or_404(self.reference)
        return {
            "heading": presenting.heading(found),
            "sum": presenting.sum_of(found),
            "cancel_url": reverse("round", args=[found.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the round."""
        return reverse("round", args=[self.reference])
