"""Payouts, batches and the bank's lines as the shared components show them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import formats
from payouts.models import (
    BankCallback,
    BankExchange,
    Payout,
    PayoutBatch,
    StatementLine,
)
from payouts.states import (
    BankEventKind,
    BatchState,
    CallbackOutcome,
    Exchange,
    PayoutState,
    ReturnReason,
)

Table = dict[str, Any]


def _table(caption: str, columns: list[tuple[str, bool]], rows: list[list[Any]]) -> Table:
    return {
        "caption": caption,
        "columns": [{"label": label, "is_number": number} for label, number in columns],
        "rows": [
            {
                "cells": [
                    {"is_number": columns[place][1], **_cell(value)}
                    for place, value in enumerate(row)
                ]
            }
            for row in rows
        ],
    }


def _cell(value: Any) -> dict[str, Any]:
    if isinstance(value, tuple):
        return {"text": value[0], "url": value[1]}
    return {"text": value}


def claim_link(reference: str) -> tuple[str, str]:
    """Return a claim's reference with the console's page about it."""
    return reference, f"/console/claims/{reference}/"


def payout_link(payout: Payout) -> tuple[str, str]:
    """Return a payout's reference with its page."""
    return payout.reference, reverse("payout", args=[payout.reference])


def batches_table(batches: Iterable[PayoutBatch]) -> Table:
    """Return batches as a table."""
    columns = [
        (_("Batch"), False),
        (_("Prepared by"), False),
        (pgettext("payout", "Prepared"), False),
        (_("Payouts"), True),
        (_("Total"), True),
    ]
    rows = [
        [
            (batch.reference, reverse("payout_batch", args=[batch.reference])),
            batch.prepared_by.full_name,
            formats.instant(batch.prepared_at, batch.plan.zone),
            formats.grouped(batch.payout_count),
            formats.amount(batch.total_cents),
        ]
        for batch in batches
    ]
    return _table(_("Batches that wait for a second person"), columns, rows)


def payouts_table(payouts: Iterable[Payout], caption: str) -> Table:
    """Return payouts as a table."""
    columns = [
        (_("Payout"), False),
        (_("Claim"), False),
        (_("State"), False),
        (_("Account"), False),
        (_("Bank reference"), False),
        (_("Amount"), True),
    ]
    rows = [
        [
            payout_link(payout),
            claim_link(payout.claim.reference),
            PayoutState(payout.state).label,
            account_of(payout),
            payout.bank_reference or "–",
            formats.amount(payout.amount_cents),
        ]
        for payout in payouts
    ]
    return _table(caption, columns, rows)


def account_of(payout: Payout) -> str:
    """Return an account's holder and last four digits, never the whole number."""
    return f"{payout.account_holder} ···· {payout.account_last4}"


def batch_facts(batch: PayoutBatch) -> list[dict[str, str]]:
    """Return who prepared and approved a batch, and what it comes to."""
    zone = batch.plan.zone
    facts = [
        (_("Plan"), batch.plan.name),
        (_("State"), str(BatchState(batch.state).label)),
        (_("Prepared by"), batch.prepared_by.full_name),
        (pgettext("payout", "Prepared"), formats.instant(batch.prepared_at, zone)),
    ]
    if batch.approved_by is not None and batch.approved_at is not None:
        facts.append((_("Approved by"), batch.approved_by.full_name))
        facts.append((pgettext("payout", "Approved"), formats.instant(batch.approved_at, zone)))
    facts.append((_("Total"), formats.amount_words(batch.total_cents)))
    return [{"label": label, "value": value} for label, value in facts]


def payout_facts(payout: Payout) -> list[dict[str, str]]:
    """Return what is known about a payout."""
    zone = payout.claim.plan.zone
    facts = [
        (_("Claim"), payout.claim.reference, claim_link(payout.claim.reference)[1]),
        (_("State"), str(PayoutState(payout.state).label), ""),
        (_("Amount"), formats.amount_words(payout.amount_cents), ""),
        (_("Account"), account_of(payout), ""),
        (_("Key at the bank"), payout.end_to_end_id, ""),
        (_("Bank reference"), payout.bank_reference or "–", ""),
        (
            _("Batch"),
            payout.batch.reference,
            reverse("payout_batch", args=[payout.batch.reference]),
        ),
    ]
    for label, at in (
        (pgettext("payout", "Approved"), payout.approved_at),
        (pgettext("payout", "Sent"), payout.sent_at),
        (pgettext("payout", "Settled"), payout.settled_at),
        (pgettext("payout", "Returned"), payout.returned_at),
    ):
        if at is not None:
            facts.append((label, formats.instant(at, zone), ""))
    if payout.return_reason:
        facts.append((_("Why it came back"), reason_of(payout.return_reason), ""))
    return [{"label": label, "value": value, "url": url} for label, value, url in facts]


def reason_of(code: str) -> str:
    """Return a bank's reason in words, with its code."""
    known = ReturnReason(code).label if code in ReturnReason.values else ReturnReason.OTHER.label
    return f"{known} ({code})"


def exchanges_table(exchanges: Iterable[BankExchange], zone: str) -> Table:
    """Return the attempts to reach the bank as a table."""
    rows = [
        [
            formats.instant(row.occurred_at, zone),
            _("asked") if row.is_question else _("sent"),
            Exchange(row.outcome).label,
        ]
        for row in exchanges
    ]
    columns = [(_("When"), False), (_("What"), False), (_("What came of it"), False)]
    return _table(_("With the bank"), columns, rows)


def lines_table(lines: Iterable[StatementLine], now: datetime) -> Table:
    """Return statement lines that match nothing, with their age."""
    columns = [
        (_("Line"), False),
        (_("What"), False),
        (_("Key at the bank"), False),
        (_("Bank reference"), False),
        (_("Age"), False),
        (_("Amount"), True),
    ]
    rows = [
        [
            row.line_id,
            BankEventKind(row.kind).label,
            row.end_to_end_id or "–",
            row.bank_reference,
            age(row.imported_at, now),
            formats.amount(row.amount_cents),
        ]
        for row in lines
    ]
    return _table(_("Statement lines that match no payout"), columns, rows)


def callbacks_table(callbacks: Iterable[BankCallback], now: datetime) -> Table:
    """Return callbacks that changed nothing because they fit nothing, with their age."""
    columns = [
        (_("Event"), False),
        (_("What"), False),
        (_("Key at the bank"), False),
        (_("Why it changed nothing"), False),
        (_("Age"), False),
        (_("Amount"), True),
    ]
    rows = [
        [
            row.event_id,
            BankEventKind(row.kind).label,
            row.end_to_end_id,
            CallbackOutcome(row.outcome).label,
            age(row.received_at, now),
            formats.amount(row.amount_cents),
        ]
        for row in callbacks
    ]
    return _table(_("Messages of the bank that fit no payout"), columns, rows)


def age(since: datetime, now: datetime) -> str:
    """Return how old something is, in days, or in hours within the first two days."""
    seconds = max(int((now - since).total_seconds()), 0)
    if seconds < 48 * 3600:
        return formats.hours(seconds // 3600)
    return formats.days(seconds // 86_400)
