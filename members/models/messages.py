"""Each person's inbox."""

from typing import Any

from django.db import models

from members.models.people import Person


class Message(models.Model):
    """One message to one person; its words are rendered from kind and params when read."""

    reference = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=120)
    subject_reference = models.CharField(max_length=32, blank=True)
    params: "models.JSONField[Any, Any]" = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "key"], name="message_once_per_event")
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="message_inbox"),
            models.Index(
                fields=["person"],
                condition=models.Q(read_at__isnull=True),
                name="message_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to person {self.person_id}"
