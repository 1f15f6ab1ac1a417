"""What other apps know of a claim: hearings, notices, board case, round and payouts, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.models import Claim
from core import formats
from core.actor import Actor
from disclosure.models import NoticeEntry, PublicCase, Redaction
from disclosure.states import OPEN_OBJECTIONS, EntryState
from jury.models import Hearing
from jury.queries import OFFICER_ROLES, hearings_of
from jury.states import HearingState
from payouts.models import Payout
from payouts.permissions import READERS as MONEY_READERS
from payouts.queries import payouts_of
from payouts.states import PayoutState
from sharing.models import RoundCase

Fact = Mapping[str, Any]
Card = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Around:
    """The rows of other apps about one claim, read in six queries whatever their number."""

    hearings: list[Hearing]
    entries: list[NoticeEntry]
    redaction: Redaction | None
    case: PublicCase | None
    shared: list[RoundCase]
    payouts: list[Payout]


def around(claim: Claim) -> Around:
    """Read what other apps know of a claim."""
    entries = (
        NoticeEntry.objects.filter(claim=claim)
        .select_related("period")
        .annotate(
            objected=Count("objections"),
            objected_open=Count("objections", filter=Q(objections__state__in=OPEN_OBJECTIONS)),
        )
        .order_by("-number")
    )
    redactions = Redaction.objects.filter(claim=claim).select_related("prepared_by", "signed_by")
    shared = RoundCase.objects.filter(claim=claim, is_dropped=False).select_related("round")
    payouts = payouts_of(claim).select_related("batch__prepared_by", "batch__approved_by")
    return Around(
        list(
            hearings_of(claim.pk).select_related("verdict", "brief_prepared_by", "brief_signed_by")
        ),
        list(entries),
        redactions.order_by("-notice_number").first(),
        PublicCase.objects.filter(claim=claim).first(),
        list(shared.order_by("-round__sharing_on")),
        list(payouts),
    )


def console_cards(claim: Claim, found: Around, actor: Actor) -> list[Card]:
    """Return a card each for hearing, notice and money, with links to what the actor may open."""
    officer = actor.has_any(OFFICER_ROLES)
    cards = [
        _hearing_card(row, reverse("console_hearing", args=[row.reference]) if officer else "")
        for row in found.hearings[::-1]
    ]
    cards += [_notice_card(found, for_staff=True)]
    cards += [_money_card(found, actor.has_any(MONEY_READERS))]
    return [card for card in cards if card["facts"]]


def claimant_cards(claim: Claim, found: Around) -> list[Card]:
    """Return the same for the claimant: where to read on, and what came of the money."""
    cards = [
        _hearing_card(row, reverse("claimant_hearing", args=[row.reference]), for_staff=False)
        for row in found.hearings[::-1]
    ]
    cards += [_notice_card(found, for_staff=False), _money_card(found, False)]
    return [card for card in cards if card["facts"]]


def _fact(label: str, value: str, url: str = "") -> Fact:
    return {"label": label, "value": value, "url": url}


def _hearing_card(row: Hearing, url: str, *, for_staff: bool = True) -> Card:
    facts = [_fact(_("Hearing"), row.reference, url)]
    facts.append(_fact(_("Stands"), str(HearingState(row.state).label)))
    if for_staff and row.brief_prepared_by and row.brief_signed_by is None:
        facts.append(_fact(_("Brief"), _prepared_by(row.brief_prepared_by.full_name)))
    elif row.brief_signed_by and row.brief_signed_at:
        facts.append(_fact(_("Brief"), _signed_on(formats.day(row.brief_signed_at))))
    if row.drawn_at:
        facts.append(_fact(_("Panel drawn"), formats.instant(row.drawn_at)))
    elif row.draw_after_at:
        facts.append(_fact(_("Draw"), _after(formats.instant(row.draw_after_at))))
    if row.closes_at:
        facts.append(_fact(_("Voting until"), formats.instant(row.closes_at)))
    if row.state == HearingState.DECIDED:
        facts += _verdict_facts(row)
    return {"title": _("Hearing"), "facts": facts}


def _verdict_facts(row: Hearing) -> list[Fact]:
    verdict = row.verdict
    overturned = verdict.outcome == "overturn"
    words = _("the denial is overturned") if overturned else _("the denial stands")
    votes = _("%(pay)s to pay, %(deny)s to deny") % {
        "pay": formats.grouped(verdict.pay),
        "deny": formats.grouped(verdict.deny),
    }
    return [
        _fact(_("Verdict"), words, reverse("public_hearing", args=[row.reference])),
        _fact(_("Votes"), votes),
    ]


def _notice_card(found: Around, *, for_staff: bool) -> Card:
    facts: list[Fact] = []
    if for_staff and found.redaction is not None:
        facts.append(_fact(_("Redaction"), _redaction_words(found.redaction)))
    for row in found.entries:
        is_open = row.state == EntryState.OPEN
        url = reverse("notice_case", args=[row.reference]) if is_open else ""
        span = _("%(from)s to %(until)s") % {
            "from": formats.short_day(row.opens_at),
            "until": formats.instant(row.closes_at),
        }
        facts.append(_fact(_("Notice %(number)s") % {"number": row.number}, span, url))
        facts.append(_fact(_("Stands"), str(EntryState(row.state).label)))
        objections = _objections(row)
        if objections:
            link = reverse("console_objections") if for_staff else ""
            facts.append(_fact(_("Objections"), objections, link))
    if found.case is not None:
        url = reverse("board_case", args=[found.case.reference])
        facts.append(_fact(_("On the board"), found.case.reference, url))
    return {"title": _("Notice and board"), "facts": facts}


def _objections(row: NoticeEntry) -> str:
    counted: Any = row
    if not counted.objected:
        return ""
    words = ngettext("%(n)s objection", "%(n)s objections", counted.objected) % {
        "n": formats.grouped(counted.objected)
    }
    if not counted.objected_open:
        return words
    return f"{words} · " + _("%(n)s open") % {"n": formats.grouped(counted.objected_open)}


def _redaction_words(row: Redaction) -> str:
    if row.signed_by is not None and row.signed_at is not None:
        return _signed_on(formats.day(row.signed_at))
    if row.returned_note:
        return _("returned: %(note)s") % {"note": row.returned_note}
    return _prepared_by(row.prepared_by.full_name)


def _money_card(found: Around, may_open: bool) -> Card:
    facts: list[Fact] = []
    for case in found.shared:
        url = reverse("round", args=[case.round.reference]) if may_open else ""
        facts.append(_fact(_("Shared on"), formats.day(case.round.sharing_on), url))
    for row in found.payouts:
        url = reverse("payout", args=[row.reference]) if may_open else ""
        amount = f"{formats.amount_words(row.amount_cents)} · ****{row.account_last4}"
        facts.append(_fact(_("Payout"), amount, url))
        facts.append(_fact(_("Stands"), _payout_words(row)))
        if row.bank_reference:
            facts.append(_fact(_("Bank reference"), row.bank_reference))
    return {"title": _("Money"), "facts": facts}


def _payout_words(row: Payout) -> str:
    label = str(PayoutState(row.state).label)
    at = row.returned_at or row.settled_at or row.sent_at
    return f"{label} · {formats.day(at)}" if at else label


def _prepared_by(name: str) -> str:
    return _("prepared by %(name)s, waits for a second person") % {"name": name}


def _signed_on(day: str) -> str:
    return _("signed on %(day)s") % {"day": day}


def _after(instant: str) -> str:
    return _("after %(instant)s") % {"instant": instant}
