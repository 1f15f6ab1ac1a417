"""The console's pages for finance: prepare, approve, follow; and what the bank says."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import now
from core.formats import amount, day, grouped
from core.pages import StepPage
from core.requests import actor_of, new_form_key
from core.steps import Step
from payouts import presenting, queries
from payouts.models import Payout, PayoutBatch
from payouts.permissions import READERS
from payouts.steps import BATCH_STEPS, PREPARE, batch_offers
from sharing.queries import balances, entries_about
from sharing.states import Account
from sharing.views.console import ReadersPage, booking

MOST_SHOWN = 100


def batch_or_404(reference: str) -> PayoutBatch:
    """Return a batch; Http404 where there is none."""
    try:
        return queries.batch_for(reference)
    except PayoutBatch.DoesNotExist as error:
        raise Http404 from error


def payout_or_404(reference: str) -> Payout:
    """Return a payout; Http404 where there is none."""
    try:
        return queries.payout_for(reference)
    except Payout.DoesNotExist as error:
        raise Http404 from error


def overview(request: HttpRequest) -> dict[str, Any]:
    """Return what the payouts page shows."""
    claims = list(queries.payable_claims()[:MOST_SHOWN])
    under_way = list(queries.payouts_under_way()[:MOST_SHOWN])
    finished = list(queries.finished_payouts()[:MOST_SHOWN])
    batches = list(queries.waiting_batches()[:MOST_SHOWN])
    counts = {
        "claims": grouped(len(claims)),
        "batches": grouped(len(batches)),
        "under_way": grouped(len(under_way)),
    }
    words = _("To pay: %(claims)s · to approve: %(batches)s · on their way: %(under_way)s")
    return {
        "heading": words % counts,
        "choices": [
            {
                "reference": claim.reference,
                "amount": amount(claim.aid_cents or 0),
                "due": day(claim.due_at, claim.plan.zone) if claim.due_at else "",
                "is_returned": claim.state == "payout_returned",
                "url": presenting.claim_link(claim.reference)[1],
            }
            for claim in claims
        ],
        "may_prepare": actor_of(request).has_any(PREPARE.roles),
        "batches": presenting.batches_table(batches) if batches else None,
        "under_way": presenting.payouts_table(under_way, _("On their way")) if under_way else None,
        "finished": presenting.payouts_table(finished, _("Finished")) if finished else None,
        "sending": queries.sending_status(),
        "unmatched": queries.unmatched_lines().count() + queries.odd_callbacks().count(),
    }


class PayoutsPage(ReadersPage):
    """Claims to pay, batches to approve, payouts on their way."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        context = {**overview(request), "idempotency_key": new_form_key()}
        return render(request, "payouts/payout_list.html", context)


class PreparePage(StepPage):
    """Put the chosen claims into a batch; what is wrong is told on the payouts page."""

    step = PREPARE
    template_name = "payouts/payout_list.html"
    success_message = gettext_lazy("The batch is prepared. A second finance person approves it.")
    http_method_names = ("post", "options")

    def may_open(self) -> None:
        """Only who may read payouts knows of them."""
        if not self.actor.has_any(READERS):
            raise Http404

    def page_context(self) -> dict[str, Any]:
        """Show the whole page again."""
        return overview(self.request)

    def success_url(self, result: Any) -> str:
        """Lead to the batch."""
        return reverse("payout_batch", args=[result.reference])


class BatchPage(ReadersPage):
    """One batch with its payouts."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it."""
        batch = batch_or_404(reference)
        payouts = batch.payouts.select_related("claim").order_by("claim_id")
        context = {
            "batch": batch,
            "facts": presenting.batch_facts(batch),
            "payouts": presenting.payouts_table(payouts, _("Payouts of the batch")),
            "steps": batch_offers(batch, self.actor),
            "crumbs": [
                {"label": _("Payouts"), "url": reverse("payouts")},
                {"label": batch.reference},
            ],
        }
        return render(request, "payouts/batch_detail.html", context)


class BatchStepPage(StepPage):
    """Approve or withdraw a batch."""

    template_name = "payouts/batch_step.html"
    success_message = gettext_lazy("Done. The batch is as shown below.")

    def get_step(self) -> Step:
        """Return the step of the address; Http404 where there is none such."""
        try:
            return BATCH_STEPS[self.kwargs["step"]]
        except KeyError as error:
            raise Http404 from error

    def may_open(self) -> None:
        """Only who may read payouts knows of them."""
        if not self.actor.has_any(READERS):
            raise Http404
        batch_or_404(self.reference)

    def page_context(self) -> dict[str, Any]:
        """Show the batch beside the question."""
        batch = batch_or_404(self.reference)
        return {
            "facts": presenting.batch_facts(batch),
            "cancel_url": reverse("payout_batch", args=[batch.reference]),
        }

    def success_url(self, result: Any) -> str:
        """Lead back to the batch."""
        return reverse("payout_batch", args=[self.reference])


class PayoutPage(ReadersPage):
    """One payout: its way, the exchanges with the bank, its bookings."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Show it."""
        payout = payout_or_404(reference)
        exchanges = payout.exchanges.order_by("id")[:MOST_SHOWN]
        zone = payout.claim.plan.zone
        context = {
            "payout": payout,
            "facts": presenting.payout_facts(payout),
            "exchanges": presenting.exchanges_table(exchanges, zone),
            "has_exchanges": payout.exchanges.exists(),
            "bookings": [booking(entry) for entry in entries_about(payout.reference)],
            "crumbs": [
                {"label": _("Payouts"), "url": reverse("payouts")},
                {"label": payout.reference},
            ],
        }
        return render(request, "payouts/payout_detail.html", context)


class BankPage(ReadersPage):
    """What the bank said that fits nothing, whether money goes out, and the journal's accounts."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        at = now()
        lines = list(queries.unmatched_lines()[:MOST_SHOWN])
        callbacks = list(queries.odd_callbacks()[:MOST_SHOWN])
        found = balances()
        rows = [
            {"label": Account(account).label, "amount_cents": cents}
            for account, cents in found.items()
        ]
        total = {
            "label": _("Together"),
            "amount_cents": sum(found.values()),
            "rule_above": True,
            "strong": True,
        }
        context = {
            "lines": presenting.lines_table(lines, at) if lines else None,
            "callbacks": presenting.callbacks_table(callbacks, at) if callbacks else None,
            "sending": queries.sending_status(),
            "balances": {
                "caption": _("The journal's accounts"),
                "rows": [*rows, total],
                "note": _("Debits less credits. Together they are always nothing."),
            },
        }
        return render(request, "payouts/bank.html", context)
