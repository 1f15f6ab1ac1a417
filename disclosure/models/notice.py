"""Notice periods, signed redactions, and the entries that lie open on their own clocks."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, transition

from claims.models import Claim
from core.clock import CoreNow
from disclosure.states import EntryState, PeriodState
from members.models import Person, Plan


class NoticePeriod(models.Model):
    """A plan's batch of a notice day, open over the half-open period [opens_at, closes_at)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="notice_periods")
    notice_on = models.DateField()
    sharing_on = models.DateField(null=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = FSMField(default=PeriodState.PLANNED, choices=PeriodState.choices, protected=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "notice_on"], name="notice_period_one_a_day"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="notice_period_has_length"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PeriodState.values), name="notice_period_state_known"
            ),
        ]
        indexes = [models.Index(fields=["-opens_at", "id"], name="notice_period_newest")]

    def __str__(self) -> str:
        return f"notice of {self.notice_on} of plan {self.plan_id}"

    # Transitions

    @transition(field=state, source=PeriodState.PLANNED, target=PeriodState.OPEN)
    def open(self) -> None:
        """Lay the batch open to the members."""

    @transition(field=state, source=PeriodState.OPEN, target=PeriodState.CLOSED)
    def close(self) -> None:
        """End the period; entries that run longer end on their own clocks."""


class Redaction(models.Model):
    """The texts of a claim that may be read by others: prepared by one, signed by another.

    `notice_number` says for which of the claim's notices it was written. `story` and
    `investigation_summary` go to the members' notice, `board_summary` to the public board: the
    two share no text. A signed redaction never changes.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="redactions")
    notice_number = models.PositiveIntegerField()
    story = models.TextField()
    investigation_summary = models.TextField()
    board_summary = models.TextField()
    warning_count = models.PositiveIntegerField(default=0)
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    returned_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "notice_number"], name="redaction_one_per_notice"
            ),
            models.CheckConstraint(
                condition=(Q(signed_by__isnull=True) & Q(signed_at__isnull=True))
                | (
                    Q(signed_by__isnull=False)
                    & Q(signed_at__isnull=False)
                    & ~Q(signed_by=F("prepared_by"))
                ),
                name="redaction_signed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"redaction {self.notice_number} of claim {self.claim_id}"

    @property
    def is_signed(self) -> bool:
        """Say whether a second person has signed."""
        return self.signed_by_id is not None

    @property
    def texts(self) -> tuple[str, str, str]:
        """The texts that are signed."""
        return self.story, self.investigation_summary, self.board_summary


class NoticeEntry(models.Model):
    """One case on notice. It closes on its own clock, which is never shortened (promise 27)."""

    reference = models.CharField(max_length=16, unique=True)
    period = models.ForeignKey(NoticePeriod, on_delete=models.PROTECT, related_name="entries")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="notice_entries")
    number = models.PositiveIntegerField()
    revision = models.PositiveIntegerField()
    redaction = models.OneToOneField(
        Redaction, on_delete=models.PROTECT, related_name="notice_entry"
    )
    card: "models.JSONField[Any, Any]" = models.JSONField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    length_seconds = models.PositiveIntegerField()
    state = FSMField(default=EntryState.OPEN, choices=EntryState.choices, protected=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="notice_entry_number_once"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=EntryState.OPEN),
                name="notice_entry_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EntryState.values), name="notice_entry_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state=EntryState.OPEN) & Q(ended_at__isnull=True))
                | (~Q(state=EntryState.OPEN) & Q(ended_at__isnull=False)),
                name="notice_entry_end_has_time",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) & Q(length_seconds__gte=1),
                name="notice_entry_has_length",
            ),
        ]
        indexes = [models.Index(fields=["period", "id"], name="notice_entry_of_period")]

    def __str__(self) -> str:
        return self.reference

    # Transitions

    @transition(field=state, source=EntryState.OPEN, target=EntryState.CLEARED)
    def clear(self) -> None:
        """Pass: the full time is over and no objection stands."""

    @transition(field=state, source=EntryState.OPEN, target=EntryState.SUSPENDED)
    def suspend(self) -> None:
        """Stop, an objection being sustained."""

    @transition(field=state, source=EntryState.OPEN, target=EntryState.WITHDRAWN)
    def withdraw(self) -> None:
        """Leave the notice with the withdrawn claim."""


class NoticeEvent(models.Model):
    """One change of a period, redaction, entry or objection; append-only."""

    class Event(models.TextChoices):
        """The verb."""

        PLAN = "plan", _("Planned")
        OPEN = "open", _("Opened")
        CLOSE = "close", _("Closed")
        PREPARE = "prepare", _("Redaction prepared")
        RETURN = "return", _("Redaction returned")
        SIGN = "sign", _("Redaction signed")
        PUBLISH = "publish", _("Published")
        OBJECT = "object", _("Objection received")
        OPEN_INQUIRY = "open_inquiry", _("Inquiry opened")
        DRAFT_ANSWER = "draft_answer", _("Answer drafted")
        SUSTAIN = "sustain", _("Objection sustained")
        DISMISS = "dismiss", _("Objection dismissed")
        SUSPEND = "suspend", _("Suspended")
        CLEAR = "clear", _("Cleared")
        WITHDRAW = "withdraw", _("Withdrawn")
        PREPARE_CORRECTION = "prepare_correction", _("Correction prepared")
        CORRECT = "correct", _("Correction published")

    subject = models.CharField(max_length=60)
    event = models.CharField(max_length=20, choices=Event.choices)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    actor_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    actor_kind = models.CharField(max_length=10)
    note = models.TextField(blank=True)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=CoreNow(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="notice_event_by_subject")]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"
