"""Evidence: documents filed with a claim or an investigation, their versions, checks and reads."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.claim import Claim


class EvidenceKind(models.TextChoices):
    """What a document is; the first four are on every claimant's checklist (`docs/domain.md`)."""

    IDENTITY = "identity", _("Identity of the covered member")
    DIAGNOSIS = "diagnosis", _("Diagnosis certificate with test or pathology reports")
    MEDICAL_RECORD = "medical_record", _("Medical record or discharge summary")
    BANK_CARD = "bank_card", _("Bank card of the person who is to be paid")
    OTHER = "other", _("Another proof")
    FINDING = "finding", _("Found by the investigator")


class Evidence(models.Model):
    """One document of a claim. Its bytes are in its versions; the newest one counts."""

    reference = models.CharField(max_length=16, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices)
    added_by = models.ForeignKey("members.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.reference


class EvidenceVersion(models.Model):
    """The bytes of a document as uploaded once; a replacement is a new version (★17)."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    storage_key = models.CharField(max_length=32, unique=True)
    digest = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    added_by = models.ForeignKey("members.Person", on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("evidence", "number"), name="evidence_version_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(size_bytes__gte=1), name="evidence_version_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.evidence_id}/{self.number}"


class EvidenceCheck(models.Model):
    """One look by the probe at a version: passed with its facts, refused, or not finished."""

    class Outcome(models.TextChoices):
        """What the probe found."""

        PASSED = "passed", _("checked")
        REFUSED = "refused", _("cannot be read")
        QUARANTINED = "quarantined", _("waiting for its check")

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="checks")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    refusal = models.CharField(max_length=24, blank=True)
    media_type = models.CharField(max_length=40, blank=True)
    pages = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.version_id} {self.outcome}"


class EvidenceAccess(models.Model):
    """Who was given which version to read, and why; written before the first byte leaves (19)."""

    version = models.ForeignKey(EvidenceVersion, on_delete=models.PROTECT, related_name="accesses")
    person = models.ForeignKey("members.Person", on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(max_length=24)
    purpose = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.version_id} {self.duty}"
