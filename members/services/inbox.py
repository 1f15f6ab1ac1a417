"""Sending messages to inboxes, once per event, by e-mail too, and marking them read."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed
from core.references import new_reference
from members.messages import kind_of, refusal_of
from members.models import Message

Params = Mapping[str, str | int]

# So many people are told by one statement.
CHUNK = 5_000

# One event is one message per channel: the inbox row decides, and only where it is new is an
# e-mail written beside it, for who has a confirmed address and did not refuse the kind. A duty
# cannot be refused.
_TELL = """
WITH told AS (
    INSERT INTO members_message
           (reference, person_id, kind, key, subject_reference, params, created_at)
    SELECT reference, person_id, %(kind)s, %(key)s, %(subject)s, %(params)s::jsonb, %(now)s
      FROM unnest(%(references)s::text[], %(people)s::bigint[]) AS who (reference, person_id)
    ON CONFLICT (person_id, kind, key) DO NOTHING
    RETURNING id, person_id
), mailed AS (
    INSERT INTO members_mail (message_id, is_urgent, next_try_at, created_at)
    SELECT told.id, %(urgent)s, %(now)s, %(now)s
      FROM told
     WHERE EXISTS (SELECT FROM members_account a
                     JOIN account_emailaddress e ON e.user_id = a.id
                    WHERE a.person_id = told.person_id AND a.is_active AND e.verified)
       AND (%(duty)s OR NOT EXISTS (
               SELECT FROM members_mailrefusal r
                WHERE r.person_id = told.person_id AND r.kind IN (%(kind)s, %(group)s, '*')))
)
SELECT count(*) FROM told
"""


def notify(
    person_id: int,
    kind: str,
    params: Params,
    key: str,
    now: datetime,
    subject_reference: str = "",
) -> None:
    """Put a message of a registered kind into a person's inbox; a repeated key changes nothing.

    In the same transaction an e-mail is written for who has a confirmed address and did not
    refuse the kind. Params are text or integers; see `members.messages` for how their names
    choose their form. Raises KeyError for a kind nobody registered.
    """
    notify_many([person_id], kind, params, key, now, subject_reference)


def notify_many(
    person_ids: Iterable[int],
    kind: str,
    params: Params,
    key: str,
    now: datetime,
    subject_reference: str = "",
) -> int:
    """Tell many people the same, a statement for each 5,000; return how many did not know.

    All in one transaction, the caller's where there is one. For an audience without bounds use
    `broadcast`.
    """
    found = kind_of(kind)
    values: dict[str, Any] = {
        "kind": kind,
        "key": key,
        "subject": subject_reference or str(params.get("reference", "")),
        "params": json.dumps(dict(params)),
        "now": now,
        "urgent": found.is_duty or bool(found.deadline),
        "duty": found.is_duty,
        "group": refusal_of(found.group),
    }
    people, told = iter(person_ids), 0
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        while chunk := list(islice(people, CHUNK)):
            references = [new_message_reference() for _person in chunk]
            cursor.execute(_TELL, values | {"references": references, "people": chunk})
            told += cursor.fetchone()[0]
    return told


def new_message_reference() -> str:
    """Return a reference of 60 random bits: of 40, two of a few million messages share one."""
    return new_reference("MS") + new_reference("MS")[2:7]


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
