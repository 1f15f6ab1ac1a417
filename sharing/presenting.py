"""Rounds and shares as the shared components show them: sums, tables, facts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import formats
from members.rulebook_types import Rulebook
from sharing.models import FailedDebit, Round, RoundCase, RoundShare
from sharing.queries import CaseRow, StatementRow, WhereItWent
from sharing.states import RoundState

MILLS_PER_YUAN = 100_000


def fine_amount(mills: int) -> str:
    """Return thousandths of a cent as yuan with five decimals."""
    return f"{mills // MILLS_PER_YUAN}.{mills % MILLS_PER_YUAN:05d}"


def heading(found: Round) -> str:
    """Return the finding of a round in a sentence."""
    day = formats.day(found.sharing_on, found.plan.zone)
    count = found.cases.filter(is_dropped=False).count()
    if found.state == RoundState.OPEN:
        return _("The round of %(day)s is open") % {"day": day}
    if count == 0:
        return _("Nothing was to be shared on %(day)s") % {"day": day}
    words = ngettext(
        "%(day)s: %(amount)s for %(count)s claim",
        "%(day)s: %(amount)s for %(count)s claims",
        count,
    )
    return words % {
        "day": day,
        "amount": formats.amount_words(found.aid_cents),
        "count": formats.grouped(count),
    }


def sum_of(found: Round) -> dict[str, Any]:
    """Return the sum that adds up: where the money comes from, and what it is for."""
    sources = found.due_cents + found.surplus_in_cents + found.subsidy_cents
    uses = found.aid_cents + found.fee_cents + found.surplus_out_cents
    return {
        "caption": _("The sum that adds up"),
        "rows": [
            _row(_("Shares due"), found.due_cents),
            _row(_("Surplus carried in"), found.surplus_in_cents),
            _row(_("Subsidy by the platform"), found.subsidy_cents),
            _row(_("Together"), sources, is_total=True),
            _row(_("Aid"), found.aid_cents),
            _row(_("Management fee"), found.fee_cents),
            _row(_("Surplus carried out"), found.surplus_out_cents),
            _row(_("Together"), uses, is_total=True),
        ],
        "note": _("Shares are rounded up to the cent; what that brings too much is the surplus."),
    }


def collection_of(found: Round) -> dict[str, Any]:
    """Return what of the shares due was collected."""
    return {
        "caption": _("Of the shares due"),
        "rows": [
            _row(_("Collected"), found.collected_cents),
            _row(_("Not collected"), found.uncollected_cents),
            _row(_("Shares due"), found.due_cents, is_total=True),
        ],
    }


def _row(label: str, cents: int, *, is_total: bool = False) -> dict[str, Any]:
    return {"label": label, "amount_cents": cents, "rule_above": is_total, "strong": is_total}


def facts_of(found: Round) -> list[dict[str, str]]:
    """Return the days and the units of a round."""
    zone = found.plan.zone
    facts = [
        (_("Plan"), found.plan.name),
        (_("State"), str(RoundState(found.state).label)),
        (_("Members counted at"), formats.instant(found.lock_at, zone)),
        (_("Sharing day"), formats.day(found.sharing_on, zone)),
    ]
    if found.state != RoundState.OPEN:
        facts.append((_("Memberships"), formats.grouped(found.memberships)))
    if found.collecting_ends_at is not None:
        facts.append((_("Debits are tried until"), formats.instant(found.collecting_ends_at, zone)))
    if found.closed_at is not None:
        facts.append((pgettext("round", "Closed"), formats.instant(found.closed_at, zone)))
    return [{"label": label, "value": value} for label, value in facts]


def rounds_table(rounds: Iterable[Round]) -> dict[str, Any]:
    """Return rounds as a table."""
    return {
        "caption": _("Sharing rounds"),
        "columns": [
            {"label": _("Sharing day")},
            {"label": _("Plan")},
            {"label": _("State")},
            {"label": _("Aid"), "is_number": True},
            {"label": _("Shares due"), "is_number": True},
        ],
        "rows": [
            {
                "cells": [
                    {
                        "text": formats.day(row.sharing_on, row.plan.zone),
                        "url": reverse("round", args=[row.reference]),
                    },
                    {"text": row.plan.name},
                    {"text": RoundState(row.state).label},
                    {"text": formats.amount(row.aid_cents), "is_number": True},
                    {"text": formats.amount(row.due_cents), "is_number": True},
                ]
            }
            for row in rounds
        ],
    }


def shares_table(shares: Iterable[RoundShare], rules: Rulebook) -> dict[str, Any]:
    """Return the shares of the cohorts as a table, the tiers by the names of the round's rules."""
    names = {tier.code: tier.name for tier in rules.tiers}
    return {
        "caption": _("What a membership owes"),
        "columns": [
            {"label": _("Tier")},
            {"label": _("Weight"), "is_number": True},
            {"label": _("Paid this year from"), "is_number": True},
            {"label": _("Memberships"), "is_number": True},
            {"label": _("Share each"), "is_number": True},
        ],
        "rows": [
            {
                "cells": [
                    {"text": names.get(row.tier, row.tier)},
                    {"text": f"{row.weight_milli / 1000:.3f}", "is_number": True},
                    {"text": formats.amount(row.paid_from_cents), "is_number": True},
                    {"text": formats.grouped(row.members), "is_number": True},
                    {"text": formats.amount(row.share_cents), "is_number": True},
                ]
            }
            for row in shares
        ],
    }


def cases_table(cases: Sequence[RoundCase]) -> dict[str, Any]:
    """Return the cases of a round as a table for finance."""
    return {
        "caption": _("Claims of the round"),
        "columns": [{"label": _("Claim")}, {"label": _("Aid"), "is_number": True}],
        "rows": [
            {
                "cells": [
                    {
                        "text": case.claim.reference,
                        "url": f"/console/claims/{case.claim.reference}/",
                        "tags": [{"text": _("halted, not funded"), "tone": "not_met"}]
                        if case.is_dropped
                        else [],
                    },
                    {"text": formats.amount(case.aid_cents), "is_number": True},
                ]
            }
            for case in cases
        ],
    }


def debits_table(debits: Iterable[FailedDebit]) -> dict[str, Any]:
    """Return failed debits as a table."""
    return {
        "caption": _("Failed debits"),
        "columns": [
            {"label": _("Membership")},
            {"label": _("Amount"), "is_number": True},
            {"label": _("State")},
        ],
        "rows": [
            {
                "cells": [
                    {"text": row.membership.reference},
                    {"text": formats.amount(row.amount_cents), "is_number": True},
                    {"text": _("Collected") if row.collected_at else _("Not collected")},
                ]
            }
            for row in debits
        ],
    }


def statement_table(rows: Sequence[StatementRow], membership: str) -> dict[str, Any]:
    """Return a membership's rounds as a table."""
    return {
        "caption": _("Your shares, round by round"),
        "columns": [
            {"label": _("Sharing day")},
            {"label": _("Aid of the round"), "is_number": True},
            {"label": _("Memberships"), "is_number": True},
            {"label": _("Your share"), "is_number": True},
        ],
        "rows": [
            {
                "cells": [
                    {
                        "text": formats.day(row.round.sharing_on, row.round.plan.zone),
                        "url": reverse("share", args=[membership, row.round.reference]),
                        "tags": [{"text": _("Not collected"), "tone": "not_met"}]
                        if row.is_uncollected
                        else [],
                    },
                    {"text": formats.amount_short(row.round.aid_cents), "is_number": True},
                    {"text": formats.grouped(row.round.memberships), "is_number": True},
                    {"text": formats.amount(row.share_cents), "is_number": True},
                ]
            }
            for row in rows
        ],
    }


def where_table(cases: Sequence[CaseRow], published: frozenset[str]) -> dict[str, Any]:
    """Return the cases one share helped as a table; those on the board lead there."""
    return {
        "caption": _("The claims you helped"),
        "columns": [
            {"label": _("Case")},
            {"label": _("Aid"), "is_number": True},
            {"label": _("From your share, in yuan"), "is_number": True},
        ],
        "rows": [
            {
                "cells": [
                    {
                        "text": row.public_reference,
                        "url": f"/board/cases/{row.public_reference}/"
                        if row.public_reference in published
                        else "",
                    },
                    {"text": formats.amount_short(row.aid_cents), "is_number": True},
                    {"text": fine_amount(row.mills), "is_number": True},
                ]
            }
            for row in cases
        ],
    }


def where_sum(went: WhereItWent) -> dict[str, Any]:
    """Return one share taken apart, adding up to the share."""
    cases = sum(row.mills for row in went.cases)
    total = went.share_cents * 1000
    return {
        "caption": _("Your share, in yuan"),
        "rows": [
            {"label": _("Aid"), "text": fine_amount(cases)},
            {"label": _("Management fee"), "text": fine_amount(went.fee_mills)},
            {"label": _("Surplus carried out"), "text": fine_amount(went.surplus_mills)},
            {
                "label": _("Your share"),
                "text": fine_amount(total),
                "rule_above": True,
                "strong": True,
            },
        ],
    }
