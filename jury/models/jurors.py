"""A juror's exam, accepted rules, standing with its log and appeals, ties and qualifications."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from jury.states import (
    AffiliationKind,
    AppealOutcome,
    QualificationKind,
    QualificationState,
    StandingState,
)
from members.models import Person, RulebookVersion
from members.states import Language


class JurorStanding(models.Model):
    """Whether a person who qualified as a juror serves; its log has a row for every change."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="juror_standing")
    state = models.CharField(
        max_length=16, choices=StandingState.choices, default=StandingState.ACTIVE
    )
    state_entered_at = models.DateTimeField()
    suspended_until = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    event_count = models.PositiveIntegerField(default=0)
    practised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=StandingState.values), name="juror_standing_known"
            ),
            models.CheckConstraint(
                condition=(Q(state=StandingState.ACTIVE) & Q(reason_code=""))
                | (~Q(state=StandingState.ACTIVE) & ~Q(reason_code="")),
                name="juror_standing_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state=StandingState.SUSPENDED, suspended_until__isnull=False)
                | (~Q(state=StandingState.SUSPENDED) & Q(suspended_until__isnull=True)),
                name="juror_standing_suspension_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-state_entered_at", "-id"], name="juror_standing_list"),
            models.Index(fields=["-state_entered_at", "-id"], name="juror_standing_newest"),
        ]

    def __str__(self) -> str:
        return f"juror {self.person_id}: {self.state}"


class StandingEvent(models.Model):
    """One row of a juror's log, chained to the one before it; append-only."""

    standing = models.ForeignKey(JurorStanding, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=40)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    cause = models.CharField(max_length=40, blank=True)
    reasons = models.TextField(blank=True)
    until_at = models.DateTimeField(null=True)
    actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="standing_events"
    )
    actor_kind = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standing", "seq"], name="standing_event_seq_once"),
            models.CheckConstraint(
                condition=~Q(event__in=["suspend", "disqualify"])
                | (~Q(cause="") & ~Q(reasons="") & Q(actor__isnull=False)),
                name="standing_event_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} of standing {self.standing_id}"


class StandingAppeal(models.Model):
    """A juror's appeal to the ombudsman against one decision on their standing; append-only."""

    reference = models.CharField(max_length=16, unique=True)
    event = models.OneToOneField(StandingEvent, on_delete=models.PROTECT, related_name="appeal")
    grounds = models.TextField()
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(grounds=""), name="standing_appeal_has_grounds"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("filed_at")), name="standing_appeal_due_later"
            ),
        ]
        indexes = [models.Index(fields=["due_at", "id"], name="standing_appeal_due")]

    def __str__(self) -> str:
        return self.reference


class StandingAppealAnswer(models.Model):
    """What the ombudsman found on an appeal, and why; append-only."""

    appeal = models.OneToOneField(StandingAppeal, on_delete=models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=10, choices=AppealOutcome.choices)
    reasons = models.TextField()
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="standing_appeals_answered"
    )
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=AppealOutcome.values) & ~Q(reasons=""),
                name="standing_answer_has_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on appeal {self.appeal_id}"


class RulesAcceptance(models.Model):
    """That a person accepted one version of the jury rules, and in which words; append-only."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="jury_rules")
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=8, choices=Language.choices)
    text_digest = models.CharField(max_length=64)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="jury_rules_accepted_once"),
            models.CheckConstraint(condition=~Q(version=""), name="jury_rules_have_version"),
        ]

    def __str__(self) -> str:
        return f"jury rules {self.version} by person {self.person_id}"


class ExamAttempt(models.Model):
    """Six questions drawn for one person, what they chose, how it was marked; answered once.

    `questions` is [{code, options: [key, …]}] in the order shown; `choices` maps a question's
    code to the key chosen, kept while the attempt is open, so that any device goes on with it.
    """

    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exam_attempts")
    rulebook_version = models.ForeignKey(
        RulebookVersion, on_delete=models.PROTECT, related_name="exam_attempts"
    )
    bank_digest = models.CharField(max_length=64)
    questions: "models.JSONField[Any, Any]" = models.JSONField()
    pass_mark = models.PositiveSmallIntegerField()
    choices: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    is_passed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(answered_at__isnull=True), name="exam_one_open"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, score__isnull=True, is_passed__isnull=True)
                | Q(answered_at__gte=F("started_at"), score__gte=F("pass_mark"), is_passed=True)
                | Q(answered_at__gte=F("started_at"), score__lt=F("pass_mark"), is_passed=False),
                name="exam_marked_as_scored",
            ),
        ]
        indexes = [models.Index(fields=["person", "-started_at"], name="exam_attempts_of")]

    def __str__(self) -> str:
        return self.reference


class ExamPass(models.Model):
    """A passed exam and until when it counts; append-only. A seeded juror's has no attempt."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exam_passes")
    attempt = models.OneToOneField(
        ExamAttempt, on_delete=models.PROTECT, null=True, related_name="exam_pass"
    )
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


class JurorAffiliation(models.Model):
    """A hospital a person works at or is treated in, as they state it, until they end it.

    The database fills in `hospital_key`, the name without what spelling changes.
    """

    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="juror_affiliations")
    kind = models.CharField(max_length=8, choices=AffiliationKind.choices)
    hospital_name = models.CharField(max_length=120)
    hospital_key = models.CharField(max_length=120, blank=True)
    stated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "hospital_key"],
                condition=Q(ended_at__isnull=True),
                name="juror_affiliation_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AffiliationKind.values) & ~Q(hospital_key=""),
                name="juror_affiliation_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.hospital_name}"


class JurorQualification(models.Model):
    """A medical or legal qualification a juror claims; another person verifies or refuses it."""

    reference = models.CharField(max_length=16, unique=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="juror_qualifications"
    )
    kind = models.CharField(max_length=8, choices=QualificationKind.choices)
    evidence_note = models.TextField()
    state = models.CharField(
        max_length=8, choices=QualificationState.choices, default=QualificationState.CLAIMED
    )
    claimed_at = models.DateTimeField()
    verified_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="qualifications_verified"
    )
    verified_at = models.DateTimeField(null=True)
    refusal_reason = models.TextField(blank=True)
    expires_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(state=QualificationState.CLAIMED),
                name="juror_qualification_one_claim",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=QualificationKind.values) & ~Q(evidence_note=""),
                name="juror_qualification_known",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("person")),
                name="juror_qualification_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="claimed", verified_by__isnull=True, verified_at__isnull=True)
                | Q(
                    state="verified",
                    verified_by__isnull=False,
                    verified_at__isnull=False,
                    expires_on__isnull=False,
                )
                | (
                    Q(state="refused", verified_by__isnull=False, verified_at__isnull=False)
                    & ~Q(refusal_reason="")
                ),
                name="juror_qualification_decided",
            ),
        ]
        indexes = [models.Index(fields=["kind", "state"], name="juror_qualification_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of person {self.person_id}: {self.state}"
