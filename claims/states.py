"""The claim's machine: its states, and the one graph of steps between them."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Text


class State(models.TextChoices):
    """Where a claim stands."""

    DRAFT = "draft", _("Draft")
    FILED = "filed", _("Filed")
    UNDER_INVESTIGATION = "under_investigation", _("Under investigation")
    UNDER_REVIEW = "under_review", _("Under review")
    UNDER_FINAL_REVIEW = "under_final_review", _("Under final review")
    INFORMATION_REQUESTED = "information_requested", _("Information requested")
    LAPSED = "lapsed", _("Lapsed")
    APPROVED = "approved", _("Approved")
    DENIED = "denied", _("Denied")
    DISPUTED = "disputed", _("Disputed")
    IN_HEARING = "in_hearing", _("In hearing")
    DENIED_FINALLY = "denied_finally", _("Denied finally")
    ON_NOTICE = "on_notice", _("On notice")
    CLEARED = "cleared", _("Cleared")
    FUNDED = "funded", _("Funded")
    CLOSED_UNFUNDED = "closed_unfunded", _("Closed unfunded")
    IN_PAYMENT = "in_payment", _("In payment")
    PAID = "paid", _("Paid")
    PAYOUT_RETURNED = "payout_returned", _("Payout returned")
    UNCLAIMED = "unclaimed", _("Unclaimed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# `paid` is final as far as anybody decides; only the bank's fact, money sent back, leaves it.
FINAL = frozenset(
    {State.LAPSED, State.DENIED_FINALLY, State.CLOSED_UNFUNDED, State.PAID, State.WITHDRAWN}
)
NOT_FINAL = tuple(state for state in State if state not in FINAL)

# From these on the amount is public: it changes only by a new decision and a new notice.
NOTICED = frozenset(
    {
        State.ON_NOTICE,
        State.CLEARED,
        State.FUNDED,
        State.IN_PAYMENT,
        State.PAID,
        State.PAYOUT_RETURNED,
        State.UNCLAIMED,
        State.CLOSED_UNFUNDED,
    }
)

# Claims whose way may still be asked about; the step returns there when it is answered.
ASKABLE = (
    State.FILED,
    State.UNDER_INVESTIGATION,
    State.UNDER_REVIEW,
    State.UNDER_FINAL_REVIEW,
)


class Duty(StrEnum):
    """What a person does by a step; the database keeps duties on one claim apart by it."""

    PARTY = "party"
    MANAGE = "manage"
    INVESTIGATE = "investigate"
    RECOMMEND = "recommend"
    DECIDE = "decide"
    REVIEW_DISPUTE = "review_dispute"
    HEARING = "hearing"
    FINANCE = "finance"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Edge:
    """One permitted change: the step that makes it, and who may take the step."""

    step: str
    source: str
    target: str
    roles: frozenset[str]
    duty: Duty
    second_person: bool = False
    owner_app: str = "claims"


def _edges(
    step: str,
    sources: tuple[str, ...],
    target: str,
    roles: str,
    duty: Duty,
    *,
    two: bool = False,
    app: str = "claims",
) -> tuple[Edge, ...]:
    who = frozenset(roles.split())
    return tuple(
        Edge(step, str(source), str(target or source), who, duty, two, app) for source in sources
    )


S = State
_WITHDRAWABLE = (*ASKABLE, S.INFORMATION_REQUESTED, S.APPROVED, S.ON_NOTICE)
# A draft belongs to its claimant alone and is erased, not handed over.
_TRANSFERABLE = tuple(state for state in NOT_FINAL if state != S.DRAFT)

EDGES: tuple[Edge, ...] = (
    *_edges("file", (S.DRAFT,), S.FILED, "claimant", Duty.PARTY),
    *_edges("open_investigation", (S.FILED,), S.UNDER_INVESTIGATION, "reviewer", Duty.MANAGE),
    *_edges("skip_investigation", (S.FILED,), S.UNDER_REVIEW, "reviewer", Duty.MANAGE),
    *_edges("request_information", ASKABLE, S.INFORMATION_REQUESTED, "reviewer", Duty.MANAGE),
    *(
        edge
        for state in ASKABLE
        for edge in _edges(
            "supply_information", (S.INFORMATION_REQUESTED,), state, "claimant", Duty.PARTY
        )
    ),
    *_edges("lapse", (S.INFORMATION_REQUESTED,), S.LAPSED, "clock", Duty.MACHINE),
    *_edges(
        "report_findings",
        (S.UNDER_INVESTIGATION,),
        S.UNDER_REVIEW,
        "investigator",
        Duty.INVESTIGATE,
    ),
    *_edges(
        "reinvestigate",
        (S.UNDER_REVIEW, S.UNDER_FINAL_REVIEW),
        S.UNDER_INVESTIGATION,
        "reviewer",
        Duty.MANAGE,
    ),
    *_edges("recommend", (S.UNDER_REVIEW,), S.UNDER_FINAL_REVIEW, "reviewer", Duty.RECOMMEND),
    *_edges("approve", (S.UNDER_FINAL_REVIEW,), S.APPROVED, "reviewer", Duty.DECIDE),
    *_edges("deny", (S.UNDER_FINAL_REVIEW,), S.DENIED, "reviewer", Duty.DECIDE),
    *_edges("send_back", (S.UNDER_FINAL_REVIEW,), S.UNDER_REVIEW, "reviewer", Duty.DECIDE),
    *_edges(
        "refer_to_jury",
        (S.UNDER_FINAL_REVIEW,),
        S.IN_HEARING,
        "reviewer",
        Duty.DECIDE,
        app="jury",
    ),
    *_edges("dispute", (S.DENIED,), S.DISPUTED, "claimant", Duty.PARTY),
    *_edges("let_stand", (S.DENIED,), S.DENIED_FINALLY, "clock", Duty.MACHINE),
    *_edges("review_dispute", (S.DISPUTED,), S.UNDER_REVIEW, "reviewer", Duty.REVIEW_DISPUTE),
    *_edges("open_hearing", (S.DISPUTED,), S.IN_HEARING, "jury_officer", Duty.HEARING, app="jury"),
    *_edges(
        "withdraw_dispute",
        (S.DISPUTED, S.IN_HEARING),
        S.DENIED_FINALLY,
        "claimant",
        Duty.PARTY,
    ),
    *_edges("uphold", (S.IN_HEARING,), S.DENIED_FINALLY, "clock", Duty.MACHINE, app="jury"),
    *_edges("overturn", (S.IN_HEARING,), S.APPROVED, "clock", Duty.MACHINE, app="jury"),
    *_edges("return_to_review", (S.IN_HEARING,), S.UNDER_REVIEW, "clock", Duty.MACHINE, app="jury"),
    *_edges("publish", (S.APPROVED,), S.ON_NOTICE, "clock", Duty.MACHINE, app="disclosure"),
    *_edges(
        "suspend",
        (S.ON_NOTICE,),
        S.UNDER_INVESTIGATION,
        "reviewer",
        Duty.MANAGE,
        app="disclosure",
    ),
    *_edges("clear", (S.ON_NOTICE,), S.CLEARED, "clock", Duty.MACHINE, app="disclosure"),
    *_edges(
        "halt",
        (S.CLEARED, S.FUNDED),
        S.UNDER_INVESTIGATION,
        "reviewer ombudsman",
        Duty.MANAGE,
        two=True,
    ),
    *_edges("fund", (S.CLEARED,), S.FUNDED, "clock finance", Duty.MACHINE, app="sharing"),
    *_edges(
        "close_unfunded",
        (S.CLEARED,),
        S.CLOSED_UNFUNDED,
        "reviewer ombudsman",
        Duty.MANAGE,
        two=True,
    ),
    *_edges(
        "instruct_payout",
        (S.FUNDED, S.PAYOUT_RETURNED),
        S.IN_PAYMENT,
        "finance",
        Duty.FINANCE,
        two=True,
        app="payouts",
    ),
    *_edges("settle", (S.IN_PAYMENT,), S.PAID, "bank clock", Duty.MACHINE, app="payouts"),
    *_edges(
        "return_payout",
        (S.IN_PAYMENT, S.PAID),
        S.PAYOUT_RETURNED,
        "bank clock",
        Duty.MACHINE,
        app="payouts",
    ),
    *_edges("leave_unclaimed", (S.PAYOUT_RETURNED,), S.UNCLAIMED, "clock", Duty.MACHINE),
    *_edges("resume", (S.UNCLAIMED,), S.PAYOUT_RETURNED, "claimant", Duty.PARTY),
    *_edges(
        "reopen",
        (S.DENIED_FINALLY, S.LAPSED, S.WITHDRAWN),
        S.UNDER_REVIEW,
        "reviewer ombudsman",
        Duty.MANAGE,
        two=True,
    ),
    *_edges("withdraw", _WITHDRAWABLE, S.WITHDRAWN, "claimant", Duty.PARTY),
    *_edges("change_claimant", _TRANSFERABLE, "", "reviewer ombudsman", Duty.MANAGE, two=True),
)
del S

STEPS_OF_GRAPH: tuple[str, ...] = tuple(dict.fromkeys(edge.step for edge in EDGES))
BY_STEP: dict[str, tuple[Edge, ...]] = {
    step: tuple(edge for edge in EDGES if edge.step == step) for step in STEPS_OF_GRAPH
}


def sources_of(step: str) -> list[str]:
    """Return the states a step starts from, each once, in the graph's order."""
    return list(dict.fromkeys(edge.source for edge in BY_STEP[step]))


def targets_of(step: str) -> list[str]:
    """Return the states a step may lead to, each once, in the graph's order."""
    return list(dict.fromkeys(edge.target for edge in BY_STEP[step]))


def target_of(step: str) -> str:
    """Return the one state a step leads to; ValueError for the steps that lead to several."""
    (target,) = targets_of(step)
    return target


# Who has to act next, by state: the owner whose silence is overdue work.
OWNER_ROLE: dict[str, str] = {
    State.DRAFT: "claimant",
    State.FILED: "reviewer",
    State.UNDER_INVESTIGATION: "investigator",
    State.UNDER_REVIEW: "reviewer",
    State.UNDER_FINAL_REVIEW: "reviewer",
    State.INFORMATION_REQUESTED: "claimant",
    State.APPROVED: "clock",
    State.DENIED: "claimant",
    State.DISPUTED: "jury_officer",
    State.IN_HEARING: "jury_officer",
    State.ON_NOTICE: "clock",
    State.CLEARED: "finance",
    State.FUNDED: "finance",
    State.IN_PAYMENT: "finance",
    State.PAYOUT_RETURNED: "finance",
    State.UNCLAIMED: "claimant",
}

# The rulebook's field that sets a stage's end: a number of days, or days of the month
# (`notice_days`, `sharing_days`), whose next occurrence is then the end.
STAGE_DAYS: dict[str, str] = {
    State.DRAFT: "draft_expiry_days",
    State.FILED: "assignment_days",
    State.UNDER_INVESTIGATION: "investigation_days",
    State.UNDER_REVIEW: "decide_days",
    State.UNDER_FINAL_REVIEW: "decide_days",
    State.INFORMATION_REQUESTED: "information_days",
    State.APPROVED: "notice_days",
    State.DENIED: "dispute_days",
    State.DISPUTED: "dispute_review_days",
    State.IN_HEARING: "hearing_days",
    State.ON_NOTICE: "notice_open_days",
    State.CLEARED: "sharing_days",
    State.FUNDED: "pay_days",
    State.IN_PAYMENT: "pay_days",
    State.PAYOUT_RETURNED: "unclaimed_days",
    State.UNCLAIMED: "unclaimed_days",
}

# What the clock does at the end of a stage. A role: the claim is marked overdue and it is told.
ESCALATION: dict[str, str] = {
    State.DRAFT: "expire",
    State.FILED: "ombudsman",
    State.UNDER_INVESTIGATION: "reassign",
    State.UNDER_REVIEW: "ombudsman",
    State.UNDER_FINAL_REVIEW: "ombudsman",
    State.INFORMATION_REQUESTED: "lapse",
    State.APPROVED: "ombudsman",
    State.DENIED: "let_stand",
    State.DISPUTED: "ombudsman",
    State.IN_HEARING: "ombudsman",
    State.ON_NOTICE: "ombudsman",
    State.CLEARED: "ombudsman",
    State.FUNDED: "ombudsman",
    State.IN_PAYMENT: "ombudsman",
    State.PAYOUT_RETURNED: "leave_unclaimed",
    State.UNCLAIMED: "remind",
}

_STEP_LABELS = {
    "file": _("File"),
    "open_investigation": _("Open an investigation"),
    "skip_investigation": _("Skip the investigation"),
    "request_information": _("Request information"),
    "supply_information": _("Supply information"),
    "lapse": _("Lapse"),
    "report_findings": _("Report findings"),
    "reinvestigate": _("Investigate again"),
    "recommend": _("Recommend"),
    "approve": _("Approve"),
    "deny": _("Deny"),
    "send_back": _("Send back"),
    "refer_to_jury": _("Refer to the jury"),
    "dispute": _("Dispute the denial"),
    "let_stand": _("Let the denial stand"),
    "review_dispute": _("Review the dispute"),
    "open_hearing": _("Open a hearing"),
    "withdraw_dispute": _("Withdraw the dispute"),
    "uphold": _("Uphold the denial"),
    "overturn": _("Overturn the denial"),
    "return_to_review": _("Return to review"),
    "publish": _("Publish on notice"),
    "suspend": _("Suspend the notice"),
    "clear": _("Clear"),
    "halt": _("Halt the payment"),
    "fund": _("Fund"),
    "close_unfunded": _("Close unfunded"),
    "instruct_payout": _("Instruct the payout"),
    "settle": _("Settle"),
    "return_payout": _("Return the payout"),
    "leave_unclaimed": _("Leave unclaimed"),
    "resume": _("Resume the payout"),
    "reopen": _("Reopen"),
    "withdraw": _("Withdraw"),
    "change_claimant": _("Change the claimant"),
}


def step_label(step: str) -> Text:
    """Return a step in words; a step nobody declared is shown as it is."""
    return _STEP_LABELS.get(step, step)
