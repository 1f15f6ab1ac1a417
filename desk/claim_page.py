"""Everything about a claim on one page, as data: for the console, and for the claimant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from claims import queries
from claims.evidence.access import duty_on, may_add
from claims.evidence_pages import evidence_rows
from claims.findings import finding_text
from claims.guidance import guidance_for
from claims.models import Claim, Decision, Investigation, Recommendation
from claims.reasons import label_of
from claims.states import State, step_label
from claims.stations import stations_of
from core import formats
from core.actor import Actor
from desk.queue import disease_name
from desk.steps import offers_on
from members.criteria_table import Column, criteria_table


@dataclass(frozen=True, slots=True)
class Found:
    """What reviewers, investigator and jury found, each newest; None where nothing stands."""

    recommendation: Recommendation | None
    decision: Decision | None
    investigation: Investigation | None


def found_on(claim: Claim) -> Found:
    """Read the newest recommendation, decision and reported investigation of a claim."""
    reported = (row for row in queries.investigations_of(claim) if row.reported_at is not None)
    return Found(queries.recommendation_of(claim), queries.decision_of(claim), next(reported, None))


def console_page(claim: Claim, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the console's claim page."""
    found = found_on(claim)
    reads = duty_on(claim, actor) is not None
    return {
        **_shared(claim, actor, now, found),
        "audience_guidance": guidance_for(claim, audience_of(actor), now),
        "claimant_guidance": guidance_for(claim, "claimant", now),
        "recommendation": found.recommendation,
        "evidence": evidence_rows(claim) if reads else [],
        "reads_evidence": reads,
        "adds_evidence": may_add(claim, actor),
        "investigations": list(queries.investigations_of(claim)),
        "history": history_of(claim, names=True),
        "proposals": queries.open_proposals_of(claim),
        "log_faults": queries.verify_chain(claim),
    }


def claimant_page(claim: Claim, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the claimant's page: where it stands, what next, what was decided and why."""
    found = found_on(claim)
    return {
        **_shared(claim, actor, now, found),
        "guidance": guidance_for(claim, "claimant", now),
        "evidence": evidence_rows(claim),
        "adds_evidence": may_add(claim, actor),
        "request": queries.open_request_of(claim),
        "dispute": queries.dispute_of(claim),
        "history": history_of(claim, names=False),
    }


def audience_of(actor: Actor) -> str:
    """Return for whom of the guidance's audiences the console speaks."""
    for role in ("reviewer", "investigator", "jury_officer", "finance"):
        if actor.has(role):
            return role
    return "observer"


def _shared(claim: Claim, actor: Actor, now: datetime, found: Found) -> dict[str, Any]:
    return {
        "claim": claim,
        "disease": disease_name(claim),
        "state_label": State(claim.state).label,
        "way": stations_of(claim, now),
        "offers": offers_on(claim, actor, now),
        "criteria": criteria_of(claim, found),
        "decision": found.decision,
        "decision_text": decision_text(found),
        "eligibility": eligibility_facts(claim),
        "facts": claim_facts(claim),
    }


def criteria_of(claim: Claim, found: Found) -> dict[str, Any] | None:
    """Return the criteria table with a column for everybody who has answered."""
    if claim.rulebook_version is None:
        return None
    columns: list[Column] = []
    basis: dict[str, str] = {}
    if found.investigation is not None:
        rows = list(found.investigation.findings.all())
        columns.append(Column(_("Investigator"), {row.criterion: row.answer for row in rows}))
        basis = {row.criterion: row.note or row.evidence for row in rows}
    if found.recommendation is not None:
        columns.append(Column(_("Reviewers"), found.recommendation.answers))
    if found.decision is not None and found.decision.found_answers:
        columns.append(Column(_("Jury"), found.decision.found_answers))
    if not columns:
        columns.append(Column(_("Nobody yet"), {}))
    return criteria_table(queries.clause_of(claim), columns, basis)


def decision_text(found: Found) -> str:
    """Return in one sentence what stands recommended or decided."""
    decision, recommendation = found.decision, found.recommendation
    amount = formats.amount_words(recommendation.amount_cents) if recommendation else ""
    if recommendation is None:
        return ""
    if decision is not None and decision.recommendation_id == recommendation.pk:
        return f"{decision.get_kind_display()} · {amount}"
    if recommendation.outcome == "approve":
        return _("Recommended: approve %(amount)s") % {"amount": amount}
    return _("Recommended: deny; %(amount)s if it is overturned") % {"amount": amount}


def eligibility_facts(claim: Claim) -> dict[str, Any] | None:
    """Return the stored eligibility: its result and each rule with its words and clause."""
    snapshot = queries.eligibility_of(claim)
    if snapshot is None:
        return None
    return {
        "is_eligible": snapshot.is_eligible,
        "amount_cents": snapshot.amount_cents,
        "computed_at": snapshot.computed_at,
        "findings": [
            {
                "text": finding_text(finding["code"], finding["is_met"], finding["params"]),
                "is_met": finding["is_met"],
                "clause": finding["clause"],
            }
            for finding in snapshot.findings
        ],
    }


def claim_facts(claim: Claim) -> list[Mapping[str, Any]]:
    """Return the facts of a claim as names and values."""
    version = claim.rulebook_version
    facts = [
        {"label": _("Covered member"), "value": claim.covered.full_name},
        {"label": _("Claimant"), "value": claim.claimant.full_name},
        {"label": _("Membership"), "value": claim.membership.reference},
        {"label": _("Illness"), "value": disease_name(claim)},
        {"label": _("Hospital"), "value": claim.hospital_name},
        {"label": _("Account"), "value": f"{claim.account_holder} ****{claim.bank_account_last4}"},
    ]
    if claim.first_diagnosed_on:
        facts.insert(
            4, {"label": _("First diagnosed"), "value": formats.day(claim.first_diagnosed_on)}
        )
    if version is not None:
        url = reverse("board_rulebook", args=[claim.plan.code, version.number])
        facts.append(
            {"label": _("Rulebook"), "value": f"{claim.plan.name} {version.number}", "url": url}
        )
    return facts


def history_of(claim: Claim, *, names: bool) -> list[dict[str, Any]]:
    """Return the log, newest first; people by name for staff, by role for the claimant."""
    rows = []
    for event in queries.events_of(claim):
        person = event.actor_person
        who = person.full_name if names and person else ""
        if names and event.second_person:
            who = f"{who}, {event.second_person.full_name}"
        reason = str(label_of(event.reason_code)) if event.reason_code else ""
        note = event.note if names else ""
        rows.append(
            {
                "label": step_label(event.event),
                "who": who,
                "when": event.occurred_at,
                "note": " · ".join(part for part in (reason, note) if part),
            }
        )
    return rows[::-1]
