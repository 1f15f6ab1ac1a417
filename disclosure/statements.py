"""What the record says about a case: the whole statement each of its entries carries."""

from dataclasses import dataclass
from typing import Any

from claims.models import Claim, Decision
from claims.states import State
from core.zone import local_date
from disclosure.anonymity import ALGORITHM
from disclosure.models import Objection, PublicCase, Redaction
from disclosure.states import OPEN_OBJECTIONS, Result, stage_of
from jury.models import Verdict
from payouts.models import Payout
from payouts.states import PayoutState
from sharing.models import RoundCase
from sharing.states import RoundState

Body = dict[str, Any]
FORM_FIELDS = (
    "age_band",
    "amount_cents",
    "disease",
    "disease_group",
    "filed",
    "province",
    "region",
    "rules",
    "sex",
)

_RESULTS: dict[str, Result] = {
    Decision.Kind.APPROVED: Result.APPROVED,
    Decision.Kind.OVERTURNED: Result.OVERTURNED,
    Decision.Kind.DENIED: Result.DENIED,
    Decision.Kind.UPHELD: Result.UPHELD,
}


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a form tells enough that the clause and all that names the disease may stand."""

    is_disease_told: bool

    @classmethod
    def by(cls, case: PublicCase) -> "Told":
        """Return what the case's form allows."""
        return cls(bool(case.disease) and bool(case.rules))


def statement_of(case: PublicCase, claim: Claim) -> Body:
    """Return the statement about a case as its claim stands now.

    Whatever would name the disease (clause, criteria, texts, the hearing) is left out where
    the form does not tell it; days of the case's own way are never told, and neither is an
    amount other than the form's (promise 29).
    """
    told = Told.by(case)
    decision = _last_decision(claim)
    verdict = _last_verdict(claim)
    return {
        "case": case.reference,
        "class": {"algorithm": ALGORITHM, "size": case.class_size},
        "finding": _finding(claim, decision, verdict) if told.is_disease_told else {},
        "form": {name: getattr(case, name) for name in FORM_FIELDS},
        "hearing": _hearing(verdict, told),
        "money": _money(case, claim),
        "notices": claim.notice_entries.count(),
        "objections": _objections(claim, told),
        "period": case.period.notice_on.isoformat(),
        "plan": case.plan.code,
        "result": _result(claim, decision),
        "stage": str(stage_of(claim.state)),
    }


def _last_decision(claim: Claim) -> Decision | None:
    return (
        Decision.objects.filter(claim=claim, kind__in=list(_RESULTS))
        .select_related("recommendation")
        .order_by("-number")
        .first()
    )


def _last_verdict(claim: Claim) -> Verdict | None:
    return (
        Verdict.objects.filter(hearing__claim=claim)
        .select_related("hearing")
        .order_by("-id")
        .first()
    )


def _result(claim: Claim, decision: Decision | None) -> str:
    if claim.state == State.WITHDRAWN:
        return str(Result.WITHDRAWN)
    return str(_RESULTS[decision.kind]) if decision else str(Result.DENIED)


def _finding(claim: Claim, decision: Decision | None, verdict: Verdict | None) -> Body:
    redaction = (
        Redaction.objects.filter(claim=claim, signed_by__isnull=False)
        .order_by("-notice_number")
        .first()
    )
    recommendation = decision.recommendation if decision else None
    return {
        "answers": dict(recommendation.answers) if recommendation else {},
        "clauses": [str(clause) for clause in recommendation.clauses] if recommendation else [],
        "jury": {str(code): str(found) for code, found in verdict.found.items()} if verdict else {},
        "summary": redaction.board_summary if redaction else "",
    }


def _hearing(verdict: Verdict | None, told: Told) -> Body:
    if verdict is None:
        return {}
    if not told.is_disease_told:
        return {"outcome": verdict.outcome}
    return {
        "ballots": verdict.ballots,
        "deny": verdict.deny,
        "outcome": verdict.outcome,
        "pay": verdict.pay,
        "reference": verdict.hearing.reference,
        "seats": verdict.seats,
    }


def _objections(claim: Claim, told: Told) -> list[Body]:
    found: list[Body] = []
    rows = Objection.objects.filter(entry__claim=claim).order_by("id")
    for number, objection in enumerate(rows, start=1):
        is_open = objection.state in OPEN_OBJECTIONS
        answer = "" if is_open or not told.is_disease_told else objection.board_answer
        found.append(
            {
                "answer": answer,
                "grounds": objection.grounds,
                "number": number,
                "outcome": "open" if is_open else objection.state,
            }
        )
    return found


def _money(case: PublicCase, claim: Claim) -> Body:
    """Return the case's money: its round and its payout, once they are settled facts."""
    money: Body = {}
    shared = (
        RoundCase.objects.filter(claim=claim, is_dropped=False, round__state=RoundState.CLOSED)
        .select_related("round")
        .first()
    )
    if shared is not None:
        money["round"] = shared.round.reference
        money["sharing_on"] = shared.round.sharing_on.isoformat()
    payout = (
        Payout.objects.filter(claim=claim, state=PayoutState.SETTLED).order_by("-series").first()
    )
    if payout is not None and claim.state == State.PAID:
        money["bank_reference"] = payout.bank_reference
        if payout.settled_at is not None:
            money["paid_on"] = local_date(payout.settled_at, case.plan.zone).isoformat()
        if payout.amount_cents == case.amount_cents:
            money["paid_cents"] = payout.amount_cents
    return money
