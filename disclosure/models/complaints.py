"""Complaints: a plain register of what people hold to be wrong, who answers, and by when."""

from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from core.clock import CoreNow
from core.fields import EncryptedText
from core.zone import local_date
from disclosure.states import (
    OPEN_COMPLAINTS,
    ComplaintCategory,
    ComplaintOutcome,
    ComplaintState,
)
from members.models import Person


class Complaint(models.Model):
    """A complaint with its number, owner, deadline and, in the end, its answer; never published.

    `person` is the complainant where an account was signed in. `page` is the address of the
    page it was filed from. The code that opens it to somebody without an account is not stored:
    it follows from the reference under the field key.
    """

    reference = models.CharField(max_length=16, unique=True)
    category = models.CharField(max_length=16, choices=ComplaintCategory.choices)
    text = models.TextField()
    contact = EncryptedText(blank=True)
    page = models.CharField(max_length=200, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="complaints"
    )
    received_at = models.DateTimeField(db_default=CoreNow(), editable=False)
    state = FSMField(
        default=ComplaintState.RECEIVED, choices=ComplaintState.choices, protected=True
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="complaints_owned"
    )
    due_at = models.DateTimeField()
    is_overdue = models.BooleanField(default=False)
    examined_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=ComplaintOutcome.choices, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ComplaintState.values), name="complaint_state_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=ComplaintCategory.values), name="complaint_category_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=OPEN_COMPLAINTS,
                    outcome="",
                    answer="",
                    answered_at__isnull=True,
                    answered_by__isnull=True,
                )
                | (
                    Q(state=ComplaintState.ANSWERED, outcome__in=ComplaintOutcome.values)
                    & ~Q(answer="")
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
                name="complaint_answer_whole",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True)
                | Q(answered_by__isnull=True)
                | ~Q(answered_by=F("person")),
                name="complaint_answered_by_another",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(owner__isnull=True) | ~Q(owner=F("person")),
                name="complaint_owned_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=OPEN_COMPLAINTS),
                name="complaint_by_deadline",
            ),
            models.Index(fields=["state", "-id"], name="complaint_by_state"),
            models.Index(fields=["person", "-id"], name="complaint_of_person"),
            models.Index(
                fields=["answered_at"],
                condition=Q(answered_at__isnull=False),
                name="complaint_by_answer",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def due_on(self) -> date:
        """The last day on which the answer is in time."""
        return local_date(self.due_at - timedelta(microseconds=1))

    # Transitions

    @transition(
        field=state, source=ComplaintState.RECEIVED, target=ComplaintState.UNDER_EXAMINATION
    )
    def examine_complaint(self) -> None:
        """Begin to look into it."""

    @transition(
        field=state,
        source=[ComplaintState.RECEIVED, ComplaintState.UNDER_EXAMINATION],
        target=ComplaintState.ANSWERED,
    )
    def answer_complaint(self) -> None:
        """Say what came of it."""


class ComplaintEvent(models.Model):
    """One row of a complaint's history; append-only, without text of the complaint."""

    class Event(models.TextChoices):
        """What happened."""

        FILE_COMPLAINT = "file_complaint"
        ASSIGN_COMPLAINT = "assign_complaint"
        EXAMINE_COMPLAINT = "examine_complaint"
        ANSWER_COMPLAINT = "answer_complaint"
        MARK_OVERDUE = "mark_overdue"

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=24, choices=Event.choices)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    actor_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    actor_kind = models.CharField(max_length=10)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["complaint", "seq"], name="complaint_event_seq_once"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.seq} of complaint {self.complaint_id}"
