"""The hearing with its machine, and the log of its steps."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from claims.models import Claim
from jury.models.rolls import Roll
from jury.states import EVENT_LABELS, ExpertSeat, HearingState, Mode
from members.models import Person
from record.models import Checkpoint

_S = HearingState
_LIVE = [_S.PREPARING, _S.DRAWN, _S.OPEN, _S.EXTENDED]


class Hearing(models.Model):
    """One round of the jury's treatment of one dispute.

    `sitting` 1 is the hearing, 2 the one rehearing; a void round is followed by `round` 2 of
    the same sitting, a new row with its own key, seed and panel. `due_at` is when the present
    stage ends at the latest; past it the ombudsman is told, once a stage (`escalated_at`).
    """

    reference = models.CharField(max_length=16, unique=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="hearings")
    sitting = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    state = FSMField(default=_S.PREPARING, choices=_S.choices, protected=True)
    state_entered_at = models.DateTimeField()
    event_count = models.PositiveIntegerField(default=0)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    panel_size = models.PositiveSmallIntegerField()
    expert_seat = models.CharField(
        max_length=8, choices=ExpertSeat.choices, default=ExpertSeat.NONE
    )
    expert_waived = models.CharField(max_length=12, blank=True)
    quorum = models.PositiveIntegerField()
    more_than_per_mille = models.PositiveSmallIntegerField()
    tie = models.CharField(max_length=8)
    not_shown_counts_as = models.CharField(max_length=8)
    sealed_bytes = models.PositiveIntegerField()

    brief: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    brief_prepared_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="briefs_prepared"
    )
    brief_signed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="briefs_signed"
    )
    brief_signed_at = models.DateTimeField(null=True)
    claimant_statement = models.TextField(blank=True)

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, null=True, related_name="hearings")
    opening_public_key = models.CharField(max_length=64, blank=True)
    seed_commitment = models.CharField(max_length=64, blank=True)
    draw_after_at = models.DateTimeField(null=True)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, null=True, related_name="hearings"
    )
    checkpoint_origin = models.CharField(max_length=200, blank=True)
    number_due_at = models.DateTimeField(null=True)
    contribution = models.CharField(max_length=200, blank=True)
    seed_secret = models.CharField(max_length=64, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True)

    opens_at = models.DateTimeField(null=True)
    opens_latest_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    ballots_root = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "sitting", "round"], name="hearing_round_once"
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=[*_LIVE, _S.CLOSED]),
                name="hearing_one_live",
            ),
            models.CheckConstraint(condition=Q(state__in=_S.values), name="hearing_state_known"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="hearing_mode_known"),
            models.CheckConstraint(
                condition=Q(sitting__in=[1, 2]) & Q(round__gte=1), name="hearing_round_known"
            ),
            models.CheckConstraint(
                condition=Q(tie__in=["uphold", "overturn"])
                & Q(not_shown_counts_as__in=["not_met", "met"])
                & Q(more_than_per_mille__lt=1000)
                & Q(quorum__gte=1),
                name="hearing_counting_known",
            ),
            models.CheckConstraint(
                condition=Q(brief_signed_by__isnull=True)
                | (Q(brief_prepared_by__isnull=False) & ~Q(brief_signed_by=F("brief_prepared_by"))),
                name="hearing_brief_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="hearing_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(opens_latest_at__isnull=True) | Q(opens_latest_at__gte=F("opens_at")),
                name="hearing_opens_in_time",
            ),
            models.CheckConstraint(
                condition=Q(expert_seat__in=ExpertSeat.values)
                & (Q(expert_waived="") | (Q(expert_waived="no_expert") & ~Q(expert_seat="none"))),
                name="hearing_expert_known",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "closes_at"], name="hearing_by_state"),
            models.Index(fields=["due_at", "id"], name="hearing_by_due"),
            models.Index(fields=["-state_entered_at", "-id"], name="hearing_by_entry"),
        ]

    def __str__(self) -> str:
        return self.reference

    # Transitions

    @transition(field=state, source=_S.PREPARING, target=_S.DRAWN)
    def draw(self) -> None:
        """The seed is revealed and the panel seated."""

    @transition(field=state, source=[_S.PREPARING, _S.DRAWN], target=_S.OPEN)
    def open(self) -> None:
        """Voting starts; only an open hearing goes there without a drawn panel."""

    @transition(field=state, source=_S.OPEN, target=_S.EXTENDED)
    def extend(self) -> None:
        """The one extension of the voting time."""

    @transition(field=state, source=[_S.OPEN, _S.EXTENDED], target=_S.CLOSED)
    def close(self) -> None:
        """Voting ends; the commitments' root is published before anything is opened."""

    @transition(field=state, source=_S.CLOSED, target=_S.DECIDED)
    def decide(self) -> None:
        """The count is published and the verdict applied."""

    @transition(field=state, source=[*_LIVE, _S.CLOSED], target=_S.VOID)
    def void(self) -> None:
        """The round counts for nothing, for a published reason; its ballots stay sealed."""

    @transition(field=state, source=_LIVE, target=_S.WITHDRAWN)
    def withdraw(self) -> None:
        """The claimant withdrew; the ballots stay sealed."""


class HearingEvent(models.Model):
    """One row of a hearing's log, chained to the one before it; append-only."""

    hearing = models.ForeignKey(Hearing, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=40)
    from_state = models.CharField(max_length=16, blank=True)
    to_state = models.CharField(max_length=16)
    actor = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="hearing_events"
    )
    actor_kind = models.CharField(max_length=10)
    role = models.CharField(max_length=20, blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    occurred_at = models.DateTimeField()
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "seq"], name="hearing_event_seq_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of hearing {self.hearing_id}"

    @property
    def label(self) -> str:
        """The event in the reader's language."""
        return str(EVENT_LABELS.get(self.event, self.event))
