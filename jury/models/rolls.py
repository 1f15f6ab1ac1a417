"""Who may be drawn: the numbered roll frozen for a period, and its experts' own numbers."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from jury.states import QualificationKind
from members.models import Person, Plan


class Roll(models.Model):
    """The jurors of a plan for a period, numbered 1…size without gaps once frozen.

    `experts` maps each kind of qualification to {size, digest} of its own numbering.
    """

    reference = models.CharField(max_length=16, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rolls")
    period = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    salt = models.CharField(max_length=64)
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    experts: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "period"], name="roll_once_a_period"),
            models.CheckConstraint(
                condition=Q(frozen_at__isnull=True) | (Q(size__gt=0) & ~Q(digest="")),
                name="roll_frozen_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("valid_from")), name="roll_period_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.period}"


class RollEntry(models.Model):
    """A juror's number on one roll; append-only, and closed once the roll is frozen."""

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="entries", db_index=False)
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="roll_entries")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roll", "number"], name="roll_number_is_one"),
            models.UniqueConstraint(fields=["roll", "person"], name="roll_person_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="roll_number_from_one"),
        ]

    def __str__(self) -> str:
        return f"number {self.number} of roll {self.roll_id}"


class RollExpert(models.Model):
    """A juror's number among a roll's experts of one kind; append-only like the roll."""

    roll = models.ForeignKey(
        Roll, on_delete=models.PROTECT, related_name="expert_entries", db_index=False
    )
    kind = models.CharField(max_length=8, choices=QualificationKind.choices)
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="expert_entries")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roll", "kind", "number"], name="expert_number_is_one"),
            models.UniqueConstraint(fields=["roll", "kind", "person"], name="expert_person_once"),
            models.CheckConstraint(
                condition=Q(number__gt=0) & Q(kind__in=QualificationKind.values),
                name="expert_number_from_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} expert {self.number} of roll {self.roll_id}"
