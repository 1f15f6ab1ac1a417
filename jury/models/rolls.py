"""Who may judge: jurors' standing, their exam, the numbered roll frozen for a period."""

from django.db import models
from django.db.models import F, Q

from jury.states import StandingState
from members.models import Person, Plan


class JurorStanding(models.Model):
    """Whether a person serves as a juror, and since when they have accepted the jury rules."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="juror_standing")
    state = models.CharField(
        max_length=16, choices=StandingState.choices, default=StandingState.ACTIVE
    )
    rules_accepted_at = models.DateTimeField()
    state_entered_at = models.DateTimeField()
    suspended_until = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=StandingState.values), name="juror_standing_known"
            ),
            models.CheckConstraint(
                condition=Q(state=StandingState.ACTIVE) | ~Q(reason_code=""),
                name="juror_standing_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"juror {self.person_id}: {self.state}"


class ExamPass(models.Model):
    """A passed exam and until when it counts; append-only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exam_passes")
    score = models.PositiveSmallIntegerField()
    passed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("passed_at")), name="exam_pass_expires_later"
            ),
        ]
        indexes = [models.Index(fields=["person", "-expires_at"], name="exam_pass_live")]

    def __str__(self) -> str:
        return f"exam of person {self.person_id} at {self.passed_at:%Y-%m-%d}"


class Roll(models.Model):
    """The jurors of a plan for a period, numbered 1…size without gaps once frozen."""

    reference = models.CharField(max_length=16, unique=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rolls")
    period = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    salt = models.CharField(max_length=64)
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
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

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="entries")
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
