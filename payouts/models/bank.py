"""What the bank says: callbacks, statement lines; and what our own checks found."""

from django.db import models
from django.db.models import Q

from payouts.models.payouts import Payout
from payouts.states import BankEventKind, CallbackOutcome


class BankCallback(models.Model):
    """One event the bank reported, once however often it is sent; append-only."""

    event_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=BankEventKind.choices)
    end_to_end_id = models.CharField(max_length=35)
    amount_cents = models.PositiveBigIntegerField()
    bank_reference = models.CharField(max_length=40)
    reason_code = models.CharField(max_length=8, blank=True)
    body_digest = models.CharField(max_length=64)
    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, null=True, related_name="callbacks"
    )
    outcome = models.CharField(max_length=12, choices=CallbackOutcome.choices)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=BankEventKind.values), name="bank_callback_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=CallbackOutcome.values),
                name="bank_callback_outcome_known",
            ),
        ]

    def __str__(self) -> str:
        return self.event_id


class StatementLine(models.Model):
    """One line of the bank's statement; it matches one payout or waits in a visible queue."""

    line_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=BankEventKind.choices)
    end_to_end_id = models.CharField(max_length=35, blank=True)
    amount_cents = models.PositiveBigIntegerField()
    bank_reference = models.CharField(max_length=40)
    reason_code = models.CharField(max_length=8, blank=True)
    booked_on = models.DateField()
    imported_at = models.DateTimeField()
    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, null=True, related_name="statement_lines"
    )
    matched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["payout", "kind"],
                condition=Q(payout__isnull=False),
                name="statement_line_matches_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BankEventKind.values), name="statement_line_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(payout__isnull=True, matched_at__isnull=True)
                | Q(payout__isnull=False, matched_at__isnull=False),
                name="statement_line_matched_has_instant",
            ),
        ]
        indexes = [
            models.Index(
                fields=["imported_at"],
                condition=Q(payout__isnull=True),
                name="statement_line_unmatched",
            )
        ]

    def __str__(self) -> str:
        return self.line_id


class SafetyCheck(models.Model):
    """One run of the checks of promises 46 to 51 that changed the answer; append-only."""

    checked_at = models.DateTimeField()
    violation_count = models.PositiveIntegerField()
    violations = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.violation_count} violations at {self.checked_at:%Y-%m-%d %H:%M}"
