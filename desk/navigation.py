"""The console's navigation: a door for each role's work, with how much waits behind it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.actor import Actor
from desk.work import Work

_DESKS = frozenset({"reviewer", "ombudsman", "jury_officer", "auditor"})
_HEARINGS = frozenset({"jury_officer", "ombudsman", "auditor"})
_REGISTER = frozenset({"ombudsman", "auditor"})
_MONEY = frozenset({"finance", "ombudsman", "auditor"})
_ROLES = frozenset({"admin", "auditor"})
_MESSAGES = frozenset({"admin", "jury_officer"})


def console_navigation(actor: Actor, work: Work) -> list[dict[str, Any]]:
    """Return the doors the actor's roles open; a count only where something waits for them."""
    doors = (
        (None, "console", _("My work"), work.claim_total + work.act_total),
        (_HEARINGS, "console_hearings", _("Hearings"), work.of("hearing")),
        (_HEARINGS, "console_jurors", _("Jurors"), 0),
        (_DESKS, "console_notice", pgettext("nav", "Notice"), work.of("redaction")),
        (_DESKS, "console_objections", _("Objections"), work.of("objection")),
        (_DESKS, "console_corrections", _("Corrections"), work.of("correction")),
        (_REGISTER, "console_complaints", _("Complaints"), work.of("complaint")),
        (_MONEY, "rounds", _("Rounds"), work.of("round")),
        (_MONEY, "payouts", _("Payouts"), work.of("batch") + _to_pay(work)),
        (_MONEY, "bank", _("Bank"), work.of("bank_line", "unknown_payout")),
        (_ROLES, "roles", _("Roles"), 0),
        (_MESSAGES, "failed_mail", _("Messages not sent"), 0),
    )
    return [
        {"url": reverse(name), "label": label, "count": count, "is_exact": name == "console"}
        for roles, name, label, count in doors
        if roles is None or actor.has_any(roles)
    ]


def _to_pay(work: Work) -> int:
    return work.claims.get("funded", 0) + work.claims.get("payout_returned", 0)
