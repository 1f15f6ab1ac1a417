"""What is recommended, decided, disputed and proposed about a claim."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim
from members.models import Person


class Outcome(models.TextChoices):
    """What a recommendation asks for."""

    APPROVE = "approve", _("Approve")
    DENY = "deny", _("Deny")


class Recommendation(models.Model):
    """A first reviewer's proposal; append-only, the newest one counts.

    `amount_cents` is the aid; of a denial, what is due if a verdict overturns it.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="recommendations")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    amount_cents = models.PositiveBigIntegerField()
    answers: "models.JSONField[Any, Any]" = models.JSONField()
    clauses: "models.JSONField[Any, Any]" = models.JSONField()
    reasons = models.TextField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="recommendation_number_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="recommendation_outcome_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="approve") | Q(amount_cents__gt=0),
                name="recommendation_approve_has_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.number} of claim {self.claim_id}"


class Decision(models.Model):
    """A second reviewer's act on a recommendation, or a verdict's effect; append-only."""

    class Kind(models.TextChoices):
        """How the recommendation was met."""

        APPROVED = "approved", _("Approved")
        DENIED = "denied", _("Denied")
        SENT_BACK = "sent_back", _("Sent back")
        REFERRED = "referred", _("Referred to the jury")
        UPHELD = "upheld", _("Denial upheld")
        OVERTURNED = "overturned", _("Denial overturned")

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveIntegerField()
    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.PROTECT, related_name="decisions"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount_cents = models.PositiveBigIntegerField(default=0)
    note = models.TextField(blank=True)
    found_answers: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    found_facts: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    hearing_reference = models.CharField(max_length=16, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="decision_number_once"),
        ]

    def __str__(self) -> str:
        return f"decision {self.number} of claim {self.claim_id}"


class Dispute(models.Model):
    """The claimant's statement that a denial is wrong, and how it ended."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="disputes")
    number = models.PositiveIntegerField()
    grounds = models.TextField()
    facts_in_dispute: "models.JSONField[Any, Any]" = models.JSONField()
    new_evidence: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    filed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    hearing_reference = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="dispute_number_once"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(closed_at__isnull=True), name="dispute_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.number} of claim {self.claim_id}"


class Proposal(models.Model):
    """The first person's half of a two-person step; the second person's call performs it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="proposals")
    step = models.CharField(max_length=30)
    payload: "models.JSONField[Any, Any]" = models.JSONField()
    payload_digest = models.CharField(max_length=64)
    reason_code = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    at_event_count = models.PositiveIntegerField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "step"],
                condition=Q(closed_at__isnull=True),
                name="proposal_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="performed") | ~Q(closed_by=F("proposed_by")),
                name="proposal_performed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} proposed for claim {self.claim_id}"
