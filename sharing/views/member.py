"""A member's pages: where my share went, round by round and case by case."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from core import formats
from core.actor import Actor
from core.requests import actor_of
from members.models import Membership
from members.queries import memberships_of
from sharing import presenting
from sharing.queries import on_the_board, share_in, statement_for, where_share_went
from sharing.views.console import round_or_404

PER_PAGE = 200


@method_decorator(never_cache, name="dispatch")
class MemberPage(View):
    """A page about the signed-in person's own memberships."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask a stranger to sign in first."""
        self.actor: Actor = actor_of(request)
        if self.actor.account_id is None:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)

    def memberships(self) -> list[Membership]:
        """Return the memberships the person has or pays for."""
        if self.actor.person_id is None:
            return []
        return list(memberships_of(self.actor.person_id))


class SharesPage(MemberPage):
    """Every share of one's memberships, the latest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them, membership by membership."""
        return render(
            request,
            "sharing/share_list.html",
            {"memberships": [_statement(row) for row in self.memberships()]},
        )


def _statement(membership: Membership) -> dict[str, Any]:
    rows = statement_for(membership)
    total = sum(row.share_cents for row in rows)
    heading = _("%(plan)s: %(amount)s shared in %(count)s rounds") % {
        "plan": membership.plan.name,
        "amount": formats.amount_words(total),
        "count": formats.grouped(len(rows)),
    }
    return {
        "reference": membership.reference,
        "heading": heading,
        "person": membership.person.full_name,
        "table": presenting.statement_table(rows, membership.reference),
        "is_empty": not rows,
    }


class SharePage(MemberPage):
    """One share taken apart, case by case."""

    def get(self, request: HttpRequest, membership: str, reference: str) -> HttpResponse:
        """Show where it went; Http404 for another's membership or a round it was not in."""
        mine = next((m for m in self.memberships() if m.reference == membership), None)
        found = round_or_404(reference)
        share = share_in(mine, found) if mine else None
        if share is None:
            raise Http404
        went = where_share_went(found, share)
        day = formats.day(found.sharing_on, found.plan.zone)
        text = request.GET.get("page", "1")
        page = max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1
        shown = went.cases[(page - 1) * PER_PAGE : page * PER_PAGE]
        context = {
            "heading": _("Your share of %(day)s: %(amount)s")
            % {"day": day, "amount": formats.amount_words(share)},
            "sum": presenting.where_sum(went),
            "round_sum": presenting.sum_of(found),
            "table": presenting.where_table(
                shown, on_the_board(row.public_reference for row in shown)
            ),
            "is_empty": not went.cases,
            "previous_url": f"?page={page - 1}" if page > 1 else "",
            "next_url": f"?page={page + 1}" if page * PER_PAGE < len(went.cases) else "",
            "crumbs": [
                {"label": _("My shares"), "url": reverse("shares")},
                {"label": day},
            ],
        }
        return render(request, "sharing/share_detail.html", context)
