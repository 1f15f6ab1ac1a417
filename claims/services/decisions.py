"""Recommending, and the second reviewer's answer to a recommendation."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims.models import Claim, Decision, Outcome, Recommendation
from claims.queries import assess_filed, bound_rules, clause_of, recommendation_of
from claims.services.machine import begin, finish, next_number
from core.actor import Actor
from core.errors import Blocker
from members.criteria import ANSWERS, MET, evaluate
from members.rulebook_types import Rulebook

# Rules of the plan that a denial may cite besides the numbered clauses.
RULE_CLAUSES = ("membership", "waiting_period", "filing_window", "disease", "age_band")
LONG_ENOUGH_TO_EXPLAIN = 20


@transaction.atomic
def recommend(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    outcome: str,
    amount_cents: int,
    answers: Mapping[str, str],
    clauses: Sequence[str],
    reasons: str,
) -> Claim:
    """Recommend to approve or deny (step `recommend`).

    `answers` holds every criterion of the clause; `amount_cents` is the aid, of a denial what is
    due if it is overturned; `clauses` are clause numbers or RULE_CLAUSES. Raises Blocked with
    everything that is missing or contradicts the rules.
    """
    taken = begin(
        "recommend",
        reference,
        actor,
        now,
        lambda claim: recommendation_blockers(
            claim, outcome, amount_cents, answers, clauses, reasons
        ),
    )
    claim = taken.claim
    claim.recommend()
    finish(
        taken,
        facts={
            "outcome": outcome,
            "amount_cents": amount_cents,
            "answers": dict(answers),
            "clauses": list(clauses),
        },
    )
    assert actor.person_id is not None
    Recommendation.objects.create(
        claim=claim,
        number=next_number(claim.recommendations),
        outcome=outcome,
        amount_cents=amount_cents,
        answers=dict(answers),
        clauses=list(clauses),
        reasons=reasons,
        made_by_id=actor.person_id,
        made_at=now,
    )
    return claim


def recommendation_blockers(
    claim: Claim,
    outcome: str,
    amount_cents: int,
    answers: Mapping[str, str],
    clauses: Sequence[str],
    reasons: str,
) -> list[Blocker]:
    """Return everything that speaks against a recommendation as it is entered."""
    if outcome not in Outcome.values:
        return [Blocker("outcome_unknown", _("Recommend to approve or to deny."))]
    rules = bound_rules(claim)
    found = _answer_blockers(claim, outcome, answers, reasons)
    found += _clause_blockers(claim, rules, outcome, clauses)
    if not reasons.strip():
        found.append(Blocker("reasons_missing", _("Give the reasons in full sentences.")))
    assessment = assess_filed(claim)
    if outcome == Outcome.APPROVE and not assessment.eligible:
        found.append(
            Blocker("outside_coverage", _("The claim is outside coverage. It can only be denied."))
        )
    most = assessment.amount_if_covered_cents
    if amount_cents > most or (outcome == Outcome.APPROVE and amount_cents <= 0):
        found.append(
            Blocker("amount_outside_band", _("Enter an amount above zero and within the band."))
        )
    return found


def _answer_blockers(
    claim: Claim, outcome: str, answers: Mapping[str, str], reasons: str
) -> list[Blocker]:
    if any(finding.code == "disease" for finding in assess_filed(claim).failed):
        return []  # there is no clause whose conditions could be answered
    clause = clause_of(claim)
    wanted = {listed.criterion.code for listed in clause.criteria}
    if set(answers) != wanted:
        return [Blocker("criteria_unanswered", _("Answer every condition of the clause."))]
    if any(answer not in ANSWERS for answer in answers.values()):
        return [Blocker("answer_unknown", _("Answer met, not met, or the papers do not show it."))]
    is_met = evaluate(clause.tree, answers) == MET
    if outcome == Outcome.APPROVE and not is_met:
        return [
            Blocker(
                "criteria_not_met",
                _("By these answers the clause is not met, so approval cannot be recommended."),
            )
        ]
    inside = assess_filed(claim).eligible
    is_explained = len(reasons.strip()) >= LONG_ENOUGH_TO_EXPLAIN
    if outcome == Outcome.DENY and is_met and inside and not is_explained:
        return [
            Blocker(
                "denial_unexplained",
                _("By these answers the clause is met. Explain why it is denied all the same."),
            )
        ]
    return []


def _clause_blockers(
    claim: Claim, rules: Rulebook, outcome: str, clauses: Sequence[str]
) -> list[Blocker]:
    known = {clause.number for clause in rules.clauses} | set(RULE_CLAUSES)
    if not clauses or set(clauses) - known:
        return [Blocker("clauses_missing", _("Cite at least one clause of the rulebook."))]
    failed = assess_filed(claim).failed
    if outcome == Outcome.DENY and failed:
        named = {finding.clause for finding in failed} | {finding.code for finding in failed}
        if not named & set(clauses):
            return [
                Blocker(
                    "clause_not_cited",
                    _("Cite the rule by which the claim is outside coverage."),
                )
            ]
    return []


@transaction.atomic
def approve_claim(
    *, reference: str, actor: Actor, now: datetime, amount_cents: int, note: str = ""
) -> Claim:
    """Confirm a recommendation to approve (step `approve`), to the cent.

    Fixes the aid and makes a new revision (promise 7).
    """
    taken = begin(
        "approve",
        reference,
        actor,
        now,
        lambda claim: _exact_blockers(claim, amount_cents),
    )
    claim = taken.claim
    claim.approve()
    claim.aid_cents = amount_cents
    claim.revision += 1
    finish(
        taken,
        note=note,
        saved=("aid_cents", "revision"),
        facts={"amount_cents": amount_cents, "revision": claim.revision},
        params={"aid_cents": amount_cents},
    )
    record_decision(claim, Decision.Kind.APPROVED, actor, now, amount_cents, note)
    return claim


def _exact_blockers(claim: Claim, amount_cents: int) -> list[Blocker]:
    recommendation = recommendation_of(claim)
    if recommendation is None or recommendation.amount_cents == amount_cents:
        return []
    return [
        Blocker(
            "not_as_recommended",
            _("Confirm the recommendation exactly, or send it back with what you disagree with."),
        )
    ]


@transaction.atomic
def deny_claim(*, reference: str, actor: Actor, now: datetime, note: str = "") -> Claim:
    """Confirm a recommendation to deny (step `deny`); the claimant may dispute it."""
    taken = begin("deny", reference, actor, now)
    claim = taken.claim
    claim.deny()
    claim.aid_cents = None
    finish(taken, note=note, saved=("aid_cents",), params=_dispute_until(claim))
    record_decision(claim, Decision.Kind.DENIED, actor, now, 0, note)
    return claim


def _dispute_until(claim: Claim) -> dict[str, str | int]:
    return {"dispute_days": bound_rules(claim).dispute_days}


@transaction.atomic
def send_back(*, reference: str, actor: Actor, now: datetime, note: str) -> Claim:
    """Return a recommendation with what is missing or disagreed (step `send_back`)."""
    taken = begin("send_back", reference, actor, now, lambda _claim: _note_blockers(note))
    claim = taken.claim
    recommendation_id, recommended_by = _standing_recommendation(claim)
    claim.send_back()
    finish(taken, note=note, assign_to=recommended_by)
    record_decision(
        claim, Decision.Kind.SENT_BACK, actor, now, 0, note, recommendation_id=recommendation_id
    )
    return claim


def _standing_recommendation(claim: Claim) -> tuple[int, int]:
    """Return the newest recommendation's id and who made it."""
    newest = claim.recommendations.order_by("-number").values_list("pk", "made_by_id")
    return newest[:1].get()


@transaction.atomic
def refer_to_jury(*, reference: str, actor: Actor, now: datetime, note: str) -> Claim:
    """Let a jury judge a recommended denial (step `refer_to_jury`); called by the jury app."""
    taken = begin("refer_to_jury", reference, actor, now, lambda _claim: _note_blockers(note))
    claim = taken.claim
    claim.refer_to_jury()
    finish(taken, note=note)
    record_decision(claim, Decision.Kind.REFERRED, actor, now, 0, note)
    return claim


def _note_blockers(note: str) -> list[Blocker]:
    if note.strip():
        return []
    return [Blocker("note_missing", _("Say what is missing or what you disagree with."))]


def record_decision(
    claim: Claim,
    kind: str,
    actor: Actor,
    now: datetime,
    amount_cents: int,
    note: str,
    *,
    found_answers: Mapping[str, str] | None = None,
    found_facts: Mapping[str, str] | None = None,
    hearing_reference: str = "",
    recommendation_id: int | None = None,
) -> Decision:
    """Append what became of the newest recommendation, numbered like its event in the log."""
    return Decision.objects.create(
        claim=claim,
        number=claim.event_count,
        recommendation_id=recommendation_id or _standing_recommendation(claim)[0],
        kind=kind,
        amount_cents=amount_cents,
        note=note,
        found_answers=dict(found_answers or {}),
        found_facts=dict(found_facts or {}),
        hearing_reference=hearing_reference,
        decided_by_id=actor.person_id,
        decided_at=now,
    )
