"""Storing what the rules came to, each time it is computed."""

from datetime import datetime

from claims.eligibility import Assessment, Facts
from claims.models import Claim, EligibilitySnapshot
from claims.services.machine import next_number


def store_snapshot(
    claim: Claim, assessment: Assessment, facts: Facts, source: str, now: datetime
) -> EligibilitySnapshot:
    """Append an eligibility snapshot; `source` is `filing`, `reopening` or `verdict`."""
    assert claim.rulebook_version_id is not None
    return EligibilitySnapshot.objects.create(
        claim=claim,
        number=next_number(claim.eligibility),
        rulebook_version_id=claim.rulebook_version_id,
        source=source,
        is_eligible=assessment.eligible,
        band=assessment.band,
        amount_cents=assessment.amount_cents,
        facts=facts.as_json(),
        findings=[finding.as_json() for finding in assessment.findings],
        computed_at=now,
    )
