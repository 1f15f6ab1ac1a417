"""Memberships, their dated tiers, the cohort counters, the health statements."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from members.models.people import Person
from members.models.plans import Plan, RulebookVersion
from members.states import EndReason, Language


class Membership(models.Model):
    """One person in one plan over the half-open period of days [starts_on, ends_on)."""

    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="memberships")
    payer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="paid_memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=16, choices=EndReason.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "plan"],
                condition=Q(ends_on__isnull=True),
                name="membership_live_once",
            ),
            models.UniqueConstraint(
                fields=["person", "plan", "starts_on"], name="membership_start_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(Q(ends_on__isnull=True) & Q(end_reason=""))
                | (Q(ends_on__isnull=False) & Q(end_reason__in=EndReason.values)),
                name="membership_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class MembershipTier(models.Model):
    """Which tier a membership is in from a day on, and the weight of its share there."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="tiers")
    from_on = models.DateField()
    tier = models.CharField(max_length=32)
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "from_on"], name="membership_tier_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0), name="membership_tier_weight_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tier} from {self.from_on}"


class UnitDelta(models.Model):
    """By how many memberships a tier of a plan grew or shrank on a day.

    Written in the transaction that starts, ends or moves the memberships, so that the sum up
    to a day is the number of members at the first instant of that day.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="unit_deltas")
    tier = models.CharField(max_length=32)
    weight = models.PositiveIntegerField()
    effective_on = models.DateField()
    delta = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(delta=0), name="unit_delta_not_zero"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="unit_delta_weight_positive"),
        ]
        indexes = [
            models.Index(
                fields=["plan", "effective_on", "tier"],
                include=["weight", "delta"],
                name="unit_delta_sum",
            )
        ]

    def __str__(self) -> str:
        return f"{self.tier} {self.delta:+d} on {self.effective_on}"


class HealthStatement(models.Model):
    """What a person was shown and what they answered on joining, word for word."""

    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="health_statements"
    )
    version = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, related_name="health_statements"
    )
    shown_text = models.TextField()
    answers: "models.JSONField[Any, Any]" = models.JSONField()
    language = models.CharField(max_length=8, choices=Language.choices)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "answered_at"],
                name="health_statement_once_an_instant",
            )
        ]

    def __str__(self) -> str:
        return f"health statement of membership {self.membership_id}"
