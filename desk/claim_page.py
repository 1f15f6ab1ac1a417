"""Everything about a claim on one page, as data: for the console, and for the claimant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from claims import queries
from claims.evidence.access import duty_on, may_add
from claims.evidence_pages import evidence_rows
from claims.findings import RULE_NAMES, finding_text
from claims.guidance import guidance_for
from claims.models import Claim, ClaimEvent, Decision, Investigation, Recommendation
from claims.permissions import role_to_assign
from claims.reasons import label_of
from claims.states import FINAL, State, step_label
from claims.stations import stations_of
from claims.steps import ACTS, api_url, page_url
from core import formats
from core.actor import Actor
from core.steps import StepOffer
from desk.claim_around import around, claimant_cards, console_cards
from desk.queue import disease_name
from desk.steps import offers_on
from desk.two_people import second_person_rows
from members.criteria_table import Column, criteria_table
from members.rulebook_parts import Clause

# Steps few claims ever need: two people take them, and they stand apart from the day's work.
RARE = frozenset({"halt", "close_unfunded", "reopen", "change_claimant"})
DECLARERS = frozenset({"reviewer", "investigator", "jury_officer", "finance", "ombudsman"})


@dataclass(frozen=True, slots=True)
class Found:
    """What reviewers, investigators and jury found; None where nothing stands."""

    recommendation: Recommendation | None
    decision: Decision | None
    investigations: list[Investigation]

    @property
    def reported(self) -> Investigation | None:
        """The newest investigation that was reported."""
        return next((row for row in self.investigations if row.reported_at is not None), None)


def found_on(claim: Claim) -> Found:
    """Read the newest recommendation and decision of a claim, and its investigations."""
    return Found(
        queries.recommendation_of(claim),
        queries.decision_of(claim),
        list(queries.investigations_of(claim)),
    )


def decided_only(found: Found) -> Found:
    """Return what a claimant reads: nothing of a recommendation that nobody has confirmed."""
    decision, recommendation = found.decision, found.recommendation
    if (
        decision is None
        or recommendation is None
        or decision.recommendation_id != recommendation.pk
        or decision.kind == Decision.Kind.SENT_BACK
    ):
        return Found(None, None, [])
    return found


def console_page(claim: Claim, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the console's claim page."""
    found, beside = found_on(claim), around(claim)
    duty = duty_on(claim, actor)
    proposals = queries.open_proposals_of(claim)
    offers = offers_on(claim, actor, now)
    events = list(queries.events_of(claim))
    return {
        **_shared(claim, now, found),
        "offers": [offer for offer in offers if offer.step.name not in RARE],
        "rare": [offer for offer in offers if offer.step.name in RARE] + act_offers(claim, actor),
        "guidance": guidance_for(claim, audience_of(actor), now),
        "claimant_guidance": guidance_for(claim, "claimant", now),
        "recommendation": found.recommendation,
        "evidence": evidence_rows(claim) if duty else [],
        "reads_evidence": duty is not None,
        "gives_reason": duty == "auditor",
        "adds_evidence": may_add(claim, actor),
        "investigations": found.investigations,
        "history": history_of(events, names=True),
        "second_person": second_person_rows(claim, actor, beside, found.recommendation, proposals),
        "cards": console_cards(claim, beside, actor),
        "log_faults": queries.verify_chain(claim),
    }


def claimant_page(claim: Claim, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the claimant's page: where it stands, what next, what was decided and why."""
    found = decided_only(found_on(claim))
    events = list(queries.events_of(claim))
    is_claimant = actor.person_id == claim.claimant_id
    return {
        **_shared(claim, now, found),
        "offers": offers_on(claim, actor, now) if is_claimant else [],
        "guidance": guidance_for(claim, "claimant" if is_claimant else "observer", now),
        "evidence": evidence_rows(claim) if is_claimant else [],
        "is_claimant": is_claimant,
        "adds_evidence": may_add(claim, actor),
        "asked": queries.open_request_of(claim),
        "dispute": queries.dispute_of(claim),
        "cards": claimant_cards(claim, around(claim)),
        "history": history_of(events, names=False),
    }


def act_offers(claim: Claim, actor: Actor) -> list[StepOffer]:
    """Return the acts beside the steps: giving the claim to somebody, declaring a conflict."""
    found = []
    if claim.state not in FINAL and role_to_assign(claim, actor):
        found.append("assign")
    if actor.has_any(DECLARERS) and actor.person_id not in claim.barred_person_ids():
        found.append("declare_conflict")
    return [
        StepOffer(ACTS[name], (), page_url(claim, name), api_url(claim, name)) for name in found
    ]


def audience_of(actor: Actor) -> str:
    """Return for whom of the guidance's audiences the console speaks."""
    for role in ("reviewer", "investigator", "jury_officer", "finance"):
        if actor.has(role):
            return role
    return "observer"


def _shared(claim: Claim, now: datetime, found: Found) -> dict[str, Any]:
    return {
        "claim": claim,
        "disease": disease_name(claim),
        "state_label": State(claim.state).label,
        "way": stations_of(claim, now),
        "criteria": criteria_of(claim, found),
        "decision": found.decision,
        "decision_text": decision_text(found),
        "reasons": found.recommendation.reasons if found.recommendation else "",
        "eligibility": eligibility_facts(claim),
        "facts": claim_facts(claim),
    }


def criteria_of(claim: Claim, found: Found) -> dict[str, Any] | None:
    """Return the criteria table with a column for everybody who has answered."""
    clause = _clause(claim)
    if clause is None:
        return None
    columns: list[Column] = []
    basis: dict[str, str] = {}
    if found.reported is not None:
        rows = list(found.reported.findings.all())
        columns.append(Column(_("Investigator"), {row.criterion: row.answer for row in rows}))
        basis = {row.criterion: row.note or row.evidence for row in rows}
    if found.recommendation is not None:
        columns.append(Column(_("Reviewers"), found.recommendation.answers))
    if found.decision is not None and found.decision.found_answers:
        columns.append(Column(_("Jury"), found.decision.found_answers))
    if not columns:
        columns.append(Column(_("Nobody yet"), {}))
    return criteria_table(clause, columns, basis)


def _clause(claim: Claim) -> Clause | None:
    """Return the clause of the illness, None for a draft or an illness the rules do not know."""
    if claim.rulebook_version is None:
        return None
    try:
        return queries.clause_of(claim)
    except KeyError:
        return None


def decision_text(found: Found) -> str:
    """Return in one sentence what stands recommended or decided."""
    decision, recommendation = found.decision, found.recommendation
    amount = formats.amount_words(recommendation.amount_cents) if recommendation else ""
    if recommendation is None:
        return ""
    if decision is not None and decision.recommendation_id == recommendation.pk:
        return _decided(decision, amount)
    if recommendation.outcome == "approve":
        return _("Recommended: approve %(amount)s") % {"amount": amount}
    return _("Recommended: deny; %(amount)s if it is overturned") % {"amount": amount}


def _decided(decision: Decision, amount: str) -> str:
    """Return a decision in words; of a denial the amount is what is due if it is overturned."""
    kind, kinds = decision.get_kind_display(), Decision.Kind
    if decision.kind in (kinds.APPROVED, kinds.OVERTURNED):
        return f"{kind} · {amount}"
    if decision.kind in (kinds.DENIED, kinds.REFERRED):
        shown = {"decision": kind, "amount": amount}
        return _("%(decision)s; %(amount)s if it is overturned") % shown
    return kind


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
                "name": str(RULE_NAMES.get(finding["code"], finding["code"])),
                "text": finding_text(finding["code"], finding["is_met"], finding["params"]),
                "answer": "met" if finding["is_met"] else "not_met",
            }
            for finding in snapshot.findings
        ],
    }


def claim_facts(claim: Claim) -> list[Mapping[str, Any]]:
    """Return the facts of a claim as names and values."""
    version = claim.rulebook_version
    facts: list[Mapping[str, Any]] = [
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


def history_of(events: Sequence[ClaimEvent], *, names: bool) -> list[dict[str, Any]]:
    """Return the log, newest first; people by name for staff, by role for the claimant."""
    return [_history_row(event, names=names) for event in reversed(events)]


def _history_row(event: ClaimEvent, *, names: bool) -> dict[str, Any]:
    people = [row.full_name for row in (event.actor_person, event.second_person) if row]
    reason = str(label_of(event.reason_code)) if event.reason_code else ""
    note = event.note if names else ""
    return {
        "label": step_label(event.event),
        "who": pgettext("list", ", ").join(people) if names else "",
        "when": event.occurred_at,
        "note": " · ".join(part for part in (reason, note) if part),
    }
