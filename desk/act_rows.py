"""The work beside claims as a table: what is to be done, about what, since or until when."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from claims.states import step_label
from core import formats
from desk.acts import PASSIVE, Act
from disclosure.states import ComplaintCategory, Grounds


def acts_table(acts: Sequence[Act]) -> dict[str, Any]:
    """Return the rows as the table component shows them: what waits for the reader first."""
    ordered = sorted(acts, key=lambda act: act.act in PASSIVE)
    return {
        "caption": _("Other work that waits"),
        "is_keyed": True,
        "columns": [
            {"label": _("To do")},
            {"label": _("About")},
            {"label": _("Since or until")},
        ],
        "rows": [{"cells": _cells(act)} for act in ordered],
    }


def _cells(act: Act) -> list[dict[str, Any]]:
    waits = {"text": _("waits for somebody else"), "tone": "soft"}
    return [
        {"text": _words(act), "url": _url(act), "tags": [waits] if act.act in PASSIVE else []},
        {"text": " · ".join(part for part in (_about(act), _stands(act)) if part)},
        {"text": formats.instant(act.at) if act.at else "—"},
    ]


def _words(act: Act) -> str:
    words: dict[str, Callable[[], str]] = {
        "prepare_redaction": lambda: _("Prepare the redaction"),
        "sign_redaction": lambda: _("Sign the redaction"),
        "open_inquiry": lambda: _("Open an inquiry"),
        "draft_answer": lambda: _("Draft the answer"),
        "confirm_answer": lambda: _("Confirm the answer"),
        "sign_correction": lambda: _("Sign the correction"),
        "examine_complaint": lambda: _("Look into the complaint"),
        "answer_complaint": lambda: _("Answer the complaint"),
        "prepare_brief": lambda: _("Prepare the brief"),
        "sign_brief": lambda: _("Sign the brief"),
        "announce_draw": lambda: _("Announce the draw"),
        "start_collecting": lambda: _("Start collecting"),
        "close_round": lambda: _("Close the round"),
        "approve_batch": lambda: _("Approve the batch"),
        "match_line": lambda: _("Match a line of the bank"),
        "ask_bank": lambda: _("A payout of unknown outcome"),
        "confirm": lambda: _("Confirm: %(step)s") % {"step": step_label(act.about)},
    }
    found = words.get(act.act)
    return found() if found else _kind_words(act.kind)


def _kind_words(kind: str) -> str:
    return {
        "redaction": _("Redaction"),
        "objection": _("Answer to an objection"),
        "correction": _("Correction"),
        "hearing": _("Hearing"),
        "batch": _("Batch of payouts"),
        "proposal": _("Proposal"),
    }[kind]


def _about(act: Act) -> str:
    if act.kind == "objection":
        return f"{act.reference} · {Grounds(act.about).label}"
    if act.kind == "complaint":
        return f"{act.reference} · {ComplaintCategory(act.about).label}"
    if act.kind == "hearing":
        return f"{act.reference} · {act.about}"
    if act.kind == "round":
        return f"{act.reference} · {formats.day(date.fromisoformat(act.about))}"
    if act.kind in ("batch", "bank_line", "unknown_payout"):
        return f"{act.reference} · {formats.amount_words(int(act.about))}"
    return act.reference


def _stands(act: Act) -> str:
    words = {
        "second_waits": _("you prepared it; a second person is awaited"),
        "draw_waits": _("the draw is awaited"),
        "voting": _("jurors are voting"),
        "counting": _("being counted"),
        "sign_redaction": _("prepared by another person"),
        "sign_brief": _("prepared by another person"),
        "approve_batch": _("prepared by another person"),
        "confirm_answer": _("drafted by another person"),
        "sign_correction": _("prepared by another person"),
        "confirm": _("proposed by another person"),
    }
    return words.get(act.act, "")


def _url(act: Act) -> str:
    if act.act in ("prepare_redaction", "sign_redaction"):
        return reverse(f"console_{act.act}", args=[act.reference])
    names = {
        "redaction": "console_claim",
        "proposal": "console_claim",
        "objection": "console_objection",
        "complaint": "console_complaint",
        "hearing": "console_hearing",
        "round": "round",
        "batch": "payout_batch",
        "unknown_payout": "payout",
    }
    if act.kind in names:
        return reverse(names[act.kind], args=[act.reference])
    return reverse("console_corrections" if act.kind == "correction" else "bank")
