"""Redacted evidence: what the jurors of a hearing may read, its pages, and who read which."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from claims.models import EvidenceVersion
from jury.models.hearings import Hearing
from members.models import Person


class JuryExhibit(models.Model):
    """A redacted copy of one paper of the claim, as pictures of pages, as text, or both.

    Its words may be changed until a second person signs it; its pages never are. One that is
    not to be read any more is withdrawn.
    """

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="exhibits")
    reference = models.CharField(max_length=16, unique=True)
    label = models.CharField(max_length=120)
    question_codes: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    evidence_version = models.ForeignKey(
        EvidenceVersion, on_delete=models.PROTECT, related_name="exhibits"
    )
    text = models.TextField(blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    prepared_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="exhibits_prepared"
    )
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="exhibits_signed"
    )
    signed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("prepared_by")),
                name="exhibit_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True, signed_at__isnull=True)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="exhibit_signed_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(pages__gt=0), name="exhibit_has_content"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ExhibitPage(models.Model):
    """One page of a redacted copy: a picture drawn anew from its pixels alone; append-only."""

    exhibit = models.ForeignKey(JuryExhibit, on_delete=models.PROTECT, related_name="images")
    number = models.PositiveSmallIntegerField()
    storage_key = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["exhibit", "number"], name="exhibit_page_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & Q(size_bytes__gte=1), name="exhibit_page_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"page {self.number} of exhibit {self.exhibit_id}"


class ExhibitAccess(models.Model):
    """Who was given which page to read, and why (page 0: its text); append-only."""

    exhibit = models.ForeignKey(JuryExhibit, on_delete=models.PROTECT, related_name="accesses")
    page = models.PositiveSmallIntegerField(default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="exhibits_read")
    duty = models.CharField(max_length=24)
    purpose = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["exhibit", "person"], name="exhibit_read_by")]

    def __str__(self) -> str:
        return f"{self.duty} read exhibit {self.exhibit_id}"
