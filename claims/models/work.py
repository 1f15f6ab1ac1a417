"""What happens on the way to a decision: eligibility, investigations, questions, assignments."""

from typing import Any

from django.db import models
from django.db.models import Q

from claims.models.claim import Claim
from members.models import Agency, Person, RulebookVersion


class EligibilitySnapshot(models.Model):
    """What the rules came to, for which facts, at one moment; append-only (promise 8, 9)."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="eligibility")
    number = models.PositiveIntegerField()
    rulebook_version = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=20)
    is_eligible = models.BooleanField()
    band = models.CharField(max_length=20, blank=True)
    amount_cents = models.PositiveBigIntegerField(default=0)
    facts: "models.JSONField[Any, Any]" = models.JSONField()
    findings: "models.JSONField[Any, Any]" = models.JSONField()
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "number"], name="eligibility_snapshot_number_once"
            ),
            models.CheckConstraint(
                condition=Q(is_eligible=True) | Q(amount_cents=0),
                name="eligibility_outside_has_no_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"eligibility {self.number} of claim {self.claim_id}"


class Investigation(models.Model):
    """One commission to an agency: its investigator, questions, due day and, later, report."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="investigations")
    number = models.PositiveIntegerField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="investigations")
    investigator = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="investigations"
    )
    questions = models.TextField()
    due_on = models.DateField()
    opened_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="investigations_opened"
    )
    opened_at = models.DateTimeField()
    reassigned_count = models.PositiveIntegerField(default=0)
    reported_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    cost_cents = models.PositiveBigIntegerField(default=0)
    summary = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="investigation_number_once"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(closed_at__isnull=True),
                name="investigation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | Q(closed_at__isnull=False),
                name="investigation_reported_is_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["investigator"],
                condition=Q(closed_at__isnull=True),
                name="investigation_load",
            ),
        ]

    def __str__(self) -> str:
        return f"investigation {self.number} of claim {self.claim_id}"


class Finding(models.Model):
    """What an investigation found on one criterion; append-only."""

    investigation = models.ForeignKey(
        Investigation, on_delete=models.PROTECT, related_name="findings"
    )
    criterion = models.CharField(max_length=60)
    answer = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    evidence = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["investigation", "criterion"], name="finding_one_per_criterion"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["met", "not_met", "not_shown"]),
                name="finding_answer_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.answer}"


class InformationRequest(models.Model):
    """A question to the claimant that stops the clock until it is answered or lapses."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="information_requests")
    number = models.PositiveIntegerField()
    came_from = models.CharField(max_length=24)
    questions = models.TextField()
    documents = models.TextField(blank=True)
    deadline_on = models.DateField()
    remaining_seconds = models.PositiveBigIntegerField(default=0)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    outcome = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "number"], name="information_request_number_once"
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(closed_at__isnull=True),
                name="information_request_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="lapsed") | Q(reminded_at__isnull=False),
                name="information_never_lapses_unreminded",
            ),
        ]

    def __str__(self) -> str:
        return f"information request {self.number} of claim {self.claim_id}"


class Assignment(models.Model):
    """Who was given a claim, by whom, when, and why; append-only history."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    assigned_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=24)
    reason = models.CharField(max_length=40)
    assigned_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["claim", "assigned_at"], name="assignment_of_claim")]

    def __str__(self) -> str:
        return f"{self.reason} of claim {self.claim_id}"


class Conflict(models.Model):
    """A person's own statement that they must not act on a claim; append-only."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="conflicts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "person"], name="conflict_declared_once"),
        ]

    def __str__(self) -> str:
        return f"conflict on claim {self.claim_id}"
