"""Tables, sums and the share chart of the board, as the shared pieces show them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import formats
from disclosure import wording
from disclosure.models import PublicCase
from disclosure.states import Result, Stage
from sharing.publishing import case_count

Body = Mapping[str, Any]


def case_table(cases: Sequence[PublicCase], bodies: Mapping[int, Body]) -> dict[str, Any]:
    """Return cases as rows; every cell is read from the case's latest statement."""
    names = wording.disease_names()
    rows = [_row(case, bodies[case.pk], names) for case in cases if case.pk in bodies]
    return {
        "caption": _("Cases"),
        "columns": [
            {"label": _("Case"), "is_number": False},
            {"label": _("Disease"), "is_number": False},
            {"label": pgettext("person", "Age"), "is_number": False},
            {"label": _("Place"), "is_number": False},
            {"label": _("Stage"), "is_number": False},
            {"label": _("Aid in yuan"), "is_number": True},
        ],
        "rows": rows,
    }


def _row(case: PublicCase, body: Body, names: Mapping[str, str]) -> dict[str, Any]:
    form = body["form"]
    tags = []
    if body["result"] == Result.OVERTURNED:
        tags.append({"text": _("overturned by a jury"), "tone": "not_met"})
    count = len(body["objections"])
    if count:
        tags.append({"text": _("objected to"), "tone": "not_shown"})
    disease = wording.disease_text(form, names)
    return {
        "cells": [
            {"text": case.reference, "url": reverse("board_case", args=[case.reference])},
            {"text": disease[:1].upper() + disease[1:], "tags": tags},
            {"text": wording.age_text(form["age_band"]) or "–"},
            {"text": wording.place_text(form) or "–"},
            {"text": str(Stage(body["stage"]).label)},
            {"text": formats.amount_short(form["amount_cents"]), "is_number": True},
        ]
    }


def round_sum(body: Body) -> dict[str, Any]:
    """Return a closed round as the sum that adds up, the way an accountant writes it."""
    count = case_count(body)
    to_share = body["aid_cents"] + body["fee_cents"] - body["surplus_in_cents"]
    memberships = sum(tier["memberships"] for tier in body["tiers"])
    rows: list[dict[str, Any]] = [
        {
            "label": ngettext("Aid for %(count)s case", "Aid for %(count)s cases", count)
            % {"count": formats.grouped(count)},
            "amount_cents": body["aid_cents"],
        },
        {"label": _("Management fee"), "amount_cents": body["fee_cents"]},
        {"label": _("Surplus of the last round"), "amount_cents": -body["surplus_in_cents"]},
        {
            "label": _("To be shared"),
            "amount_cents": to_share,
            "rule_above": True,
            "strong": True,
        },
        {
            "label": _("Shares due of %(count)s memberships")
            % {"count": formats.grouped(memberships)},
            "amount_cents": body["due_cents"],
        },
    ]
    if body["subsidy_cents"]:
        rows.append({"label": _("Operator’s subsidy"), "amount_cents": body["subsidy_cents"]})
    rows.append(
        {
            "label": _("Surplus, carried to the next round"),
            "amount_cents": body["surplus_out_cents"],
            "rule_above": True,
            "strong": True,
        }
    )
    left = body["due_cents"] + body["surplus_in_cents"] + body["subsidy_cents"]
    right = body["aid_cents"] + body["fee_cents"] + body["surplus_out_cents"]
    note = (
        _("It adds up: %(left)s yuan in, %(right)s yuan out.")
        if left == right
        else _("It does not add up: %(left)s yuan in, %(right)s yuan out.")
    )
    return {
        "rows": rows,
        "note": note % {"left": formats.amount(left), "right": formats.amount(right)},
    }
