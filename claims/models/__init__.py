"""The claims app's tables."""

from claims.models.claim import Claim
from claims.models.decisions import Decision, Dispute, Outcome, Proposal, Recommendation
from claims.models.events import ClaimEdge, ClaimEvent
from claims.models.evidence import (
    Evidence,
    EvidenceAccess,
    EvidenceCheck,
    EvidenceKind,
    EvidenceVersion,
)
from claims.models.work import (
    Assignment,
    Conflict,
    EligibilitySnapshot,
    Finding,
    InformationRequest,
    Investigation,
)

__all__ = [
    "Assignment",
    "Claim",
    "ClaimEdge",
    "ClaimEvent",
    "Conflict",
    "Decision",
    "Dispute",
    "EligibilitySnapshot",
    "Evidence",
    "EvidenceAccess",
    "EvidenceCheck",
    "EvidenceKind",
    "EvidenceVersion",
    "Finding",
    "InformationRequest",
    "Investigation",
    "Outcome",
    "Proposal",
    "Recommendation",
]
