"""The record's tables: entries, their leaves, the tree's nodes, checkpoints, keys, witnesses.

All are append-only but `Witness`, which keeps where each witness stands.
"""

from django.db import models
from django.db.models import Q

from core.clock import CoreNow


class Entry(models.Model):
    """One published fact as canonical JSON; written unnumbered in the caller's transaction."""

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    body = models.TextField()
    body_digest = models.CharField(max_length=64)
    private_commitment = models.CharField(max_length=64, blank=True)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=CoreNow(), editable=False)

    class Meta:
        indexes = (
            models.Index(name="entry_by_subject", fields=["subject", "id"]),
            models.Index(name="entry_by_kind", fields=["kind", "id"]),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Leaf(models.Model):
    """An entry's number in the tree, from 0 without gaps, and its leaf hash."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="leaf")
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = (
            models.CheckConstraint(name="leaf_index_from_zero", condition=Q(index__gte=0)),
        )

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Node(models.Model):
    """The hash of a completed subtree of 2^level leaves; never changes once written."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(name="node_once", fields=["level", "index"]),)

    def __str__(self) -> str:
        return f"node {self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed statement of the tree's size and root, in the C2SP format."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(name="checkpoint_by_time", fields=["created_at", "size"]),)

    def __str__(self) -> str:
        return f"checkpoint {self.size}"


class VerificationKey(models.Model):
    """A public key under which checkpoints are or were signed; the newest signs now."""

    vkey = models.CharField(max_length=300, unique=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    is_old_lost = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=CoreNow(), editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="verification_key_lost_has_old",
                condition=Q(is_old_lost=False) | Q(replaces__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.vkey


class Cosignature(models.Model):
    """A witness's verified signature over a checkpoint, as the line that the note carries."""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    vkey = models.CharField(max_length=300)
    line = models.CharField(max_length=500)
    timestamp = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=CoreNow(), editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="cosignature_once", fields=["checkpoint", "vkey"]),
            models.CheckConstraint(name="cosignature_has_time", condition=Q(timestamp__gt=0)),
        )

    def __str__(self) -> str:
        return f"cosignature of {self.checkpoint_id} by {self.vkey}"


class Witness(models.Model):
    """Where a configured witness stands: what it saw last, when it is tried again, what failed."""

    vkey = models.CharField(max_length=300, unique=True)
    size = models.BigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.vkey
