"""Opening, skipping, repeating and reporting an investigation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from claims import reasons
from claims.models import Claim, Finding
from claims.queries import clause_of, open_investigation_of
from claims.services.machine import begin, finish
from claims.services.sending import send, sending_blockers
from core.actor import Actor
from core.errors import Blocker
from core.zone import end_of_day
from members.criteria import ANSWERS


@transaction.atomic
def open_investigation(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    agency_code: str,
    questions: str,
    due_on: date,
    investigator_id: int | None = None,
) -> Claim:
    """Send an agency's investigator (step `open_investigation`).

    Without `investigator_id` the agency's investigator with the least open work is sent.
    """
    taken = begin(
        "open_investigation",
        reference,
        actor,
        now,
        lambda claim: sending_blockers(claim, agency_code, investigator_id, due_on, now),
    )
    claim = taken.claim
    claim.open_investigation()
    investigation = send(claim, actor, now, agency_code, investigator_id, questions, due_on)
    return finish(
        taken,
        due_at=end_of_day(due_on, claim.plan.zone),
        assign_to=investigation.investigator_id,
        facts={"agency": agency_code, "due_on": due_on.isoformat()},
        params={"due_on": due_on.isoformat()},
    )


@transaction.atomic
def reinvestigate(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    reason_code: str,
    agency_code: str,
    questions: str,
    due_on: date,
    note: str = "",
    investigator_id: int | None = None,
) -> Claim:
    """Have the claim investigated again (step `reinvestigate`)."""

    def check(claim: Claim) -> list[Blocker]:
        found = sending_blockers(claim, agency_code, investigator_id, due_on, now)
        return [*reason_blockers(reason_code, reasons.REINVESTIGATE), *found]

    taken = begin("reinvestigate", reference, actor, now, check)
    claim = taken.claim
    claim.reinvestigate()
    investigation = send(claim, actor, now, agency_code, investigator_id, questions, due_on)
    return finish(
        taken,
        reason_code=reason_code,
        note=note,
        due_at=end_of_day(due_on, claim.plan.zone),
        assign_to=investigation.investigator_id,
        facts={"agency": agency_code, "due_on": due_on.isoformat()},
        params={"due_on": due_on.isoformat()},
    )


@transaction.atomic
def skip_investigation(
    *, reference: str, actor: Actor, now: datetime, reason_code: str, note: str = ""
) -> Claim:
    """Go straight to review (step `skip_investigation`), plainly outside coverage only."""
    taken = begin(
        "skip_investigation",
        reference,
        actor,
        now,
        lambda _claim: reason_blockers(reason_code, reasons.SKIP_INVESTIGATION),
    )
    taken.claim.skip_investigation()
    return finish(taken, reason_code=reason_code, note=note)


@transaction.atomic
def report_findings(
    *,
    reference: str,
    actor: Actor,
    now: datetime,
    findings: Sequence[Mapping[str, str]],
    cost_cents: int,
    summary: str,
) -> Claim:
    """Hand in the findings (step `report_findings`): one for each criterion of the clause.

    Each of `findings` is {criterion, answer, note, evidence}; every criterion is answered.
    """
    taken = begin(
        "report_findings",
        reference,
        actor,
        now,
        lambda claim: _findings_blockers(claim, findings, cost_cents),
    )
    claim = taken.claim
    investigation = open_investigation_of(claim)
    assert investigation is not None
    claim.report_findings()
    finish(taken, facts={"investigation": investigation.number, "cost_cents": cost_cents})
    investigation.reported_at = now
    investigation.closed_at = now
    investigation.cost_cents = cost_cents
    investigation.summary = summary
    investigation.save(update_fields=["reported_at", "closed_at", "cost_cents", "summary"])
    Finding.objects.bulk_create(
        Finding(
            investigation=investigation,
            criterion=finding["criterion"],
            answer=finding["answer"],
            note=finding.get("note", ""),
            evidence=finding.get("evidence", ""),
        )
        for finding in findings
    )
    return claim


def reason_blockers(reason_code: str, known: Mapping[str, Any]) -> list[Blocker]:
    """Return a blocker unless the reason is one of those known for the step."""
    if reason_code in known:
        return []
    return [Blocker("reason_unknown", _("Choose one of the reasons of the list."))]


def _findings_blockers(
    claim: Claim, findings: Iterable[Mapping[str, str]], cost_cents: int
) -> list[Blocker]:
    wanted = {listed.criterion.code for listed in clause_of(claim).criteria}
    answered = [finding["criterion"] for finding in findings]
    found: list[Blocker] = []
    if set(answered) != wanted or len(answered) != len(wanted):
        found.append(
            Blocker("criteria_unanswered", _("Answer every condition of the clause, each once."))
        )
    if any(finding["answer"] not in ANSWERS for finding in findings):
        found.append(
            Blocker("answer_unknown", _("Answer met, not met, or the papers do not show it."))
        )
    if cost_cents < 0:
        found.append(Blocker("cost_negative", _("Enter what the investigation cost.")))
    return found
