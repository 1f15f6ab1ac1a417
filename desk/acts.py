"""What waits for a role beside claims: redactions, objections, hearings, rounds, payouts, seconds.

Each kind of work is one list of rows with the act it waits for; counts and lists are read from
the same lists, each in one query whatever their number.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from claims.models import Proposal
from core.actor import Actor
from disclosure.complaint_queries import complaint_desk
from disclosure.complaint_rules import OWNERS
from disclosure.models import CorrectionDraft, Redaction
from disclosure.queries import objection_desk, redaction_desk
from disclosure.states import ComplaintState, ObjectionState
from jury.models import Hearing
from jury.states import ENDED, VOTING, HearingState
from payouts.models import Payout, PayoutBatch, StatementLine
from payouts.states import BatchState, PayoutState
from sharing.models import Round
from sharing.states import RoundState

LISTED_EACH = 12
NEVER = Value(None, output_field=DateTimeField())

# Acts that nobody is asked for now: shown so that one knows, not counted as work.
PASSIVE = frozenset({"second_waits", "draw_waits", "voting", "counting"})


@dataclass(frozen=True, slots=True)
class Act:
    """One piece of work: its kind, the act it waits for, the row's reference, since or until."""

    kind: str
    act: str
    reference: str
    about: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class _Kind:
    rows: QuerySet[Any]
    act: Any
    reference: str
    about: str
    at: Any


def kinds_for(actor: Actor) -> dict[str, _Kind]:
    """Return the kinds of work that the actor's roles have, each as its list."""
    return {
        name: make(actor)
        for name, (roles, make) in _KINDS.items()
        if actor.has_any(roles) and actor.person_id is not None
    }


def act_counts(actor: Actor) -> list[QuerySet[Any]]:
    """Return one list a kind of (kind, act, count, late, next due), to be read as one."""
    return [
        kind.rows.order_by()
        .values(of_kind=_text(name), of_act=kind.act)
        .annotate(n=Count("pk"), late=Value(0), next_due=NEVER)
        .values_list("of_kind", "of_act", "n", "late", "next_due")
        for name, kind in kinds_for(actor).items()
    ]


def acts_for(actor: Actor) -> list[Act]:
    """Return what waits, the first of each kind, in one query."""
    found = [
        kind.rows.annotate(
            _kind=_text(name), _act=kind.act, _reference=F(kind.reference), _at=kind.at
        )
        .annotate(_about=Cast(F(kind.about), CharField()))
        .order_by("_at", "pk")
        .values_list("_kind", "_act", "_reference", "_about", "_at")[:LISTED_EACH]
        for name, kind in kinds_for(actor).items()
    ]
    if not found:
        return []
    rows = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    return [Act(*row) for row in rows]


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def _act(*cases: When, default: str) -> Case:
    return Case(*cases, default=_text(default), output_field=CharField())


def _redactions(actor: Actor) -> _Kind:
    prepared = Redaction.objects.filter(
        claim=OuterRef("pk"), signed_by__isnull=True, returned_note=""
    )
    rows = redaction_desk().select_related(None).prefetch_related(None)
    if not actor.has("reviewer"):
        rows = rows.filter(Exists(prepared))
    act = _act(
        When(Exists(prepared.filter(prepared_by_id=actor.person_id)), then=_text("second_waits")),
        When(Exists(prepared), then=_text("sign_redaction")),
        default="prepare_redaction",
    )
    return _Kind(rows, act, "reference", "disease_code", F("state_entered_at"))


def _objections(actor: Actor) -> _Kind:
    mine = Q(drafted_by_id=actor.person_id)
    rows = objection_desk().select_related(None).exclude(member_id=actor.person_id)
    if not actor.has("reviewer"):
        rows = rows.exclude(proposed_outcome="")
    act = _act(
        When(Q(state=ObjectionState.RECEIVED), then=_text("open_inquiry")),
        When(Q(proposed_outcome=""), then=_text("draft_answer")),
        When(mine, then=_text("second_waits")),
        default="confirm_answer",
    )
    return _Kind(rows, act, "reference", "grounds", F("due_at"))


def _complaints(actor: Actor) -> _Kind:
    rows = complaint_desk(actor).select_related(None).defer(None).filter(owner_id=actor.person_id)
    act = _act(
        When(Q(state=ComplaintState.RECEIVED), then=_text("examine_complaint")),
        default="answer_complaint",
    )
    return _Kind(rows, act, "reference", "category", F("due_at"))


def _corrections(actor: Actor) -> _Kind:
    act = _act(
        When(Q(prepared_by_id=actor.person_id), then=_text("second_waits")),
        default="sign_correction",
    )
    rows = CorrectionDraft.objects.filter(signed_at=None)
    return _Kind(rows, act, "reference", "field", F("prepared_at"))


def _hearings(actor: Actor) -> _Kind:
    rows = Hearing.objects.exclude(state__in=sorted(ENDED))
    preparing = Q(state=HearingState.PREPARING)
    mine = Q(brief_prepared_by_id=actor.person_id)
    if not actor.has("jury_officer"):
        rows = rows.filter(preparing, brief_prepared_by__isnull=False, brief_signed_by=None)
    act = _act(
        When(preparing & Q(brief_prepared_by=None), then=_text("prepare_brief")),
        When(preparing & Q(brief_signed_by=None) & mine, then=_text("second_waits")),
        When(preparing & Q(brief_signed_by=None), then=_text("sign_brief")),
        When(preparing & Q(draw_after_at=None), then=_text("announce_draw")),
        When(preparing, then=_text("draw_waits")),
        When(Q(state__in=sorted(VOTING)), then=_text("voting")),
        When(Q(state=HearingState.CLOSED), then=_text("counting")),
        default="draw_waits",
    )
    at = Coalesce("closes_at", "draw_after_at", "state_entered_at")
    return _Kind(rows, act, "reference", "claim__reference", at)


def _rounds(actor: Actor) -> _Kind:
    rows = Round.objects.filter(state__in=[RoundState.PROPOSED, RoundState.COLLECTING])
    act = _act(
        When(Q(state=RoundState.PROPOSED), then=_text("start_collecting")), default="close_round"
    )
    at = Coalesce("collecting_ends_at", "proposed_at")
    return _Kind(rows, act, "reference", "sharing_on", at)


def _batches(actor: Actor) -> _Kind:
    rows = PayoutBatch.objects.filter(state=BatchState.PREPARED)
    mine = Q(prepared_by_id=actor.person_id)
    act = _act(When(mine, then=_text("second_waits")), default="approve_batch")
    return _Kind(rows, act, "reference", "total_cents", F("prepared_at"))


def _unmatched(actor: Actor) -> _Kind:
    rows = StatementLine.objects.filter(payout__isnull=True)
    return _Kind(rows, _text("match_line"), "line_id", "amount_cents", F("imported_at"))


def _unknown(actor: Actor) -> _Kind:
    rows = Payout.objects.filter(state=PayoutState.UNKNOWN)
    return _Kind(rows, _text("ask_bank"), "reference", "amount_cents", F("prepared_at"))


def _proposals(actor: Actor) -> _Kind:
    rows = Proposal.objects.filter(closed_at=None, at_event_count=F("claim__event_count"))
    mine = Q(proposed_by_id=actor.person_id)
    act = _act(When(mine, then=_text("second_waits")), default="confirm")
    return _Kind(rows, act, "claim__reference", "step", F("proposed_at"))


_Make = Callable[[Actor], _Kind]
_DESK = frozenset({"reviewer", "ombudsman"})
_KINDS: dict[str, tuple[frozenset[str], _Make]] = {
    "proposal": (_DESK, _proposals),
    "redaction": (_DESK, _redactions),
    "objection": (_DESK, _objections),
    "correction": (_DESK, _corrections),
    "complaint": (OWNERS, _complaints),
    "hearing": (frozenset({"jury_officer", "ombudsman"}), _hearings),
    "round": (frozenset({"finance"}), _rounds),
    "batch": (frozenset({"finance"}), _batches),
    "bank_line": (frozenset({"finance"}), _unmatched),
    "unknown_payout": (frozenset({"finance"}), _unknown),
}
