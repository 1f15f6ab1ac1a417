"""The claim's log: one row for each step, chained per claim, append-only."""

from django.db import models

from claims.models.claim import Claim
from claims.states import State
from members.models import Person


class ClaimEvent(models.Model):
    """One step as it happened. The digest covers the row and the digest before it."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=30)
    from_state = models.CharField(max_length=24, choices=State.choices)
    to_state = models.CharField(max_length=24, choices=State.choices)
    actor_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="claim_events"
    )
    second_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="claim_events_seconded"
    )
    actor_kind = models.CharField(max_length=10)
    role = models.CharField(max_length=16)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    facts = models.TextField(default="{}")
    occurred_at = models.DateTimeField()
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "seq"], name="claim_event_seq_once"),
        ]
        indexes = [
            models.Index(fields=["event", "occurred_at"], name="claim_event_by_time"),
            models.Index(fields=["from_state", "occurred_at"], name="claim_event_by_stage"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.event}"


class ClaimEdge(models.Model):
    """The graph of claims.states as rows, so that the database can hold every change to it."""

    step = models.CharField(max_length=30)
    source = models.CharField(max_length=24)
    target = models.CharField(max_length=24)
    duty = models.CharField(max_length=20)
    needs_second_person = models.BooleanField()
    leaves_final = models.BooleanField()

    class Meta:
        db_table = "claims_edge"
        constraints = [
            models.UniqueConstraint(
                fields=["step", "source", "target"], name="claim_edge_declared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step}: {self.source} → {self.target}"
