"""The e-mail channel: what waits to be sent, who refused what, and what is told to very many."""

from typing import Any

from django.db import models
from django.db.models import Q

from members.models.messages import Message
from members.models.people import Person
from members.states import MailState


class Mail(models.Model):
    """One message on its way by e-mail. Whose address it goes to is looked up when it is sent."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="mail")
    state = models.CharField(
        max_length=12, choices=MailState.choices, default=MailState.WAITING, db_default="waiting"
    )
    is_urgent = models.BooleanField(default=False, db_default=False)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField()
    last_error = models.CharField(max_length=40, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="mail_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-is_urgent", "next_try_at", "id"],
                condition=Q(state=MailState.WAITING),
                name="mail_waiting",
            ),
            models.Index(
                fields=["created_at"], condition=Q(state=MailState.WAITING), name="mail_oldest"
            ),
            models.Index(fields=["-id"], condition=Q(state=MailState.FAILED), name="mail_failed"),
        ]

    def __str__(self) -> str:
        return f"mail of message {self.message_id}, {self.state}"


class MailRefusal(models.Model):
    """What a person does not want by e-mail: a kind, `*group`, or `*`, which is all but duty."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mail_refusals")
    kind = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="mail_refused_once")]

    def __str__(self) -> str:
        return f"{self.kind} refused by person {self.person_id}"


class Broadcast(models.Model):
    """One event told to very many, a chunk at a time; the cursor says how far it has come."""

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    subject_reference = models.CharField(max_length=32, blank=True)
    params: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    audience = models.CharField(max_length=64)
    last_person_id = models.BigIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="broadcast_once_per_event")
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at__isnull=True), name="broadcast_open")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
