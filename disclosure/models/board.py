"""The board's rows: each case's fixed public form, its append-only entries, where it stands."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from claims.models import Claim
from disclosure.models.notice import NoticePeriod
from disclosure.states import Result, Stage
from members.models import Person, Plan
from record.models import Entry


class PublicCase(models.Model):
    """A case's fixed public form, decided once, at its first publication; append-only.

    Empty text is a value that is not told. `class_key` is the digest of the form that at least
    `class_size` cases published with it have in common.
    """

    reference = models.CharField(max_length=16, unique=True)
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="public_case")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="public_cases")
    period = models.ForeignKey(NoticePeriod, on_delete=models.PROTECT, related_name="public_cases")
    amount_cents = models.PositiveBigIntegerField()
    disease = models.CharField(max_length=60, blank=True)
    disease_group = models.CharField(max_length=60, blank=True)
    age_band = models.CharField(max_length=8, blank=True)
    sex = models.CharField(max_length=6, blank=True)
    province = models.CharField(max_length=6, blank=True)
    region = models.CharField(max_length=6, blank=True)
    filed = models.CharField(max_length=8, blank=True)
    rules = models.CharField(max_length=8, blank=True)
    class_key = models.CharField(max_length=64)
    class_size = models.PositiveIntegerField()
    terms: "ArrayField[list[str], list[str]]" = ArrayField(models.CharField(max_length=40))
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(class_size__gte=11), name="public_case_class_of_eleven"
            ),
            models.CheckConstraint(
                condition=Q(reference__startswith="K-"), name="public_case_reference_form"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "-id"], name="public_case_of_plan"),
            models.Index(fields=["period", "-id"], name="public_case_of_period"),
            models.Index(fields=["disease", "-id"], name="public_case_by_disease"),
            GinIndex(fields=["terms"], name="public_case_terms"),
        ]

    def __str__(self) -> str:
        return self.reference


class PublicCaseEntry(models.Model):
    """One published statement about a case; its body is the record entry's; append-only.

    A correction replaces the statement of an earlier entry by its own, with a reason, and
    links it; both stay readable.
    """

    case = models.ForeignKey(PublicCase, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="public_case_entry")
    kind = models.CharField(max_length=60)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    reason = models.TextField(blank=True)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="public_case_entry_seq_once"),
            models.CheckConstraint(
                condition=(Q(kind="correction") & Q(corrects__isnull=False) & ~Q(reason=""))
                | (~Q(kind="correction") & Q(corrects__isnull=True)),
                name="public_case_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.seq} of case {self.case_id}"


class CaseStanding(models.Model):
    """Where a case stands by its latest entry; a projection that can be rebuilt from entries."""

    case = models.OneToOneField(PublicCase, on_delete=models.PROTECT, related_name="standing")
    stage = models.CharField(max_length=16, choices=Stage.choices)
    result = models.CharField(max_length=16, choices=Result.choices)
    has_hearing = models.BooleanField(default=False)
    objection_count = models.PositiveIntegerField(default=0)
    is_corrected = models.BooleanField(default=False)
    seen_events = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["stage", "-case"], name="case_standing_by_stage"),
            models.Index(fields=["result", "-case"], name="case_standing_by_result"),
        ]

    def __str__(self) -> str:
        return f"standing of case {self.case_id}"


class CorrectionDraft(models.Model):
    """A correction prepared by one person; another signs and thereby publishes it."""

    case_entry = models.ForeignKey(
        PublicCaseEntry, on_delete=models.PROTECT, related_name="correction_drafts"
    )
    reference = models.CharField(max_length=16, unique=True)
    field = models.CharField(max_length=40)
    replacement = models.TextField()
    reason = models.TextField()
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(signed_by__isnull=True) & Q(signed_at__isnull=True))
                | (
                    Q(signed_by__isnull=False)
                    & Q(signed_at__isnull=False)
                    & ~Q(signed_by=F("prepared_by"))
                ),
                name="correction_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
