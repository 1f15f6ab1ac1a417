"""Core's tables: the audit and its chain, idempotency keys, deadlines, heartbeats."""

from django.db import models
from django.db.models import Q

from core.clock import CoreNow


class AuditRow(models.Model):
    """One state-changing request or clock step; append-only, unnumbered, no personal data."""

    class Outcome(models.TextChoices):
        """How the request ended."""

        DONE = "done"
        REFUSED = "refused"
        REPLAYED = "replayed"
        FAILED = "failed"

    occurred_at = models.DateTimeField(db_default=CoreNow(), editable=False)
    request_id = models.CharField(max_length=32, blank=True)
    account_id = models.BigIntegerField(null=True)
    actor_kind = models.CharField(max_length=10)
    operation = models.CharField(max_length=100)
    subject = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    code = models.CharField(max_length=80, blank=True)
    status = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="audit_outcome_known",
                condition=Q(outcome__in=["done", "refused", "replayed", "failed"]),
            ),
        )
        indexes = (
            models.Index(name="audit_by_subject", fields=["subject", "id"]),
            models.Index(name="audit_by_request", fields=["request_id"]),
        )

    def __str__(self) -> str:
        return f"{self.operation} {self.subject} {self.outcome}"


class AuditLink(models.Model):
    """An audit row's place in the one chain; appended by the sequencer alone."""

    seq = models.BigIntegerField(primary_key=True)
    row = models.OneToOneField(AuditRow, on_delete=models.PROTECT, related_name="link")
    previous_digest = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(name="audit_link_seq_from_one", condition=Q(seq__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.seq}: {self.digest}"


class IdempotencyKey(models.Model):
    """A request's key and its answer; kept for good."""

    account_id = models.BigIntegerField(default=0)
    key = models.CharField(max_length=200)
    operation = models.CharField(max_length=100)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=500, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=CoreNow(), editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="idempotency_key_once", fields=["account_id", "key"]),
        )

    def __str__(self) -> str:
        return f"{self.account_id}: {self.key}"


class Deadline(models.Model):
    """Something that is due: what, about which row, when; at most one open of a kind."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=CoreNow(), editable=False)
    done_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=80, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="deadline_one_open",
                fields=["kind", "subject"],
                condition=Q(done_at__isnull=True),
            ),
        )
        indexes = (
            models.Index(
                name="deadline_due", fields=["due_at", "id"], condition=Q(done_at__isnull=True)
            ),
            models.Index(name="deadline_by_subject", fields=["subject", "kind"]),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} due {self.due_at:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a long-running process was last heard of."""

    name = models.CharField(primary_key=True, max_length=40)
    beat_at = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"
