"""Sending messages to inboxes, once per event, and marking them read."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed
from core.references import new_reference
from members.messages import kind_of
from members.models import Message

Params = Mapping[str, str | int]


@transaction.atomic
def notify(
    person_id: int,
    kind: str,
    params: Params,
    key: str,
    now: datetime,
    subject_reference: str = "",
) -> None:
    """Put a message of a registered kind into a person's inbox; a repeated key changes nothing.

    Params are text or integers; see `members.messages` for how their names choose their form.
    Raises KeyError for a kind nobody registered.
    """
    kind_of(kind)
    Message.objects.bulk_create(
        [
            Message(
                reference=new_reference("MS"),
                person_id=person_id,
                kind=kind,
                key=key,
                subject_reference=subject_reference or str(params.get("reference", "")),
                params=dict(params),
                created_at=now,
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def mark_read(*, reference: str, actor: Actor, now: datetime) -> Message:
    """Mark a message read by its own reader; a second time changes nothing."""
    message = Message.objects.select_for_update().get(reference=reference)
    if actor.person_id != message.person_id:
        raise NotAllowed("members_not_yours", _("You may do this only for yourself."))
    if message.read_at is None:
        message.read_at = now
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Mark all of the actor's own messages read; return how many were new."""
    unread = Message.objects.filter(person_id=actor.person_id or 0, read_at__isnull=True)
    return unread.update(read_at=now)
