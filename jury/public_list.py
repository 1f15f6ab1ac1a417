"""The public list of hearings, live and ended, and their number in a sentence."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core.formats import grouped
from core.keyset import Page, keyset_page
from jury.models import Hearing
from jury.states import ENDED, HearingState

A_PAGE = 50
KEYS = ("-id",)


def public_hearings() -> QuerySet[Hearing]:
    """Return the hearings of which the record speaks: from the committed secret on."""
    return Hearing.objects.exclude(seed_commitment="").select_related("verdict").defer("brief")


def page_of_hearings(after: str) -> Page[Hearing]:
    """Return a page of the list, the newest first, in one query."""
    return keyset_page(public_hearings(), KEYS, after, A_PAGE)


def row_of(hearing: Hearing) -> dict[str, Any]:
    """Return a hearing as the list shows it; the votes only once it is decided."""
    is_decided = hearing.state == HearingState.DECIDED
    verdict = hearing.verdict if is_decided else None
    return {
        "reference": hearing.reference,
        "sitting": hearing.sitting,
        "round": hearing.round,
        "state": str(hearing.state),
        "words": _result(hearing),
        "is_ended": hearing.state in ENDED,
        "at": hearing.state_entered_at,
        "closes_at": hearing.closes_at,
        "pay": verdict.pay if verdict else None,
        "deny": verdict.deny if verdict else None,
        "outcome": verdict.outcome if verdict else "",
    }


def _result(hearing: Hearing) -> str:
    if hearing.state != HearingState.DECIDED:
        return str(hearing.get_state_display())
    paid = hearing.verdict.outcome == "overturn"
    return _("The claim is paid") if paid else _("The denial stands")


def counts_in_words() -> tuple[str, str]:
    """Return how the juries decided as a heading, and how all hearings ended as a sentence."""
    state = "state"
    counts = public_hearings().aggregate(
        all=Count("pk"),
        paid=Count("pk", filter=Q(verdict__outcome="overturn")),
        stood=Count("pk", filter=Q(verdict__outcome="uphold")),
        void=Count("pk", filter=Q(**{state: HearingState.VOID})),
        withdrawn=Count("pk", filter=Q(**{state: HearingState.WITHDRAWN})),
    )
    live = counts["all"] - sum(counts[name] for name in ("paid", "stood", "void", "withdrawn"))
    values = {name: grouped(number) for name, number in counts.items()} | {"live": grouped(live)}
    parts = [
        (counts["paid"], _("%(paid)s found for the claimant")),
        (counts["stood"], _("%(stood)s let the denial stand")),
        (counts["void"], _("%(void)s were void")),
        (counts["withdrawn"], _("%(withdrawn)s were withdrawn")),
        (live, _("%(live)s are under way")),
    ]
    told = pgettext("list", ", ").join(words % values for number, words in parts if number)
    total = ngettext("%(all)s hearing", "%(all)s hearings", counts["all"]) % values
    sentence = _("%(total)s so far: %(parts)s.") % {"total": total, "parts": told} if told else ""
    decided = counts["paid"] + counts["stood"]
    heading = ngettext(
        "Juries paid %(paid)s of %(decided)s disputed denial",
        "Juries paid %(paid)s of %(decided)s disputed denials",
        decided,
    ) % {**values, "decided": grouped(decided)}
    return heading if decided else _("How juries decide"), sentence
