"""Objections: a verified member's statement that a noticed case is wrong, and its answer."""

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, transition

from core.clock import CoreNow
from disclosure.models.notice import NoticeEntry
from disclosure.states import OPEN_OBJECTIONS, Grounds, ObjectionState
from members.models import Person


class Objection(models.Model):
    """An objection with its number, owner, deadline and, in the end, its published answer.

    `received_at` is the database's clock at the insert, checked against the entry's own time
    under a lock on the entry (promise 28). The answer is drafted by one person and published
    by another.
    """

    reference = models.CharField(max_length=16, unique=True)
    entry = models.ForeignKey(NoticeEntry, on_delete=models.PROTECT, related_name="objections")
    member = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="objections")
    grounds = models.CharField(max_length=16, choices=Grounds.choices)
    statement = models.TextField()
    evidence_note = models.TextField(blank=True)
    received_at = models.DateTimeField(db_default=CoreNow(), editable=False)
    state = FSMField(
        default=ObjectionState.RECEIVED, choices=ObjectionState.choices, protected=True
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="objections_owned"
    )
    due_at = models.DateTimeField()
    is_overdue = models.BooleanField(default=False)
    told_state = models.CharField(max_length=16, blank=True)
    inquiry_opened_at = models.DateTimeField(null=True)
    inquiry_question = models.TextField(blank=True)
    proposed_outcome = models.CharField(max_length=16, blank=True)
    answer = models.TextField(blank=True)
    board_answer = models.TextField(blank=True)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "member"],
                condition=Q(state__in=OPEN_OBJECTIONS),
                name="objection_one_open_per_member",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.values), name="objection_state_known"
            ),
            models.CheckConstraint(
                condition=Q(grounds__in=Grounds.values), name="objection_grounds_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_OBJECTIONS)
                | (
                    ~Q(answer="")
                    & Q(answered_at__isnull=False)
                    & Q(drafted_by__isnull=False)
                    & Q(answered_by__isnull=False)
                    & ~Q(answered_by=F("drafted_by"))
                ),
                name="objection_answered_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="objection_by_deadline"),
            models.Index(fields=["member", "-id"], name="objection_of_member"),
            models.Index(
                fields=["entry"], condition=~Q(told_state=F("state")), name="objection_untold"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def texts(self) -> tuple[str, str, str]:
        """The drafted outcome and its two texts, as the second person confirms them."""
        return str(self.proposed_outcome), self.answer, self.board_answer

    # Transitions

    @transition(field=state, source=ObjectionState.RECEIVED, target=ObjectionState.UNDER_INQUIRY)
    def open_inquiry(self) -> None:
        """Begin to look into it."""

    @transition(field=state, source=ObjectionState.UNDER_INQUIRY, target=ObjectionState.SUSTAINED)
    def sustain(self) -> None:
        """Find that the member is right: the notice stops."""

    @transition(field=state, source=ObjectionState.UNDER_INQUIRY, target=ObjectionState.DISMISSED)
    def dismiss(self) -> None:
        """Find that the case stands, and say why."""
