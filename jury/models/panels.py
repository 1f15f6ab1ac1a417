"""The steps of the draw and the seats they filled."""

from django.db import models
from django.db.models import Q

from claims.models import Claim
from jury.models.hearings import Hearing
from jury.states import ExpertSeat, SeatState, Track
from members.models import Person


class DrawStep(models.Model):
    """One number of a hearing's sequence and what became of it; append-only.

    The track `expert` is the sequence over the roll's experts, `main` the one over the roll.
    """

    hearing = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, related_name="draw_steps", db_index=False
    )
    track = models.CharField(max_length=8, choices=Track.choices, default=Track.MAIN)
    counter = models.PositiveBigIntegerField()
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8)
    reason = models.CharField(max_length=20, blank=True)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "track", "counter"], name="draw_step_once"),
            models.UniqueConstraint(
                fields=["hearing", "track", "number"],
                condition=Q(outcome="seated"),
                name="draw_number_seated_once",
            ),
            models.CheckConstraint(
                condition=(Q(outcome="seated") & Q(reason=""))
                | (Q(outcome="skipped") & ~Q(reason="")),
                name="draw_skip_has_reason",
            ),
            models.CheckConstraint(condition=Q(track__in=Track.values), name="draw_track_known"),
        ]

    def __str__(self) -> str:
        return f"{self.counter}: {self.number} {self.outcome}"


class Seat(models.Model):
    """A juror's place in one hearing. `number` is the juror's on the frozen roll.

    An expert seat has the kind and the number on the roll's list of such experts. Nobody sits
    twice on one panel or on one claim. The keys have no index of their own, because others begin
    with each of them.
    """

    hearing = models.ForeignKey(
        Hearing, on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="seats", db_index=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="seats", db_index=False
    )
    number = models.PositiveIntegerField()
    expert_kind = models.CharField(max_length=8, blank=True)
    expert_number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=SeatState.choices, default=SeatState.INVITED)
    reason_code = models.CharField(max_length=40, blank=True)
    seated_at = models.DateTimeField()
    answer_due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hearing", "person"], name="seat_once_a_panel"),
            models.UniqueConstraint(fields=["claim", "person"], name="seat_once_a_claim"),
            models.UniqueConstraint(fields=["hearing", "number"], name="seat_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=SeatState.values), name="seat_state_known"
            ),
            models.UniqueConstraint(
                fields=["hearing"],
                condition=Q(state__in=["invited", "accepted"]) & ~Q(expert_kind=""),
                name="seat_one_expert",
            ),
            models.CheckConstraint(
                condition=(Q(expert_kind="") & Q(expert_number=0))
                | (Q(expert_kind__in=ExpertSeat.values) & Q(expert_number__gt=0)),
                name="seat_expert_has_number",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-seated_at"], name="seat_by_person"),
            models.Index(
                fields=["hearing", "answer_due_at"],
                condition=Q(state="invited"),
                name="seat_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.number} of hearing {self.hearing_id}"
